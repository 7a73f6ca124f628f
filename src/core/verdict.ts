import type { Alert } from "./alert.ts";
import type { Instant } from "./json.ts";
import type { Baseline } from "./watch-policy.ts";

/** One point of a range answer. `null`: the source has no usable number there (absent, NaN, infinite). */
export interface Sample {
  readonly at: Instant;
  readonly value: number | null;
}

/** What a metrics source answered to one query over the whole window. */
export type Reading =
  | {
      readonly kind: "samples";
      readonly samples: readonly Sample[];
      /** It knows the newest point alone: of the others it does not say that there is nothing. Absent: not so. */
      readonly onlyPresent?: true;
    }
  | { readonly kind: "buckets"; readonly histograms: Histograms }
  | { readonly kind: "patterns"; readonly patterns: readonly LogPattern[] }
  | { readonly kind: "alerts"; readonly alerts: readonly Alert[] }
  /** The source answered, but part of the data may lack: never a success, never a failure. */
  | { readonly kind: "partial"; readonly why: string }
  | { readonly kind: "error"; readonly why: string };

/** What a histogram gained between the points of a range. */
export interface Histograms {
  /** Upper bounds of the buckets, rising, in the unit of what is measured; the last is Infinity. */
  readonly bounds: readonly number[];
  /** How many events each bucket gained (its own: not those of the buckets below it); null: no data. */
  readonly points: readonly { readonly at: Instant; readonly counts: readonly number[] | null }[];
}

/** Log lines that differ in numbers, ids and the like only. Untrusted text. */
export interface LogPattern {
  readonly pattern: string;
  readonly lines: number;
}

export type CheckVerdict = "pending" | "success" | "failure" | "inconclusive" | "error";

/** Which alert an assessment is of: the same one fires, and is resolved. */
export interface AssessedAlert {
  /** Id of the source that reported it. */
  readonly source: string;
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  /** null while it fires. */
  readonly endsAt: Instant | null;
  readonly url: string | null;
}

export interface CheckAssessment {
  readonly check: string;
  readonly verdict: CheckVerdict;
  /** One sentence for people: what was counted, and which limit decided. */
  readonly sentence: string;
  /** The query as it was sent. */
  readonly query: string;
  /** A page for people that shows the query. Absent: its source has none, or it was recorded before. */
  readonly url?: string;
  /** Text of the pass condition. */
  readonly condition: string;
  /** The last samples that led to the verdict, oldest first, at most KEPT_SAMPLES. */
  readonly samples: readonly Sample[];
  readonly counts: {
    readonly passed: number;
    readonly failed: number;
    readonly noData: number;
    /** Neither the pass nor the fail condition held. Absent: none. */
    readonly inconclusive?: number;
  };
  /** What it was compared with and by what it was found to be so. Absent where nothing was compared. */
  readonly comparison?: ComparisonSummary;
  /**
   * Why its comparison can never be decided in this window, and what it would need. Said from the start.
   * Absent: it can be, or nothing is compared.
   */
  readonly shortfall?: string;
  /** It fails, but by too little to act on without a person. Absent: not so. */
  readonly isDoubtful?: true;
  /** Absent where it is of a check of the watch, and in what was recorded before alerts were heard. */
  readonly alert?: AssessedAlert;
}

/** How a comparison came out, in numbers that people can follow. */
export interface ComparisonSummary {
  readonly with: Baseline;
  readonly method: "sequential" | "mann-whitney";
  /** In the unit of what is measured; null: there is too little to say. */
  readonly observed: number | null;
  readonly expected: number | null;
  /** Where the difference begins, and how many samples of it there are. */
  readonly since: Instant | null;
  readonly points: number;
  /** Of the test: it trips above the limit. Mann-Whitney: the p-value, and it trips below. */
  readonly score: number | null;
  readonly limit: number;
  /** The last samples of the baseline, as `samples` are of the release. */
  readonly baseline: readonly Sample[];
}

export const KEPT_SAMPLES = 10;
