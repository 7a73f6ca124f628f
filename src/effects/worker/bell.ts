import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";

/** Wakes one waiter. Rung while nobody waits, it is not lost: the next wait returns at once. */
export interface Bell {
  ring(): void;
  /** Returns when it is rung, or after this long. */
  wait(atMost: Milliseconds): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let waiting: AbortController | null = null;
  return {
    ring: () => {
      rung = true;
      waiting?.abort();
    },
    wait: async (atMost) => {
      if (!rung) {
        waiting = new AbortController();
        await clock.sleep(atMost, waiting.signal);
        waiting = null;
      }
      rung = false;
    },
  };
}
