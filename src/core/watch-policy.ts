import type { LabelMatch } from "./alert.ts";
import type { Expression } from "./expression.ts";
import type { Milliseconds } from "./json.ts";

/** How the time after a release took traffic is measured, and what comes of it. */
export interface WatchPolicy extends MeasuringPolicy {
  readonly for: Milliseconds;
  /** Measurements in the first part of the window are not judged. */
  readonly warmUp: Milliseconds;
  readonly on: WatchActions;
  /** Alerts that other systems send, which count as failures of the watch. */
  readonly alerts: readonly AlertRule[];
  /** null: when the watch has ended nothing is measured any more. */
  readonly guard: GuardPolicy | null;
  /** null: a release that finished its watch is good for ever. */
  readonly confirm: ConfirmPolicy | null;
}

interface MeasuringPolicy {
  readonly every: Milliseconds;
  readonly checks: readonly WatchCheck[];
  /** null: each check that fails fails the whole. */
  readonly score: ScorePolicy | null;
}

export interface WatchActions {
  readonly failure: "rollback" | "announce" | "ask";
  /** Never a rollback by itself: no data proves nothing. */
  readonly inconclusive: "announce" | "ask";
  readonly error: "announce" | "ask";
}

/** What is live goes on being measured, more slowly, until another release takes its place. */
export interface GuardPolicy extends MeasuringPolicy {
  /** Each look judges this much of the time before it. */
  readonly window: Milliseconds;
  readonly on: WatchActions;
}

/**
 * A second watch, of what is known only later: labels that come a day or a week after the prediction.
 * Until it has passed the release is good provisionally; if it fails, the release is no longer what the
 * environment returns to, and people are asked. It never rolls back by itself.
 */
export interface ConfirmPolicy extends MeasuringPolicy {
  /** From when it took traffic. */
  readonly after: Milliseconds;
  readonly for: Milliseconds;
  readonly on: Omit<WatchActions, "failure"> & { readonly failure: "announce" | "ask" };
}

/** Weights of the checks, in percent of what those that could be judged weigh. */
export interface ScorePolicy {
  /** At least this: success. */
  readonly pass: number;
  /** At least this and less than `pass`: people are asked. Less: failure. */
  readonly warn: number;
}

export interface AlertRule {
  /** Id of a source of the configuration. */
  readonly source: string;
  readonly match: LabelMatch;
}

export interface WatchCheck {
  readonly name: string;
  /** Name of a metrics source of the configuration. */
  readonly source: string;
  readonly measure: Measure;
  /** Over `value`, `baseline`, `samples`. null: only the comparison, or the measure itself, decides. */
  readonly pass: Expression | null;
  /** The same. Where both are given and neither holds, the sample is inconclusive. */
  readonly fail: Expression | null;
  /** More failures than this in total is a failure; null: no such limit. */
  readonly failureLimit: number | null;
  /** This many failures in a row is a failure; null: no such limit. */
  readonly consecutiveFailures: number | null;
  /** More inconclusive samples than this is inconclusive; null: no such limit. */
  readonly inconclusiveLimit: number | null;
  /** This many successes in a row is a success before the end; null: no such limit. */
  readonly consecutiveSuccesses: number | null;
  /** With fewer judged samples than this the check is inconclusive. */
  readonly minSamples: number;
  /** What a sample that is not there means. */
  readonly noData: "inconclusive" | "fail" | "pass";
  /** What the release is compared with; null: fixed conditions only. */
  readonly comparison: ComparisonPolicy | null;
  /** Its share of the score. */
  readonly weight: number;
  /** If it fails, the whole fails, whatever the score is. */
  readonly isKey: boolean;
}

/** What is asked for, as templates of queries, and what the answers mean. */
export type Measure =
  /** A number at each point. */
  | { readonly kind: "value"; readonly query: string }
  /** Two counters: bad events, and all of them. */
  | { readonly kind: "ratio"; readonly bad: string; readonly total: string }
  /** The same with a counter of the good events. */
  | { readonly kind: "ratio"; readonly good: string; readonly total: string }
  /** A counter of events, by the time in which they came. */
  | { readonly kind: "count"; readonly events: string }
  /**
   * A histogram of how long something took. Judged by the share of events that took longer than `over`;
   * null: than the bound next to the baseline's 95th percentile.
   */
  | { readonly kind: "histogram"; readonly buckets: string; readonly over: number | null }
  /** How far a histogram's distribution is from the baseline's. More than `most` fails; null: the usual. */
  | {
      readonly kind: "drift";
      readonly buckets: string;
      readonly statistic: "psi" | "kolmogorov-smirnov";
      readonly most: number | null;
    }
  /** Patterns of log lines that the baseline has not. */
  | { readonly kind: "patterns"; readonly query: string; readonly least: number }
  /** Alerts that the source says are firing, and not silenced. */
  | { readonly kind: "alerts"; readonly match: LabelMatch };

/** With what a release is compared, and how it is found to be worse. */
export interface ComparisonPolicy {
  /**
   * `stable`: the version that runs beside it, at the same time. `previous`: the version before, in the
   * time before the deployment. `last-week`: the same time a week before. `auto`: `stable` where both have
   * traffic, else `previous`.
   */
  readonly with: "auto" | Baseline;
  readonly method: "sequential" | "mann-whitney";
  readonly worse: Direction;
  /** The smallest difference that matters; null: the default of what is measured. */
  readonly effect: Effect | null;
  /** Query templates for the baseline where they are not those of the check; null: the same. */
  readonly measure: Measure | null;
}

export type Baseline = "stable" | "previous" | "last-week";

export type Direction = "higher" | "lower" | "either";

/** In the measure's own unit (a share for ratios), or as a share of the baseline. */
export interface Effect {
  readonly unit: "value" | "share";
  readonly least: number;
}
