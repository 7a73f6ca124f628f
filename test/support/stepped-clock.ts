import type { Clock } from "../../src/shared/clock.ts";

/** A clock that stands still: whoever sleeps wakes when the test says so. */
export interface SteppedClock extends Clock {
  /** Lengths of the sleeps that have not ended. */
  sleeping(): readonly number[];
  /** Ends every sleep, and lets what follows run. */
  wake(): Promise<void>;
}

export function createSteppedClock(): SteppedClock {
  const sleepers = new Set<{ readonly milliseconds: number; readonly wake: () => void }>();
  return {
    now: () => 0,
    monotonic: () => 0,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    sleeping: () => [...sleepers].map(({ milliseconds }) => milliseconds),
    wake: async () => {
      for (const { wake } of sleepers) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
