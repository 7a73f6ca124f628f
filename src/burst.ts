import type { Milliseconds } from "./core/json.ts";
import type { Clock } from "./shared/clock.ts";

/** More builds than are decided while their senders wait. */
export interface Burst {
  /** A build was queued: one begins, or goes on. */
  goesOn(): void;
  isOn(): boolean;
  /** Resolves when none is on, when it has lasted long enough, or when the signal fires. */
  calmed(signal: AbortSignal): Promise<void>;
}

/** Without another queued build for this long, it is over. */
const OVER_AFTER: Milliseconds = 50;
/** Who waits for its end waits no longer, however long it goes on. */
const LONGEST_WAIT: Milliseconds = 2_000;

/**
 * Tells when builds come faster than they are decided. To decide one takes several times as long as to
 * accept one, and nobody waits for it: so decisions make way, for a while.
 */
export function createBurst(clock: Clock): Burst {
  let beganAt = Number.NEGATIVE_INFINITY;
  let lastAt = Number.NEGATIVE_INFINITY;

  const isOn = (): boolean => clock.monotonic() - lastAt < OVER_AFTER;

  return {
    goesOn() {
      const now = clock.monotonic();
      if (!isOn()) beganAt = now;
      lastAt = now;
    },
    isOn,
    async calmed(signal) {
      while (isOn() && !signal.aborted) {
        const now = clock.monotonic();
        const left = Math.min(lastAt + OVER_AFTER, beganAt + LONGEST_WAIT) - now;
        if (left <= 0) return;
        await clock.sleep(left, signal);
      }
    },
  };
}
