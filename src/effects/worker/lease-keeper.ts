import type { Claim } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import type { JobQueue } from "../job-queue.ts";

export interface LeaseKeeper {
  /** Milliseconds for which nobody else can have the job; nothing may be done on it at 0. */
  remaining(): Milliseconds;
  /** Renews no more. */
  stop(): void;
}

/** Part of the lease that is kept as a reserve: whoever holds the job must have let go before it ends. */
const RESERVE = 1 / 5;
const RENEWALS_PER_LEASE = 3;

/**
 * Renews the lease of a job while it is under way. `onLost` is called once, while the lease still holds,
 * when it could not be renewed, or at once when somebody else has the job.
 */
export function keepLease(options: {
  readonly queue: JobQueue;
  readonly claim: Claim;
  readonly lease: Milliseconds;
  /** Monotonic, when the claim was asked for: the lease began then, however late the answer was. */
  readonly askedAt: Milliseconds;
  readonly clock: Clock;
  readonly onLost: (why: string) => void;
}): LeaseKeeper {
  const { queue, claim, lease, clock, onLost } = options;
  const stopped = new AbortController();
  let usableUntil = options.askedAt + lease * (1 - RESERVE);
  const remaining = () => Math.max(0, usableUntil - clock.monotonic());

  const renew = async (): Promise<"kept" | "lost" | "unknown"> => {
    const askedAt = clock.monotonic();
    try {
      if (!(await queue.extend(claim, lease))) return "lost";
      usableUntil = askedAt + lease * (1 - RESERVE);
      return "kept";
    } catch {
      return "unknown";
    }
  };

  const keep = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(Math.min(lease / RENEWALS_PER_LEASE, remaining()), stopped.signal);
      if (stopped.signal.aborted) return;
      if (remaining() === 0) return onLost("its lease could not be renewed");
      const ended = clock.sleep(remaining(), stopped.signal).then(() => "unknown" as const);
      const answer = await Promise.race([renew(), ended]);
      if (stopped.signal.aborted) return;
      if (answer === "lost") return onLost("somebody else has it");
    }
  };
  void keep();

  return { remaining, stop: () => stopped.abort() };
}
