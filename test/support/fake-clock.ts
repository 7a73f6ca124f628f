import type { Clock } from "../../src/shared/clock.ts";

/** A clock that moves only when a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on, waking everything that is due on the way, in order, and lets it run. */
  advance(milliseconds: number): Promise<void>;
  /** Moves the wall clock alone, as a correction of the system's time does. */
  jump(milliseconds: number): void;
  /** Time goes by and nothing wakes, as for a process that is stopped; what is due wakes at the next advance. */
  stopFor(milliseconds: number): void;
  /** Resolves when something sleeps until exactly this many milliseconds from now, or at once if it does. */
  sleeperIn(milliseconds: number): Promise<void>;
  /** How long each sleep that has not ended still takes. */
  sleeping(): readonly number[];
}

interface Sleeper {
  readonly wakeAt: number;
  wake(): void;
}

export function createFakeClock(startAt: number = Date.UTC(2026, 10, 22, 12)): FakeClock {
  let elapsed = 0;
  let jumped = 0;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();

  const nextDue = (until: number): Sleeper | undefined =>
    [...sleepers].filter(({ wakeAt }) => wakeAt <= until).sort((a, b) => a.wakeAt - b.wakeAt)[0];

  return {
    now: () => startAt + elapsed + jumped,
    monotonic: () => elapsed,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = {
          wakeAt: elapsed + milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
        for (const watcher of watchers) watcher();
      }),
    advance: async (milliseconds) => {
      const until = elapsed + milliseconds;
      await settled();
      for (let next = nextDue(until); next !== undefined; next = nextDue(until)) {
        elapsed = Math.max(elapsed, next.wakeAt);
        next.wake();
        await settled();
      }
      elapsed = until;
    },
    jump: (milliseconds) => {
      jumped += milliseconds;
    },
    stopFor: (milliseconds) => {
      elapsed += milliseconds;
    },
    sleeperIn: (milliseconds) =>
      new Promise((resolve) => {
        const look = () => {
          if (![...sleepers].some(({ wakeAt }) => wakeAt === elapsed + milliseconds)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    sleeping: () => [...sleepers].map(({ wakeAt }) => wakeAt - elapsed),
  };
}

/** Lets everything run that waits for nothing but its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
