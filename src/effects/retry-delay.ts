import type { Milliseconds } from "../core/json.ts";

/**
 * How long to wait before attempt `attempt + 1`: doubling from `first` up to `longest`, of which the
 * second half is left to chance, so that jobs that failed together do not come back together
 * ("equal jitter": Brooker, Exponential Backoff and Jitter, AWS 2015).
 */
export function exponentialDelay(options: {
  readonly first: Milliseconds;
  readonly longest: Milliseconds;
  /** From 0 up to, but without, 1. */
  readonly random: () => number;
}): (attempt: number) => Milliseconds {
  return (attempt) => {
    const full = Math.min(options.longest, options.first * 2 ** (attempt - 1));
    return Math.round(full / 2 + (full / 2) * options.random());
  };
}
