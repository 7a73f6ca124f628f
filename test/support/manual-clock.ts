import type { Clock } from "../../src/shared/clock.ts";

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** Moves on and wakes whoever has slept long enough, in the order in which they wanted to wake. */
  advance(milliseconds: number): Promise<void>;
  /** Resolves when somebody sleeps for exactly this long, at once if somebody does. */
  sleeper(milliseconds: number): Promise<void>;
}

interface Sleeper {
  readonly milliseconds: number;
  readonly until: number;
  readonly wake: () => void;
}

export function manualClock(start = Date.UTC(2026, 10, 22, 9)): ManualClock {
  let now = start;
  let sleepers: readonly Sleeper[] = [];
  let waiting: readonly { readonly milliseconds: number; readonly tell: () => void }[] = [];

  return {
    now: () => now,
    monotonic: () => now - start,
    sleep(milliseconds, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = {
          milliseconds,
          until: now + milliseconds,
          wake() {
            sleepers = sleepers.filter((other) => other !== sleeper);
            resolve();
          },
        };
        sleepers = [...sleepers, sleeper];
        signal?.addEventListener("abort", sleeper.wake, { once: true });
        for (const waiter of waiting) if (waiter.milliseconds === milliseconds) waiter.tell();
        waiting = waiting.filter((waiter) => waiter.milliseconds !== milliseconds);
      });
    },
    async advance(milliseconds) {
      now += milliseconds;
      const due = sleepers.filter(({ until }) => until <= now);
      for (const { wake } of [...due].sort((a, b) => a.until - b.until)) wake();
      // What was woken runs before the test goes on.
      await new Promise((resolve) => setImmediate(resolve));
    },
    sleeper: (milliseconds) =>
      sleepers.some((sleeper) => sleeper.milliseconds === milliseconds)
        ? Promise.resolve()
        : new Promise((tell) => {
            waiting = [...waiting, { milliseconds, tell }];
          }),
  };
}
