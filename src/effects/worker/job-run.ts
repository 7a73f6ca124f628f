import type { Claim } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError } from "../../shared/errors.ts";
import { watchLease } from "../check-lease.ts";
import type { JobResult } from "../job-handler.ts";
import type { AnyHandler } from "./any-handler.ts";

/** How one run of a handler ended. */
export type Ending =
  | { readonly kind: "result"; readonly result: JobResult }
  | { readonly kind: "error"; readonly error: unknown }
  /** It was told to stop, for a reason of ours, and did. */
  | { readonly kind: "cut-short" };

export interface JobRun {
  readonly ended: Promise<Ending>;
  /** Aborts it. It may still end with a result, if it had one. */
  cutShort(): void;
}

/** A handler that does not return this long after its signal fired is left behind. */
export const GRACE: Milliseconds = 5_000;

export interface RunLimits {
  readonly clock: Clock;
  /** Called before each effect: cuts the run short when its time is over. */
  readonly checkTime: () => void;
}

/** Runs a handler once, under its time-out. Never rejects. */
export function runJob(handler: AnyHandler, claim: Claim, { clock, checkTime }: RunLimits): JobRun {
  const abort = new AbortController();
  const finished = new AbortController();
  let cut = false;
  watchLease(abort.signal, checkTime);

  const stopAfterTimeout = async (): Promise<void> => {
    await clock.sleep(handler.timeout, finished.signal);
    if (finished.signal.aborted) return;
    abort.abort(gaveUp(`it was given up after ${handler.timeout / 1000} s`));
  };
  const leaveBehind = new Promise<Ending>((resolve) => {
    abort.signal.addEventListener("abort", () => {
      void clock.sleep(GRACE, finished.signal).then(() => {
        const error = gaveUp(`it did not stop within ${GRACE / 1000} s of being told to`);
        resolve(cut ? { kind: "cut-short" } : { kind: "error", error });
      });
    });
  });
  const run = async (): Promise<Ending> => {
    try {
      const { attempt, due } = claim;
      const now = clock.now();
      const circumstances = { attempt, due, now, signal: abort.signal };
      return { kind: "result", result: await handler.run(claim.body, circumstances) };
    } catch (error) {
      return cut ? { kind: "cut-short" } : { kind: "error", error };
    }
  };

  void stopAfterTimeout();
  const ended = Promise.race([run(), leaveBehind]).finally(() => finished.abort());
  return {
    ended,
    cutShort: () => {
      cut = true;
      abort.abort(gaveUp("it was cut short"));
    },
  };
}

function gaveUp(message: string): AdapterError {
  return new AdapterError(message, { retryable: true, uncertain: true });
}
