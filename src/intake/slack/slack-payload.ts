import { z } from "zod";

const someText = z.string().min(1);

/** `/release …`: https://docs.slack.dev/interactivity/implementing-slash-commands */
export const CommandPayload = z.object({
  text: z.string().default(""),
  team_id: someText,
  user_id: someText,
  channel_id: someText,
  trigger_id: someText,
  response_url: someText,
});
export type CommandPayload = z.infer<typeof CommandPayload>;

const user = z.object({ id: someText, team_id: someText.optional() });

/** A click on a button: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const ClickPayload = z.object({
  team: z.object({ id: someText }).nullish(),
  user,
  trigger_id: someText,
  /** Absent for buttons inside a modal. */
  response_url: someText.optional(),
  channel: z.object({ id: someText }).optional(),
  /** The modal that the button is in; absent for buttons of messages. */
  view: z
    .object({ id: someText, hash: someText, private_metadata: z.string().default("") })
    .optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        /** Buttons that open a page in the browser are reported too. */
        url: z.string().optional(),
      }),
    )
    .min(1),
});
export type ClickPayload = z.infer<typeof ClickPayload>;

const typed = z.object({ value: z.string().nullish() });

/** A submitted modal: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const SubmitPayload = z.object({
  team: z.object({ id: someText }).nullish(),
  user,
  view: z.object({
    id: someText,
    callback_id: z.string(),
    private_metadata: z.string().default(""),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), typed)) }),
  }),
});
export type SubmitPayload = z.infer<typeof SubmitPayload>;

/** The workspace of whoever did something; "" where Slack does not say, which is nobody's. */
export function teamOf(payload: Pick<ClickPayload, "team" | "user">): string {
  return payload.user.team_id ?? payload.team?.id ?? "";
}
