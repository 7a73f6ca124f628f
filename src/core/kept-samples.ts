import type { Instant, Milliseconds } from "./json.ts";

/** Numbers of a source that has only the present, kept beside the watch that asked for them. */
export interface KeptSamples {
  /** Of whom what was asked, and how often. */
  readonly question: string;
  readonly first: Instant;
  readonly step: Milliseconds;
  /** From `first` on, one for each step; null: none was had there. At most MOST_KEPT, the newest. */
  readonly values: readonly (number | null)[];
}

/** Each tick writes them anew: some ten kilobytes. */
export const MOST_KEPT = 1_000;
