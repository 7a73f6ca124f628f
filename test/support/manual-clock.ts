import type { Clock } from "../../src/shared/clock.ts";

export interface ManualClock extends Clock {
  /** Moves the time on, and wakes whoever has slept long enough. */
  advance(milliseconds: number): void;
}

/** A clock that the test moves. */
export function manualClock(start: number): ManualClock {
  let now = start;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          until: now + milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    advance(milliseconds) {
      now += milliseconds;
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake();
    },
  };
}
