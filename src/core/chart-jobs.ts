import type { Change } from "./change.ts";
import { environmentState, findPromotion } from "./component.ts";
import type { ComponentEvent } from "./event.ts";
import { job, type NewJob } from "./job.ts";
import type { Instant } from "./json.ts";
import type { PromotionId } from "./promotion.ts";

/**
 * What went wrong is drawn beside the announcement, which does not wait for it, and drawn once more when
 * the rollback that it led to is done.
 */
export function chartJobs(change: Change, event: ComponentEvent): readonly NewJob[] {
  const { at, after } = change;
  const { component } = after;
  switch (event.type) {
    case "WatchBreached":
    case "WatchUndecided":
    case "PromotionRevoked": {
      const { promotion, incident } = event;
      if (incident === null || incident.checks.length === 0) return [];
      const from = tookTraffic(change, promotion);
      const request = {
        component,
        promotion,
        occasion: "incident",
        of: incident.at,
        from,
      } as const;
      return [job(`chart:${promotion}`, at, { kind: "chart", ...request })];
    }
    case "RolledBack": {
      const { rollback } = environmentState(after, event.environment);
      const promotion = findPromotion(after, rollback?.promotion ?? null)?.promotion;
      const { incident = null, charts } = promotion ?? {};
      if (promotion === undefined || incident === null || incident.checks.length === 0) return [];
      const of = incident.at;
      const from = charts?.of === of ? charts.from : null;
      const request = {
        component,
        promotion: promotion.id,
        occasion: "rollback",
        of,
        from,
      } as const;
      return [job(`chart:${promotion.id}:rollback`, at, { kind: "chart", ...request })];
    }
    default:
      return [];
  }
}

function tookTraffic({ before }: Change, promotion: PromotionId): Instant | null {
  const state = findPromotion(before, promotion)?.promotion.state;
  return state?.kind === "watching" ? state.from : null;
}
