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
/** What a lease grows to, unless it is longer from the beginning. */
const LONGEST: Milliseconds = 30_000;
/** A renewal that failed is tried again after this. */
const AGAIN: Milliseconds = 1_000;

/**
 * Renews the lease of a job while it is under way, for as long as it has been so far, within bounds: a job
 * that has just begun is taken over soon after its process died, and one that has run for long outlives a
 * store that is away for a while. `onLost` is called once, while the lease still holds, when it could not be
 * renewed, or at once when somebody else has the job.
 */
export function keepLease(options: {
  readonly queue: JobQueue;
  readonly claim: Claim;
  readonly lease: Milliseconds;
  /** When it was asked for, on the monotonic clock: the lease began after that. */
  readonly askedAt: number;
  readonly clock: Clock;
  readonly onLost: (why: string) => void;
}): LeaseKeeper {
  const { queue, claim, lease, askedAt, clock, onLost } = options;
  const stopped = new AbortController();
  let usableUntil = askedAt + lease * (1 - RESERVE);
  let present = lease;
  const next = () => {
    const underWay = Math.round(clock.monotonic() - askedAt);
    return Math.min(Math.max(lease, underWay), Math.max(lease, LONGEST));
  };
  const remaining = () => Math.max(0, usableUntil - clock.monotonic());

  const renew = async (): Promise<"kept" | "lost" | "unknown"> => {
    const renewedAt = clock.monotonic();
    const wanted = next();
    try {
      if (!(await queue.extend(claim, wanted))) return "lost";
      present = wanted;
      usableUntil = renewedAt + wanted * (1 - RESERVE);
      return "kept";
    } catch {
      return "unknown";
    }
  };

  const keep = async (): Promise<void> => {
    for (let answer: "kept" | "lost" | "unknown" = "kept"; ; ) {
      const pause = present / RENEWALS_PER_LEASE;
      const wait = answer === "kept" ? pause : Math.min(pause, AGAIN);
      await clock.sleep(Math.min(wait, remaining()), stopped.signal);
      if (stopped.signal.aborted) return;
      if (remaining() === 0) return onLost("its lease could not be renewed");
      const ended = clock.sleep(remaining(), stopped.signal).then(() => "unknown" as const);
      answer = await Promise.race([renew(), ended]);
      if (stopped.signal.aborted) return;
      if (answer === "lost") return onLost("somebody else has it");
    }
  };
  void keep();

  return { remaining, stop: () => stopped.abort() };
}
