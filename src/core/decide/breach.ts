import { advance } from "../advance.ts";
import { environmentState, findRelease, promotionById } from "../component.ts";
import type { Draft } from "../draft.ts";
import { unmetDependents } from "../need.ts";
import { type EnvironmentPolicy, environmentPolicy } from "../policy.ts";
import type { Incident, Promotion } from "../promotion.ts";
import { startRollback } from "../rollback.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { WatchPolicy } from "../watch-policy.ts";

export type Watched = Promotion & {
  readonly state: Extract<Promotion["state"], { readonly kind: "watching" }>;
};

/** What happens where the configuration no longer says what to do. */
const WITHOUT_POLICY: WatchPolicy["on"] = { failure: "ask", inconclusive: "ask", error: "ask" };

/** What is to be done about a watched release, as it is configured now. */
export function actionsOf(draft: Draft, { environment }: Watched): WatchPolicy["on"] {
  return placeOf(draft, environment)?.watch?.on ?? WITHOUT_POLICY;
}

function placeOf({ policy }: Draft, environment: string): EnvironmentPolicy | undefined {
  return policy === undefined ? undefined : environmentPolicy(policy, environment);
}

/**
 * A limit has tripped, or an alert fires: what the policy says is done, once. Later failures of the same
 * watch change nothing; at its end one that was announced is over.
 */
export function breach(
  draft: Draft,
  promotion: Watched,
  failures: readonly CheckAssessment[],
): void {
  const ended = draft.context.now >= promotion.state.until;
  if (promotion.incident?.kind === "breach" || promotion.incident?.kind === "no-target") {
    // It has been announced, and nobody has answered by the end: it is over, and it is no success.
    if (ended && promotion.incident.action === "announce") fail(draft, promotion);
    return;
  }
  const place = placeOf(draft, promotion.environment);
  const action = actionsOf(draft, promotion).failure;
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

/** Announced, and over: it serves, but it never becomes what the environment returns to. */
export function fail(draft: Draft, { id }: Watched): void {
  const { incident } = promotionById(draft.state(), id).promotion;
  const why = `its watch did not pass: ${incident?.sentence}`;
  draft.emit({ type: "PromotionFailed", promotion: id, why, known: true, incident });
  advance(draft);
}
