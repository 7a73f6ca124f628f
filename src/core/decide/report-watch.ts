import { advance } from "../advance.ts";
import type { SystemCommand } from "../command.ts";
import { environmentState, findPromotion, findRelease, promotionById } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import { unmetDependents } from "../need.ts";
import { type EnvironmentPolicy, environmentPolicy, type WatchPolicy } from "../policy.ts";
import type { Incident, Promotion } from "../promotion.ts";
import { startRollback } from "../rollback.ts";
import type { CheckAssessment } from "../verdict.ts";

type Watched = Promotion & {
  readonly state: Extract<Promotion["state"], { readonly kind: "watching" }>;
};

/** What happens where the configuration no longer says what to do. */
const WITHOUT_POLICY: WatchPolicy["on"] = { failure: "ask", inconclusive: "ask", error: "ask" };

/**
 * The measurements of one tick. Only a change of verdict is recorded. A limit that trips acts at once and
 * once; the end of the window decides the rest; while people are asked the watch stays armed.
 */
export function reportWatch(
  draft: Draft,
  command: Extract<SystemCommand, { type: "ReportWatch" }>,
): Decision {
  const found = findPromotion(draft.state(), command.promotion);
  const { state } = found?.promotion ?? {};
  if (found === undefined || state?.kind !== "watching") return accepted(draft);
  const promotion: Watched = { ...found.promotion, state };

  for (const assessment of changed(promotion, command.assessments)) {
    draft.emit({ type: "VerdictChanged", promotion: promotion.id, assessment });
  }
  const place =
    draft.policy === undefined ? undefined : environmentPolicy(draft.policy, promotion.environment);
  const on = place?.watch?.on ?? WITHOUT_POLICY;
  const failures = withVerdict(command.assessments, "failure");
  if (failures.length > 0) {
    breach(draft, { promotion, failures, action: on.failure, place });
  } else if (draft.context.now >= promotion.state.until) {
    end(draft, promotion, command.assessments, on);
  }
  return accepted(draft, { release: promotion.release });
}

function changed(
  promotion: Watched,
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const recorded = new Map(promotion.state.checks.map(({ check, verdict }) => [check, verdict]));
  return assessments.filter(({ check, verdict }) => (recorded.get(check) ?? "pending") !== verdict);
}

function withVerdict(
  assessments: readonly CheckAssessment[],
  ...verdicts: readonly CheckAssessment["verdict"][]
): readonly CheckAssessment[] {
  return assessments.filter(({ verdict }) => verdicts.includes(verdict));
}

function breach(
  draft: Draft,
  input: {
    readonly promotion: Watched;
    readonly failures: readonly CheckAssessment[];
    readonly action: Incident["action"];
    readonly place: EnvironmentPolicy | undefined;
  },
): void {
  const { promotion, failures, action, place } = input;
  const ended = draft.context.now >= promotion.state.until;
  if (promotion.incident?.kind === "breach" || promotion.incident?.kind === "no-target") {
    // It has been announced, and nobody has answered by the end: it is over, and it is no success.
    if (ended && promotion.incident.action === "announce") fail(draft, promotion);
    return;
  }
  const sentence = failures.map((one) => `${one.check}: ${one.sentence}`).join("; ");
  const incident: Incident = {
    kind: "breach",
    at: draft.context.now,
    action,
    sentence,
    checks: failures,
  };
  if (action !== "rollback" || place === undefined) {
    draft.emit({ type: "WatchBreached", promotion: promotion.id, incident });
    return;
  }
  rollBackByItself(draft, promotion, place, incident);
}

/** With all brakes: a target that finished its watch, once for a promotion, and then a hold. */
function rollBackByItself(
  draft: Draft,
  promotion: Watched,
  place: EnvironmentPolicy,
  incident: Incident,
): void {
  const { environment } = promotion;
  const { live } = environmentState(draft.state(), environment);
  const target = live === promotion.release ? undefined : findRelease(draft.state(), live);
  if (target === undefined) {
    const why = `no release has finished its watch in ${environment} before, so there is nothing to return to`;
    cannotRollBack(draft, promotion, incident, why);
    return;
  }
  const unmet = unmetDependents(draft.context, draft.component, environment, target.version);
  if (unmet !== null) {
    cannotRollBack(draft, promotion, incident, unmet.sentence);
    return;
  }

  draft.emit({ type: "WatchBreached", promotion: promotion.id, incident });
  startRollback(draft, {
    environment: place,
    from: promotion.release,
    promotion: promotion.id,
    to: target.id,
    trigger: "automatic",
    reason: incident.sentence,
  });
  draft.emit({
    type: "HoldPlaced",
    environment,
    reason: `${promotion.release} was rolled back automatically: ${incident.sentence}`,
    automatic: true,
  });
  advance(draft);
}

/** It should go back and cannot: nothing is done, and people are told. */
function cannotRollBack(
  draft: Draft,
  { id, environment }: Watched,
  breached: Incident,
  why: string,
): void {
  const incident: Incident = {
    ...breached,
    kind: "no-target",
    action: "ask",
    sentence: `${breached.sentence}; it was not rolled back: ${why}`,
  };
  draft.emit({ type: "WatchBreached", promotion: id, incident });
  draft.emit({ type: "RollbackImpossible", environment, promotion: id, why });
}

/** The window has ended and no limit has tripped. */
function end(
  draft: Draft,
  promotion: Watched,
  assessments: readonly CheckAssessment[],
  on: WatchPolicy["on"],
): void {
  // After a breach people decide, whatever the numbers do next.
  if (promotion.incident !== null && promotion.incident.kind !== "undecided") return;
  const undecided = withVerdict(assessments, "inconclusive", "error", "pending");
  if (undecided.length === 0 && assessments.length > 0) {
    draft.emit({ type: "WatchPassed", promotion: promotion.id });
    draft.emit({ type: "PromotionCompleted", promotion: promotion.id });
    advance(draft);
    return;
  }
  const action = withVerdict(undecided, "error").length > 0 ? on.error : on.inconclusive;
  if (promotion.incident === null) {
    const sentence =
      undecided.length === 0
        ? "there is no check to judge it by"
        : undecided.map((one) => `${one.check}: ${one.sentence}`).join("; ");
    draft.emit({
      type: "WatchUndecided",
      promotion: promotion.id,
      incident: { kind: "undecided", at: draft.context.now, action, sentence, checks: undecided },
    });
  }
  if (action === "announce") fail(draft, promotion);
}

/** Announced, and over: it serves, but it never becomes what the environment returns to. */
function fail(draft: Draft, { id }: Watched): void {
  const { incident } = promotionById(draft.state(), id).promotion;
  const why = `its watch did not pass: ${incident?.sentence}`;
  draft.emit({ type: "PromotionFailed", promotion: id, why, known: true, incident });
  advance(draft);
}
