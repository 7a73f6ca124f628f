import type { Milliseconds } from "../core/json.ts";
import type { Clock } from "../shared/clock.ts";
import { AdapterError } from "../shared/errors.ts";

export interface Deadline {
  readonly clock: Clock;
  readonly after: Milliseconds;
  /** Gives up when this fires, too. */
  readonly signal: AbortSignal;
  /** What is waited for, in words: `gate did not answer`. */
  readonly what: string;
}

/**
 * Runs `work` under a signal that fires after a time, or with the caller's. Rejects as soon as it fires,
 * whether `work` listens to it or not: with the caller's reason, or with a retryable AdapterError that is
 * uncertain, since what was sent may have arrived.
 */
export async function withDeadline<T>(
  { clock, after, signal, what }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const expiry = new AbortController();
  const finished = new AbortController();
  void clock.sleep(after, finished.signal).then(() => {
    if (finished.signal.aborted) return;
    const message = `${what} within ${after / 1000} s`;
    expiry.abort(new AdapterError(message, { retryable: true, uncertain: true }));
  });
  const either = AbortSignal.any([signal, expiry.signal]);
  try {
    return await Promise.race([work(either), rejection(either)]);
  } finally {
    finished.abort();
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
