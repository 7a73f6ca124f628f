import type { PromotionCharts } from "./chart.ts";
import type { PromotionId } from "./promotion.ts";

/** Slack has pictures of an incident. */
export interface ChartEvent {
  readonly type: "ChartDrawn";
  readonly promotion: PromotionId;
  readonly charts: PromotionCharts;
}
