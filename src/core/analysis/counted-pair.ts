import type { RatioPoint } from "./points.ts";

/** Ratios and counts as shares of bad events, of which less than half are bad. */
export interface CountedPair {
  readonly release: readonly RatioPoint[];
  readonly baseline: readonly RatioPoint[];
  /** 1 where a higher share is worse, -1 where a lower one is. */
  readonly sign: 1 | -1;
  /** The smallest difference of shares that matters. */
  readonly effectAt: (share: number) => number;
  /** A share in the unit of what is measured. */
  readonly shown: (share: number) => number;
}
