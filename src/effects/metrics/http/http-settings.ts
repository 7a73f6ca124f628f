import type { ValueExpression } from "../../../core/expression.ts";
import type { MetricServerSettings } from "../metric-server.ts";

export interface HttpMetricSettings extends MetricServerSettings {
  /** Over the answer: one number, of the present. null: it answers ranges. */
  readonly value: ValueExpression | null;
  /** Over the answer: a list of points, as `{"at": …, "value": …}` or `[at, value]`. null: it has only the present. */
  readonly points: ValueExpression | null;
}
