import { type ComponentState, environmentState, findPromotion } from "../component.ts";
import { environmentOf } from "../describe.ts";
import type { ComponentEvent, Fact } from "../event.ts";
import { evolve } from "../evolve.ts";
import { isFalseAlarm } from "../false-alarm.ts";
import type { Milliseconds } from "../json.ts";
import type { Promotion, PromotionId } from "../promotion.ts";

/**
 * What an event says of how well releases are delivered: the one definition behind both the metrics and
 * `/release stats`. The four figures are those of DORA (https://dora.dev/guides/dora-metrics-four-keys/),
 * measured from what Slipway knows: lead time begins with the build, not with the commit.
 */
export type DoraFact = {
  readonly environment: string;
} & (
  | { readonly kind: "approved"; readonly promotion: PromotionId; readonly took: Milliseconds }
  | {
      /** It is live: its watch has passed, or it had none. */
      readonly kind: "deployed";
      readonly promotion: PromotionId;
      /** Since it was built; null: when that was is not known. */
      readonly leadTime: Milliseconds | null;
    }
  /** Once for each promotion: it failed, was rolled back, or labels showed later that it was bad. */
  | { readonly kind: "failed"; readonly promotion: PromotionId }
  | {
      readonly kind: "false-alarm";
      readonly promotion: PromotionId;
      /** It had been said to have failed before. */
      readonly counted: boolean;
    }
  | { readonly kind: "restored"; readonly took: Milliseconds }
);

/** An event with the states around it. */
export interface Step {
  readonly fact: Fact<ComponentEvent>;
  readonly before: ComponentState;
  readonly after: ComponentState;
}

/** The next step of a component: folded from any event on, not only from its first. */
export function stepOf(before: ComponentState, fact: Fact<ComponentEvent>): Step {
  return { fact, before, after: evolve(before, fact) };
}

/** null: it says nothing of that. What began before the first event that was folded is not known. */
export function doraFactOf({ fact: { at, event }, before, after }: Step): DoraFact | null {
  switch (event.type) {
    case "PromotionApproved": {
      const { promotion } = event;
      const state = findPromotion(before, promotion)?.promotion.state;
      if (state?.kind !== "awaiting-approval") return null;
      const environment = environmentOf(promotion);
      return { kind: "approved", environment, promotion, took: at - state.since };
    }
    case "PromotionCompleted": {
      const { promotion } = event;
      const builtAt = findPromotion(after, promotion)?.release.builtAt;
      const leadTime = builtAt === undefined ? null : at - builtAt;
      return { kind: "deployed", environment: environmentOf(promotion), promotion, leadTime };
    }
    case "PromotionFailed": {
      const failed = findPromotion(after, event.promotion)?.promotion;
      return failed !== undefined && isFalseAlarm(failed) ? null : failure(event.promotion);
    }
    // Only what is live, or was replaced since, is still waited for: it has not failed before.
    case "PromotionRevoked":
      return failure(event.promotion);
    case "RollbackStarted": {
      const undone = findPromotion(before, event.promotion)?.promotion;
      const isCounted =
        undone !== undefined &&
        (hasEndedBadly(undone) || isRevoked(undone) || isFalseAlarm(undone));
      return isCounted ? null : failure(event.promotion);
    }
    case "FalseAlarmReported": {
      const { promotion } = event;
      const found = findPromotion(before, promotion)?.promotion;
      const counted = found !== undefined && hasEndedBadly(found);
      return { kind: "false-alarm", environment: environmentOf(promotion), promotion, counted };
    }
    case "RolledBack": {
      const { environment } = event;
      const { rollback } = environmentState(after, environment);
      return rollback === null
        ? null
        : { kind: "restored", environment, took: at - rollback.startedAt };
    }
    default:
      return null;
  }
}

function failure(promotion: PromotionId): DoraFact {
  return { kind: "failed", environment: environmentOf(promotion), promotion };
}

/** It has been counted as a failure, unless somebody had called it a false alarm before. */
function hasEndedBadly({ state: { kind } }: Promotion): boolean {
  return kind === "failed" || kind === "rolling-back" || kind === "rolled-back";
}

function isRevoked({ confirmation }: Promotion): boolean {
  return confirmation?.outcome?.kind === "revoked";
}
