import type { ValuePoint } from "../analysis/points.ts";
import type { Instant } from "../json.ts";
import type { ComparisonSummary } from "../verdict.ts";
import type { Baseline, ComparisonPolicy } from "../watch-policy.ts";
import type { SeriesPair } from "./read-series.ts";
import type { WatchWindow } from "./watch-window.ts";

/** How the comparison of a check stands. */
export type ComparisonResult =
  | {
      readonly kind: "worse";
      readonly sentence: string;
      readonly summary: ComparisonSummary;
      /** Too little, or too uncertain, to act on without a person. */
      readonly isDoubtful: boolean;
    }
  | {
      readonly kind: "not-worse";
      readonly summary: ComparisonSummary;
    }
  /** There is too little to say. `shortfall`: and there never will be, in this window. */
  | {
      readonly kind: "open";
      readonly why: string;
      readonly shortfall: string | null;
      readonly summary: ComparisonSummary | null;
    };

export interface CompareRequest {
  readonly policy: ComparisonPolicy;
  readonly baseline: Baseline;
  /** The points that are judged. */
  readonly pair: SeriesPair;
  /** Of what runs beside it, in the time before: it tells how values spread. */
  readonly history: readonly ValuePoint[];
  /** Shares are shown as those of good events. */
  readonly isGood: boolean;
  /** Of so many points one is compared: they overlap. */
  readonly stride: number;
  readonly window: WatchWindow;
  readonly now: Instant;
}
