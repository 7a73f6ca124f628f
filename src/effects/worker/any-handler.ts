import type { SystemCommand } from "../../core/command.ts";
import type { JobBody } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { JobResult, Run } from "../job-handler.ts";

/** A handler seen without its kind. The worker hands it bodies of its own kind only. */
export interface AnyHandler {
  readonly timeout: Milliseconds;
  readonly attempts: number;
  retryDelay(attempt: number): Milliseconds;
  run(body: JobBody, run: Run): Promise<JobResult>;
  buried(body: JobBody, error: string): SystemCommand | null;
}
