import type { SystemCommand } from "../../core/command.ts";
import type { Claim, Settlement } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { AdapterError, errorText, isUnavailable } from "../../shared/errors.ts";
import type { JobResult } from "../job-handler.ts";
import type { AnyHandler } from "./any-handler.ts";

/** What a claim is settled with. */
export interface Conclusion {
  readonly settlement: Settlement;
  readonly command: SystemCommand | null;
}

/** A server that asks to be left alone for longer than this is tried again all the same. */
const LONGEST_WAIT: Milliseconds = 60 * 60_000;

export function concludeResult(result: JobResult): Conclusion {
  const { command, ...settlement } = result;
  return { settlement, command };
}

/**
 * A retryable failure is tried again until the attempts are used up, and so is a job that could not read
 * the state because the store was away; everything else is buried.
 */
export function concludeFailure(
  handler: AnyHandler,
  claim: Claim,
  error: unknown,
  now: Instant,
): Conclusion {
  const told = error instanceof AdapterError ? error : null;
  const retryable = told?.retryable ?? isUnavailable(error);
  if (!retryable || claim.attempt >= handler.attempts) {
    return concludeBurial(handler, claim, errorText(error));
  }
  const wait = told?.retryAfter ?? handler.retryDelay(claim.attempt);
  return {
    settlement: {
      kind: "retry",
      at: now + Math.min(Math.max(wait, 0), LONGEST_WAIT),
      error: errorText(error),
    },
    command: null,
  };
}

export function concludeBurial(handler: AnyHandler, claim: Claim, error: string): Conclusion {
  return { settlement: { kind: "dead", error }, command: handler.buried(claim.body, error) };
}

/**
 * A job that is cut short because the process stops. It may have taken effect, so the next run must be
 * one that looks first: a retry, which counts as a try, and not `later`, which starts counting anew.
 */
export function concludeHandBack(now: Instant): Conclusion {
  const error = "cut short: the process was stopped";
  return { settlement: { kind: "retry", at: now, error }, command: null };
}
