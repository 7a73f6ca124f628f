import type { Instant, Milliseconds } from "../../core/json.ts";

/** Jobs that are due within so long of each other are looked for together. */
const TOGETHER: Milliseconds = 100;
/** What is due later is left to the polling, which finds it in time all the same. */
const REMEMBERED: Milliseconds = 5 * 60_000;

/**
 * When jobs that this worker has put back are due again, so that they need not wait for the next poll. A
 * hint: a job may be gone by then, or somebody else's.
 */
export interface DueTimes {
  note(due: Instant, now: Instant): void;
  /** How long from now until the next one, at most `atMost`. What has been due until now is forgotten. */
  wait(now: Instant, atMost: Milliseconds): Milliseconds;
}

export function createDueTimes(): DueTimes {
  const times = new Set<Instant>();
  return {
    note: (due, now) => {
      if (due > now && due <= now + REMEMBERED) times.add(Math.ceil(due / TOGETHER) * TOGETHER);
    },
    wait: (now, atMost) => {
      let next = now + atMost;
      for (const time of times) {
        if (time <= now) times.delete(time);
        else next = Math.min(next, time);
      }
      return next - now;
    },
  };
}
