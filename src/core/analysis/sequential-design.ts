import type { Direction, Effect } from "../watch-policy.ts";

/** How two series are compared. */
export interface SequentialDesign {
  /**
   * `beside`: both were measured at the same moments; points are paired by their time. Points of the baseline
   * without a partner tell how values spread, and nothing else.
   * `before-after`: all points of the baseline were measured at another time.
   */
  readonly together: "beside" | "before-after";
  readonly worse: Direction;
  /** The smallest difference that matters; null: the default of `smallestEffect`. */
  readonly effect: Effect | null;
}

export interface OneSidedDesign extends SequentialDesign {
  readonly worse: "higher" | "lower";
}
