import type { ChartOccasion, PromotionCharts } from "./chart.ts";
import type { Instant } from "./json.ts";
import type { PromotionId } from "./promotion.ts";

/** Charts of an incident have been drawn, and Slack has the pictures. */
export interface RecordCharts {
  readonly type: "RecordCharts";
  readonly component: string;
  readonly promotion: PromotionId;
  readonly charts: PromotionCharts;
}

/** What the job of drawing them is about. */
export interface ChartRequest {
  readonly component: string;
  readonly promotion: PromotionId;
  readonly occasion: ChartOccasion;
  readonly of: Instant;
  /** When the release took traffic; null: nothing says so any more. */
  readonly from: Instant | null;
}
