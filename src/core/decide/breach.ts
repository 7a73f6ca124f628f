import { advance } from "../advance.ts";
import { promotionById } from "../component.ts";
import type { Draft } from "../draft.ts";
import type { Incident, Promotion } from "../promotion.ts";
import { lastGood } from "../rollback.ts";
import { placeOf } from "../settle-live.ts";
import type { WatchJudgement } from "../watch/judge-watch.ts";
import type { WatchPolicy } from "../watch-policy.ts";
import { rollBackByItself } from "./automatic-rollback.ts";

export type Watched = Promotion & {
  readonly state: Extract<Promotion["state"], { readonly kind: "watching" }>;
};

/** What is known of a breach. */
export type Failing = Pick<WatchJudgement, "checks" | "sentence" | "isDoubtful">;

/** What happens where the configuration no longer says what to do. */
const WITHOUT_POLICY: WatchPolicy["on"] = { failure: "ask", inconclusive: "ask", error: "ask" };

/** What is to be done about a watched release, as it is configured now. */
export function actionsOf(draft: Draft, { environment }: Watched): WatchPolicy["on"] {
  return placeOf(draft, environment)?.watch?.on ?? WITHOUT_POLICY;
}

/**
 * A limit has tripped, or an alert fires: what the policy says is done, once. Later failures of the same
 * watch change nothing, unless people were asked because it failed by little; at its end one that was
 * announced is over.
 */
export function breach(draft: Draft, promotion: Watched, failing: Failing): void {
  const action = actionFor(actionsOf(draft, promotion).failure, failing);
  const before = breachIn(promotion);
  if (before !== null && !isWorse(before, failing, action)) {
    // It has been announced, and nobody has answered by the end: it is over, and it is no success.
    const ended = draft.context.now >= promotion.state.until;
    if (ended && before.action === "announce") fail(draft, promotion);
    return;
  }
  const place = placeOf(draft, promotion.environment);
  const incident = incidentOf(draft, failing, action);
  if (action !== "rollback" || place === undefined) {
    draft.emit({ type: "WatchBreached", promotion: promotion.id, incident });
    return;
  }
  const target = lastGood(draft.state(), promotion);
  rollBackByItself(draft, { promotion, incident, place, target });
}

/** What fails by little, or without a version beside it to tell, is no reason to act without a person. */
export function actionFor(
  configured: Incident["action"],
  { isDoubtful }: Failing,
): Incident["action"] {
  return configured === "rollback" && isDoubtful ? "ask" : configured;
}

/** The breach that has been found already; null: none. */
export function breachIn({ incident }: Promotion): Incident | null {
  return incident?.kind === "breach" || incident?.kind === "no-target" ? incident : null;
}

/** People were asked whether it fails at all, and now there is no doubt. */
export function isWorse(
  before: Incident,
  { isDoubtful }: Failing,
  action: Incident["action"],
): boolean {
  return before.isDoubtful === true && !isDoubtful && action === "rollback";
}

export function incidentOf(
  draft: Draft,
  { checks, sentence, isDoubtful }: Failing,
  action: Incident["action"],
): Incident {
  return {
    kind: "breach",
    at: draft.context.now,
    action,
    sentence,
    checks,
    ...(isDoubtful ? { isDoubtful } : {}),
  };
}

/** Announced, and over: it serves, but it never becomes what the environment returns to. */
export function fail(draft: Draft, { id }: Watched): void {
  const { incident } = promotionById(draft.state(), id).promotion;
  const why = `its watch did not pass: ${incident?.sentence}`;
  draft.emit({ type: "PromotionFailed", promotion: id, why, known: true, incident });
  advance(draft);
}
