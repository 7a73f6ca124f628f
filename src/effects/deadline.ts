import type { Milliseconds } from "../core/json.ts";
import type { Clock } from "../shared/clock.ts";
import { AdapterError } from "../shared/errors.ts";
import { anySignal, checkLease } from "./check-lease.ts";

export interface Deadline {
  readonly clock: Clock;
  readonly after: Milliseconds;
  /** Gives up when this fires, too. */
  readonly signal: AbortSignal;
  /** What is waited for, in words: `gate did not answer`. */
  readonly what: string;
}

/** A signal that fires with the caller's, or after a time with a retryable AdapterError. */
export interface StartedDeadline {
  readonly signal: AbortSignal;
  /** It has not been missed: it fires no more. */
  met(): void;
}

export function startDeadline({ clock, after, signal, what }: Deadline): StartedDeadline {
  const expiry = new AbortController();
  const finished = new AbortController();
  void clock.sleep(after, finished.signal).then(() => {
    if (finished.signal.aborted) return;
    const message = `${what} within ${after / 1000} s`;
    // What was sent, or begun, may have taken effect.
    expiry.abort(new AdapterError(message, { retryable: true, uncertain: true }));
  });
  return { signal: anySignal(signal, expiry.signal), met: () => finished.abort() };
}

/** Runs `work` under a deadline. Rejects as soon as it fires, whether `work` listens to it or not. */
export async function withDeadline<T>(
  deadline: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  checkLease(deadline.signal);
  const { signal, met } = startDeadline(deadline);
  try {
    return await unlessAborted(signal, work(signal));
  } finally {
    met();
  }
}

/** What `work` gives, or a rejection with the signal's reason as soon as it fires. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}
