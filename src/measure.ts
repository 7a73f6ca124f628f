import type { Change } from "./core/change.ts";
import { environmentState, findPromotion } from "./core/component.ts";
import type { ComponentEvent } from "./core/event.ts";
import { isFalseAlarm } from "./core/false-alarm.ts";
import type { Promotion } from "./core/promotion.ts";
import type { Telemetry } from "./shared/telemetry.ts";

/** Counts what a durable change means: promotions, approvals, rollbacks, and the DORA figures. */
export function measure(telemetry: Telemetry, change: Change): void {
  for (const event of change.events) measureEvent(telemetry, change, event);
}

function measureEvent(telemetry: Telemetry, change: Change, event: ComponentEvent): void {
  const { at, before, after } = change;
  const { component } = after;
  const environmentOf = (promotion: string) =>
    findPromotion(after, promotion)?.promotion.environment ?? "";
  const ended = (promotion: string, result: string) => {
    telemetry.promotions.inc({ component, environment: environmentOf(promotion), result });
  };
  switch (event.type) {
    case "GatesJudged":
      for (const { verdict } of event.judgement.results) {
        telemetry.gateVerdicts.inc({ component, verdict });
      }
      return;
    case "PromotionApproved": {
      const state = findPromotion(before, event.promotion)?.promotion.state;
      if (state?.kind !== "awaiting-approval") return;
      const environment = environmentOf(event.promotion);
      telemetry.approvalSeconds.observe({ component, environment }, (at - state.since) / 1000);
      return;
    }
    case "PromotionCompleted": {
      ended(event.promotion, "live");
      const last = change.policy?.environments.at(-1)?.name;
      const found = findPromotion(after, event.promotion);
      if (found === undefined || found.promotion.environment !== last) return;
      telemetry.leadTimeSeconds.observe({ component }, (at - found.release.builtAt) / 1000);
      return;
    }
    case "PromotionFailed": {
      ended(event.promotion, "failed");
      const found = findPromotion(after, event.promotion)?.promotion;
      if (found !== undefined && isFalseAlarm(found)) return;
      telemetry.changeFailures.inc({ component, environment: environmentOf(event.promotion) });
      return;
    }
    case "PromotionRejected":
      ended(event.promotion, "rejected");
      return;
    case "PromotionExpired":
      ended(event.promotion, "expired");
      return;
    case "PromotionSuperseded":
      ended(event.promotion, "superseded");
      return;
    case "PromotionCancelled":
      ended(event.promotion, "cancelled");
      return;
    case "RollbackStarted": {
      const { environment, trigger } = event;
      telemetry.rollbacks.inc({ component, environment, trigger });
      const undone = findPromotion(before, event.promotion)?.promotion;
      const isCounted = undone !== undefined && (hasFailed(undone) || isFalseAlarm(undone));
      if (!isCounted) telemetry.changeFailures.inc({ component, environment });
      return;
    }
    case "FalseAlarmReported": {
      const promotion = findPromotion(before, event.promotion)?.promotion;
      const counted = promotion !== undefined && hasFailed(promotion) ? "yes" : "no";
      const environment = environmentOf(event.promotion);
      telemetry.falseAlarms.inc({ component, environment, counted });
      return;
    }
    case "RolledBack": {
      const { rollback } = environmentState(after, event.environment);
      const { live } = environmentState(before, event.environment);
      const wasLive = rollback !== null && rollback.from === live;
      const result = wasLive ? "rolled-back-later" : "rolled-back";
      ended(rollback?.promotion ?? "", result);
      if (rollback === null) return;
      const { environment } = event;
      telemetry.restoreSeconds.observe(
        { component, environment },
        (at - rollback.startedAt) / 1000,
      );
      return;
    }
    default:
      return;
  }
}

/** It has been counted as a change failure, unless somebody had called it a false alarm before. */
function hasFailed({ state: { kind } }: Promotion): boolean {
  return kind === "failed" || kind === "rolling-back" || kind === "rolled-back";
}
