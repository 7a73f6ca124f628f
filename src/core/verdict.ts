import type { Instant } from "./json.ts";

/** One point of a range answer. `null`: the source has no usable number there (absent, NaN, infinite). */
export interface Sample {
  readonly at: Instant;
  readonly value: number | null;
}

/** What a metrics source answered for one check over the whole window. */
export type Reading =
  | { readonly kind: "samples"; readonly samples: readonly Sample[] }
  /** The source answered, but part of the data may lack: never a success, never a failure. */
  | { readonly kind: "partial"; readonly why: string }
  | { readonly kind: "error"; readonly why: string };

export type CheckVerdict = "pending" | "success" | "failure" | "inconclusive" | "error";

export interface CheckAssessment {
  readonly check: string;
  readonly verdict: CheckVerdict;
  /** One sentence for people: what was counted, and which limit decided. */
  readonly sentence: string;
  /** The query as it was sent. */
  readonly query: string;
  /** Text of the pass condition. */
  readonly condition: string;
  /** The last samples that led to the verdict, oldest first, at most KEPT_SAMPLES. */
  readonly samples: readonly Sample[];
  readonly counts: {
    readonly passed: number;
    readonly failed: number;
    readonly noData: number;
  };
}

export const KEPT_SAMPLES = 10;
