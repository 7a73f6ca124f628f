import type { ComparisonOperator } from "../core/expression.ts";
import type { Instant } from "../core/json.ts";
import type { Sample } from "../core/verdict.ts";
import type { Baseline } from "../core/watch-policy.ts";
import type { Unit } from "./number-text.ts";

/** All that the chart of one check is drawn from. Names are untrusted text. */
export interface WatchPlot {
  readonly component: string;
  readonly version: string;
  readonly environment: string;
  readonly check: string;
  readonly unit: Unit;
  /** Of the release, oldest first; null: no data at that point. */
  readonly release: readonly Sample[];
  readonly baseline: BaselineLine | null;
  readonly limit: LimitLine | null;
  readonly moments: readonly Moment[];
}

export interface BaselineLine {
  readonly with: Baseline;
  /** At the time at which they are drawn: those of last week are moved by a week. */
  readonly samples: readonly Sample[];
}

/** What a value must be: `>= 0.97`. */
export interface LimitLine {
  readonly operator: ComparisonOperator;
  readonly value: number;
}

export interface Moment {
  readonly kind: "deploy" | "breach" | "undecided" | "rollback";
  readonly at: Instant;
}

const BASELINE_NAMES: Readonly<Record<Baseline, string>> = {
  stable: "stable",
  previous: "previous",
  "last-week": "last week",
};

/** As the baseline is called beside its line. */
export function baselineName(baseline: Baseline): string {
  return BASELINE_NAMES[baseline];
}
