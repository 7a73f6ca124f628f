import {
  type ButtonValue,
  parseButtonValue,
  REASON_BLOCK,
  REASON_INPUT,
  REASON_MODALS,
  type ReasonKind,
} from "../../cards/ids.ts";
import type { Directory, Person } from "../../core/actor.ts";
import type { PersonCommand } from "../../core/command.ts";
import { releaseId } from "../../core/release-id.ts";
import type { CheckProposal } from "../../core/replay/choose-variant.ts";
import { errorText } from "../../shared/errors.ts";
import { plainMessage } from "../../shared/plain-message.ts";
import { answerInTime } from "./answer-in-time.ts";
import type { Reply, ShownModal } from "./desk.ts";
import {
  dispatchAs,
  type ListenerContext,
  type Result,
  replyTo,
  tellPrivately,
} from "./listener.ts";
import { plainModal } from "./plain-modal.ts";
import { type SubmitPayload, teamOf } from "./slack-payload.ts";

/** `response_action`; null closes the modal. https://docs.slack.dev/surfaces/modals */
export type SubmitAnswer =
  | {
      readonly response_action: "errors";
      readonly errors: Readonly<Record<string, string>>;
    }
  | {
      readonly response_action: "update";
      readonly view: ShownModal;
    }
  | null;

export type AcknowledgeSubmit = (answer: SubmitAnswer) => Promise<void>;

const TITLES: Readonly<Record<ReasonKind, string>> = {
  reject: "Reject",
  rollback: "Roll back",
  stop: "Stop",
  override: "Override",
  falseAlarm: "False alarm",
};

const REASON_REQUIRED = "Say why: it is shown on the card and kept for ever.";

/**
 * A reason was submitted. What is wrong with the reason stands beside it; any other refusal takes the
 * modal's place, so that the same modal is never submitted twice.
 */
export async function onSubmit(
  payload: SubmitPayload,
  acknowledge: AcknowledgeSubmit,
  context: ListenerContext,
): Promise<void> {
  const { view } = payload;
  const kind = parseReasonKind(view.callback_id);
  const value = parseButtonValue(view.private_metadata);
  if (kind === null || value === null || value.environment === null) {
    context.log.warn({ view: view.callback_id }, "unknown slack modal");
    return acknowledge(
      say(
        "Slipway",
        plainMessage("This dialog belongs to another version. Close it and click again."),
      ),
    );
  }
  const reason = (view.state.values[REASON_BLOCK]?.[REASON_INPUT]?.value ?? "").trim();
  if (reason === "") return acknowledge(reasonRequired(REASON_REQUIRED));

  const title = TITLES[kind];
  const asked = { kind, reason, value: { ...value, environment: value.environment } };
  await answerInTime({
    work: submit(asked, payload, context),
    clock: context.clock,
    inTime: (result) => acknowledge(answerTo(result, title, context)),
    meanwhile: () => acknowledge(say(title, plainMessage("Working on it…"))),
    late: (result) => answerLate(result, title, payload, context),
  });
}

interface AskedWithReason {
  readonly kind: ReasonKind;
  readonly reason: string;
  readonly value: ButtonValue & { readonly environment: string };
}

async function submit(
  asked: AskedWithReason,
  payload: SubmitPayload,
  context: ListenerContext,
): Promise<Result> {
  const proposals = asked.kind === "falseAlarm" ? await context.desk.proposals(asked.value) : [];
  return dispatchAs(
    context,
    { user: payload.user.id, team: teamOf(payload) },
    {
      component: asked.value.component,
      commandId: `view:${payload.view.id}`,
      command: (person, directory) => commandOf({ ...asked, proposals }, person, directory),
    },
  );
}

function commandOf(
  {
    kind,
    reason,
    value,
    proposals,
  }: AskedWithReason & { readonly proposals: readonly CheckProposal[] },
  person: Person,
  directory: Directory,
): PersonCommand {
  const { component, environment } = value;
  const release = releaseId(component, value.version);
  const asked = { component, environment, reason, person, directory };
  switch (kind) {
    case "reject":
      return { type: "Reject", release, ...asked };
    case "rollback":
      return { type: "RollBack", from: release, to: null, trigger: "button", ...asked };
    case "stop":
      return { type: "Stop", release, ...asked };
    case "override":
      return { type: "Override", release, ...asked };
    case "falseAlarm":
      return {
        type: "ReportFalseAlarm",
        release,
        check: null,
        ...asked,
        ...(proposals.length === 0 ? {} : { proposals }),
      };
  }
}

function answerTo(result: Result, title: string, { desk }: ListenerContext): SubmitAnswer {
  if (result.kind === "refused" && result.refusal.code === "reason_required") {
    return reasonRequired(result.refusal.sentence);
  }
  const reply = replyTo(result, desk);
  return reply === null ? null : say(title, reply);
}

/** The modal says "Working on it…": it must say what came of it, or the person must hear it otherwise. */
async function answerLate(
  result: Result,
  title: string,
  payload: SubmitPayload,
  context: ListenerContext,
): Promise<void> {
  const reply =
    replyTo(result, context.desk) ?? plainMessage("Recorded. The card shows what happens next.");
  try {
    await context.answers.updateModal(payload.view.id, plainModal(title, reply));
  } catch (error) {
    context.log.info({ error: errorText(error) }, "slack modal closed before its answer");
    const to = { user: payload.user.id, channel: null, responseUrl: null };
    await tellPrivately(context, to, reply);
  }
}

function parseReasonKind(callbackId: string): ReasonKind | null {
  for (const [kind, id] of Object.entries(REASON_MODALS)) {
    if (id === callbackId) return kind as ReasonKind;
  }
  return null;
}

function reasonRequired(sentence: string): SubmitAnswer {
  return { response_action: "errors", errors: { [REASON_BLOCK]: sentence } };
}

function say(title: string, reply: Reply): SubmitAnswer {
  return { response_action: "update", view: plainModal(title, reply) };
}
