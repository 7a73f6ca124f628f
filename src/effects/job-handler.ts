import type { SystemCommand } from "../core/command.ts";
import type { JobBody, JobKind } from "../core/job.ts";
import type { Instant, Milliseconds } from "../core/json.ts";

/** The circumstances of one run. */
export interface Run {
  /** 1 at the first try. From 2 on, an earlier try may have taken effect: look before sending again. */
  readonly attempt: number;
  readonly due: Instant;
  readonly now: Instant;
  /** Fires before the lease ends. */
  readonly signal: AbortSignal;
}

/** What a run that did not fail came to. `command` is committed together with the end of the job. */
export type JobResult =
  | { readonly kind: "done"; readonly command: SystemCommand | null }
  | {
      readonly kind: "later";
      readonly at: Instant;
      /** What the next run gets. Absent: what this one got. */
      readonly body?: JobBody;
      readonly command: SystemCommand | null;
    };

/**
 * How jobs of one kind are run. A job may run twice, so a handler must do no harm the second time.
 * `run` throws AdapterError: a retryable one is tried again after `retryDelay`, any other error, and the
 * last attempt, buries the job.
 */
export interface JobHandler<K extends JobKind> {
  /** The effect is aborted after this long; the lease is longer. */
  readonly timeout: Milliseconds;
  /** Infinity: tried again until it succeeds. */
  readonly attempts: number;
  retryDelay(attempt: number): Milliseconds;
  run(body: Extract<JobBody, { kind: K }>, run: Run): Promise<JobResult>;
  /** What the state must learn when this job is given up; null: nothing waits for it. */
  buried(body: Extract<JobBody, { kind: K }>, error: string): SystemCommand | null;
}

/** One handler for every kind: a kind without one does not compile. */
export type JobHandlers = { readonly [K in JobKind]: JobHandler<K> };
