import type { Clock } from "../../src/shared/clock.ts";

export interface EagerClock extends Clock {
  /** How long each sleep was, in the order in which they were begun. */
  readonly slept: readonly number[];
}

/** A clock on which every sleep that is not called off is over at once, and has taken its time. */
export function eagerClock(start: number): EagerClock {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    monotonic: () => now,
    async sleep(milliseconds, signal) {
      if (signal?.aborted) return;
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
