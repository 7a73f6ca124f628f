import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import type { LocalMessage } from "../../../src/demo/gateway/message-log.ts";
import { after } from "../world/faulty-gate.ts";

/** What a person does in Slack. Resolves to false where Slack or the app did not take it. */
export interface Hands {
  /** Clicks a button by its action id; fills in the reason where a modal asks for one. */
  click(user: string, message: LocalMessage, button: string): Promise<boolean>;
  command(user: string, channel: string, text: string): Promise<boolean>;
  /** What was done, by what it was. */
  counts(): Readonly<Record<string, number>>;
}

const MODAL_WITHIN = 1_500;
const ASKING = ["release.reject", "release.rollback", "release.stop", "release.override"];

export function createHands(slack: LocalSlack): Hands {
  const counts: Record<string, number> = {};

  async function doing(what: string, act: () => Promise<boolean>): Promise<boolean> {
    counts[what] = (counts[what] ?? 0) + 1;
    // A card that changed since it was looked at has no such button any more; a line that broke is no click.
    return act().catch(() => false);
  }

  async function giveReason(user: string): Promise<boolean> {
    for (let waited = 0; waited < MODAL_WITHIN; waited += 50) {
      const view = slack.openViews(user).at(-1);
      if (view !== undefined) {
        const typed = { reason: { "reason.text": "it looks wrong to me" } };
        const { status } = await slack.submit(user, view.id, typed);
        slack.closeView(view.id);
        return status === 200;
      }
      await after(50);
    }
    return false;
  }

  return {
    click: (user, { channel, ts }, button) =>
      doing(button, async () => {
        for (const { id } of slack.openViews(user)) slack.closeView(id);
        const { status } = await slack.click(user, channel, ts, button);
        return ASKING.includes(button) && status === 200 ? giveReason(user) : status === 200;
      }),
    command: (user, channel, text) =>
      doing(`/release … ${text.split(" ").find((word) => !word.includes("-")) ?? ""}`, async () => {
        const { status } = await slack.command(user, channel, text);
        return status === 200;
      }),
    counts: () => counts,
  };
}

/** Action ids of the buttons that a message has. */
export function buttonsOf({ blocks }: LocalMessage): readonly string[] {
  const found: string[] = [];
  JSON.stringify(blocks, (key, value: unknown) => {
    if (key === "action_id" && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}

/** Values of the buttons of one action id. */
export function valuesOf({ blocks }: LocalMessage, button: string): readonly string[] {
  const found: string[] = [];
  JSON.stringify(blocks, (_key, value: unknown) => {
    const { action_id: id, value: of } = (value ?? {}) as { action_id?: unknown; value?: unknown };
    if (id === button && typeof of === "string") found.push(of);
    return value;
  });
  return found;
}

/** `<release>/card`, `<release>/alert:…` and so on; empty for what has none. */
export function keyOf({ metadata }: LocalMessage): string {
  const payload = (metadata as { readonly event_payload?: { readonly key?: string } } | null)
    ?.event_payload;
  return payload?.key ?? "";
}
