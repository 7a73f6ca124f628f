import { isRevoked, type Live, openIncident } from "./after-watch.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  findRelease,
  type Located,
} from "./component.ts";
import type { Draft } from "./draft.ts";
import type { EnvironmentPolicy } from "./policy.ts";
import type { Promotion, PromotionId, RollbackTrigger } from "./promotion.ts";
import { promotionInto, type Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/** What would be undone in an environment, and what it would return to. */
export interface RollbackPlan {
  readonly from: Release;
  readonly promotion: Promotion;
  /** The last release that finished its watch there; null when there is none. */
  readonly target: ReleaseId | null;
  /** True when the environment is where it is because of a rollback already. */
  readonly alreadyRolledBack: boolean;
}

/**
 * A release that is on its way in, or whose deployment or watch failed, gives way to the one that is
 * live; a live one gives way to the one before it. null: nothing of Slipway's is there to undo.
 */
export function planRollback(state: ComponentState, environment: string): RollbackPlan | null {
  const { active, live, good, rolledBack } = environmentState(state, environment);
  const incoming = findPromotion(state, active) ?? failedThere(state, environment);
  if (incoming !== undefined && incoming.release.id !== live) {
    const { release: from, promotion } = incoming;
    const target = lastGood(state, promotion)?.id ?? null;
    return { from, promotion, target, alreadyRolledBack: false };
  }
  const from = findRelease(state, live);
  const promotion = from === undefined ? undefined : promotionInto(from, environment);
  if (from === undefined || promotion === undefined) return null;
  return { from, promotion, target: good[0] ?? null, alreadyRolledBack: rolledBack };
}

/**
 * What a promotion that is not live gives way to: what is live, unless labels have shown that it was bad,
 * and then the one before it. undefined: there is nothing to return to.
 */
export function lastGood(
  state: ComponentState,
  { environment, release }: Promotion,
): Release | undefined {
  const { live, good } = environmentState(state, environment);
  if (live === release) return undefined;
  const present = findRelease(state, live);
  const isGood = present !== undefined && !isRevoked(present, environment);
  return isGood ? present : findRelease(state, good[0] ?? null);
}

/**
 * What makes it uncertain whether a live release runs alone: what is on its way there, or failed on its way
 * in or out so that nobody knows what runs. null: nothing.
 */
export function unfinished(
  state: ComponentState,
  { environment, state: { since } }: Live,
): ReleaseId | null {
  const { active, rollback } = environmentState(state, environment);
  if (rollback?.state.kind === "failed" && rollback.startedAt >= since) return rollback.from;
  const other = findPromotion(state, active) ?? latestFailed(state, environment);
  if (other === undefined) return null;
  const { state: ended } = other.promotion;
  return ended.kind === "failed" && ended.known ? null : other.release.id;
}

/**
 * A promotion that failed stands before what is live, because some of it may run. Not so where what is live
 * has gone bad: people are asked about that one.
 */
function failedThere(state: ComponentState, environment: string): Located | undefined {
  const { live, serving } = environmentState(state, environment);
  const failed = latestFailed(state, environment);
  const present = findRelease(state, live);
  const isAsked =
    present !== undefined &&
    serving === live &&
    present.promotions.some((one) => one.environment === environment && openIncident(one) !== null);
  const isKnown = failed?.promotion.state.kind === "failed" && failed.promotion.state.known;
  return isAsked && isKnown ? undefined : failed;
}

/** The last promotion that began to be deployed into an environment, if it failed. */
function latestFailed(state: ComponentState, environment: string): Located | undefined {
  const { begun } = environmentState(state, environment);
  const latest =
    begun === undefined ? lastRequested(state, environment) : findPromotion(state, begun);
  return latest?.promotion.state.kind === "failed" ? latest : undefined;
}

/** Where it was not recorded which began last: times of different processes may be out of order. */
function lastRequested(state: ComponentState, environment: string): Located | undefined {
  return Object.values(state.releases)
    .flatMap((release) =>
      release.promotions
        .filter(
          (promotion) =>
            promotion.environment === environment && !NEVER_DEPLOYED.has(promotion.state.kind),
        )
        .map((promotion) => ({ release, promotion })),
    )
    .sort((a, b) => b.promotion.requestedAt - a.promotion.requestedAt)[0];
}

/** What ended, or waits, without ever having been deployed. */
const NEVER_DEPLOYED: ReadonlySet<Promotion["state"]["kind"]> = new Set([
  "requested",
  "awaiting-approval",
  "queued",
  "rejected",
  "expired",
  "superseded",
  "cancelled",
]);

/** Begins to return an environment to `to`. Nothing delays it: no freeze, no hold, no queue. */
export function startRollback(
  draft: Draft,
  input: {
    readonly environment: EnvironmentPolicy;
    readonly from: ReleaseId;
    readonly promotion: PromotionId;
    readonly to: ReleaseId;
    readonly trigger: RollbackTrigger;
    readonly reason: string;
  },
): void {
  const { environment, from, promotion, to, trigger, reason } = input;
  const { name, deploy } = environment;
  const number = environmentState(draft.state(), name).rollbacks + 1;
  draft.emit({
    type: "RollbackStarted",
    environment: name,
    rollback: `rollback:${from}:${name}:${number}`,
    promotion,
    from,
    to,
    trigger,
    reason,
    deployer: deploy.use,
    params: deploy.with,
  });
}
