import type { Milliseconds } from "../../core/json.ts";
import type { JobResult, Run } from "../job-handler.ts";
import { SlackCallError } from "./slack-call-error.ts";

const FIRST_DELAY: Milliseconds = 1_000;
const LONGEST_DELAY: Milliseconds = 5 * 60_000;

/** How long to wait after an attempt that failed: twice as long each time, up to five minutes. */
export function slackRetryDelay(attempt: number): Milliseconds {
  return Math.min(FIRST_DELAY * 2 ** Math.min(attempt - 1, 20), LONGEST_DELAY);
}

/** A call that came too often is no failure: it is made again when Slack said it may. */
export async function laterWhenLimited(
  run: Run,
  work: () => Promise<JobResult>,
): Promise<JobResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SlackCallError) || error.kind !== "limited") throw error;
    const wait = error.retryAfter ?? LONGEST_DELAY;
    return { kind: "later", at: run.now + wait, command: null };
  }
}
