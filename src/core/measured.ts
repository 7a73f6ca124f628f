import type { Reading } from "./verdict.ts";
import type { Baseline } from "./watch-policy.ts";

/** What a source answered for one measure: a reading for each of its queries, `increase` where it counts. */
export type Measured =
  | { readonly kind: "value"; readonly value: Reading }
  | { readonly kind: "ratio"; readonly bad: Reading; readonly total: Reading }
  | { readonly kind: "ratio"; readonly good: Reading; readonly total: Reading }
  | { readonly kind: "count"; readonly events: Reading }
  | { readonly kind: "histogram" | "drift"; readonly buckets: Reading }
  | { readonly kind: "patterns"; readonly patterns: Reading }
  | { readonly kind: "alerts"; readonly alerts: Reading };

/** All that one check is judged by at one moment. */
export interface MeasuredCheck {
  readonly release: Measured;
  /**
   * Those that were asked for: with `auto` both `stable` and `previous`; none where no version was live
   * before.
   */
  readonly baselines: { readonly [B in Baseline]?: Measured };
}
