import { z } from "zod";
import { type CiDesk, isCiJob } from "../ci-desk.ts";
import { record, text } from "../gateway/answer.ts";
import type { Delivery } from "../gateway/delivery.ts";
import type { LocalSlack } from "../gateway/local-slack.ts";
import { COMPONENTS, ENVIRONMENTS } from "../sample-names.ts";
import type { SampleWorld } from "../sample-world.ts";
import { inputProblems } from "./render-modal.ts";

/** What a person did on the page. `as` is the id of the current person. */
const as = z.string();
const SCHEMAS = {
  command: z.strictObject({ as, channel: z.string(), text: z.string().max(3000) }),
  click: z.strictObject({ as, channel: z.string(), ts: z.string(), button: z.string() }),
  submit: z.strictObject({
    as,
    view: z.string(),
    typed: z.record(z.string(), z.record(z.string(), z.string())),
  }),
  close: z.strictObject({ as, view: z.string() }),
  job: z.strictObject({ job: z.string().refine(isCiJob, "is no job of the sample CI") }),
  world: z.strictObject({
    environment: z.enum(ENVIRONMENTS),
    component: z.enum(COMPONENTS),
    change: z.enum(["worse", "better"]),
  }),
};

type Requests = { readonly [Name in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[Name]> };

export type ActionAnswer =
  | { readonly kind: "done" }
  /** Said to the person, as Slack says it. */
  | { readonly kind: "problem"; readonly message: string }
  /** What is wrong with a modal, by block id. */
  | { readonly kind: "errors"; readonly errors: Readonly<Record<string, string>> };

export interface ActionParts {
  readonly slack: LocalSlack;
  readonly world: SampleWorld;
  readonly ci: CiDesk;
}

const DONE: ActionAnswer = { kind: "done" };
const COMMAND = "/release";

/** Does what the page was asked to do. null: there is no such action. */
export async function act(
  name: string,
  body: unknown,
  parts: ActionParts,
): Promise<ActionAnswer | null> {
  if (!Object.hasOwn(SCHEMAS, name)) return null;
  const action = name as keyof typeof SCHEMAS;
  const parsed = SCHEMAS[action].safeParse(body);
  if (!parsed.success) return problem(z.prettifyError(parsed.error));
  return (ACTIONS[action] as Action)(parsed.data as never, parts);
}

type Action = (request: never, parts: ActionParts) => Promise<ActionAnswer>;

const ACTIONS: {
  readonly [Name in keyof Requests]: (
    request: Requests[Name],
    parts: ActionParts,
  ) => Promise<ActionAnswer>;
} = {
  async command({ as: person, channel, text: typed }, { slack }) {
    const [command, ...words] = typed.trim().split(/\s+/);
    if (command !== COMMAND) {
      return problem(`This workspace only knows ${COMMAND}. Try ${COMMAND} help.`);
    }
    return answered(await slack.command(person, channel, words.join(" ")), COMMAND);
  },

  async click({ as: person, channel, ts, button }, { slack }) {
    return answered(await slack.click(person, channel, ts, button), "Slipway");
  },

  async submit({ as: person, view: id, typed }, { slack }) {
    const view = slack.openViews(person).find((open) => open.id === id);
    if (view === undefined) return problem("This dialog was closed already.");
    const errors = inputProblems(view, typed);
    if (Object.keys(errors).length > 0) return { kind: "errors", errors };
    const delivery = await slack.submit(person, id, typed);
    const body = record(delivery.body) ?? {};
    if (text(body, "response_action") !== "errors") return answered(delivery, "Slipway");
    return { kind: "errors", errors: (record(body.errors) ?? {}) as Record<string, string> };
  },

  async close({ as: person, view: id }, { slack }) {
    if (slack.openViews(person).some((open) => open.id === id)) slack.closeView(id);
    return DONE;
  },

  async job({ job }, { ci }) {
    if (isCiJob(job)) ci.start(job);
    return DONE;
  },

  async world({ environment, component, change }, { world }) {
    if (change === "better") {
      await world.makeBetter(environment, component);
      return DONE;
    }
    const worse = await world.makeWorse(environment, component);
    return worse ? DONE : problem(`${component} is not deployed in ${environment} yet.`);
  },
};

function answered({ status }: Delivery, who: string): ActionAnswer {
  return status === 200 ? DONE : problem(`${who} did not respond in time. Try again.`);
}

function problem(message: string): ActionAnswer {
  return { kind: "problem", message };
}
