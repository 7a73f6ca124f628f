import { type ComponentState, environmentState, findPromotion, findRelease } from "./component.ts";
import type { Draft } from "./draft.ts";
import { environmentPolicy } from "./policy.ts";
import type { Promotion, PromotionId, RollbackTrigger } from "./promotion.ts";
import { promotionInto, type Release, type ReleaseId } from "./release.ts";

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
  const incoming = findPromotion(state, active) ?? latestFailed(state, environment);
  if (incoming !== undefined && incoming.release.id !== live) {
    const { release: from, promotion } = incoming;
    return { from, promotion, target: live, alreadyRolledBack: false };
  }
  const from = findRelease(state, live);
  const promotion = from === undefined ? undefined : promotionInto(from, environment);
  if (from === undefined || promotion === undefined) return null;
  return { from, promotion, target: good[0] ?? null, alreadyRolledBack: rolledBack };
}

/** The newest promotion into an environment, if it failed after something may have been deployed. */
function latestFailed(
  state: ComponentState,
  environment: string,
): { readonly release: Release; readonly promotion: Promotion } | undefined {
  const started = Object.values(state.releases)
    .flatMap((release) =>
      release.promotions
        .filter((promotion) => promotion.environment === environment && wasStarted(promotion))
        .map((promotion) => ({ release, promotion })),
    )
    .sort((a, b) => b.promotion.requestedAt - a.promotion.requestedAt);
  const latest = started[0];
  return latest?.promotion.state.kind === "failed" ? latest : undefined;
}

function wasStarted({ state }: Promotion): boolean {
  switch (state.kind) {
    case "deploying":
    case "verifying":
    case "watching":
    case "live":
    case "failed":
    case "rolling-back":
    case "rolled-back":
      return true;
    case "requested":
    case "awaiting-approval":
    case "queued":
    case "rejected":
    case "expired":
    case "superseded":
    case "cancelled":
      return false;
  }
}

/** Begins to return an environment to `to`. Nothing delays it: no freeze, no hold, no queue. */
export function startRollback(
  draft: Draft,
  input: {
    readonly environment: string;
    readonly from: Release;
    readonly promotion: PromotionId;
    readonly to: ReleaseId;
    readonly trigger: RollbackTrigger;
    readonly reason: string;
  },
): void {
  const { environment, from, promotion, to, trigger, reason } = input;
  const number = environmentState(draft.state(), environment).rollbacks + 1;
  const configured =
    draft.policy === undefined ? undefined : environmentPolicy(draft.policy, environment);
  const planned = findPromotion(draft.state(), promotion)?.promotion.plan.deploy;
  draft.emit({
    type: "RollbackStarted",
    environment,
    rollback: `rollback:${from.id}:${environment}:${number}`,
    promotion,
    from: from.id,
    to,
    trigger,
    reason,
    deployer: configured?.deploy.use ?? planned?.deployer ?? "",
    params: configured?.deploy.with ?? planned?.params ?? {},
  });
}
