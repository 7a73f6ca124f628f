import type { Milliseconds } from "../../core/json.ts";
import type { Operation } from "../../core/promotion.ts";
import { AdapterError } from "../../shared/errors.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { exponentialDelay } from "../retry-delay.ts";
import {
  deployerOf,
  notConfigured,
  type OperationBody,
  type OperationContext,
  reportOf,
  wanted,
} from "./operation-context.ts";
import { whileWanted } from "./while-wanted.ts";

/** A command without `observe` runs for as long as it deploys. The lease is renewed meanwhile. */
const TIMEOUT: Milliseconds = 2 * 60 * 60_000;
const ATTEMPTS = 8;
/** How long a system that cannot be reached is tried before the deployment is given up. */
export const PATIENCE: Milliseconds = 10 * 60_000;

/**
 * Starts an operation. What failed without effect is tried again as if for the first time; what may have
 * taken effect is tried again as a retry, which looks before it sends; and where nobody can say, the
 * outcome is unknown.
 */
export function createStartHandler(context: OperationContext): JobHandler<"operation.start"> {
  const delay = exponentialDelay({ first: 5_000, longest: 120_000, random: context.random });

  async function run(body: OperationBody, given: Run): Promise<JobResult> {
    const retried = given.attempt > 1;
    const deployer = deployerOf(context, body);
    if (deployer === undefined) {
      const kind = retried ? "unknown" : "failed";
      return { kind: "done", command: reportOf(body, { kind, why: notConfigured(body) }) };
    }
    const recorded = await wanted(context, body).catch((error: unknown) => {
      if (retried) throw error;
      return "unreadable" as const;
    });
    // Nothing was sent: the next try is a first one again.
    if (recorded === "unreadable") {
      return { kind: "later", at: context.clock.now() + delay(1), command: null };
    }
    if (recorded === null) {
      const fields = { key: body.operation.key, attempt: given.attempt };
      context.logger.info(fields, "an operation is not started: nothing waits for it any more");
      return { kind: "done", command: null };
    }
    const limits = deployer.endsInStart ? whileWanted(context, body, given.signal) : null;
    try {
      const signal = limits?.signal ?? given.signal;
      const { handle, url } = await deployer.start(body.operation, retried, signal);
      return { kind: "done", command: reportOf(body, { kind: "accepted", handle, url }) };
    } catch (error) {
      given.signal.throwIfAborted();
      if (limits?.isUnwanted()) return { kind: "done", command: null };
      return afterFailure(body, recorded, error);
    } finally {
      limits?.end();
    }
  }

  function afterFailure(body: OperationBody, recorded: Operation, error: unknown): JobResult {
    if (!(error instanceof AdapterError)) throw error;
    if (error.uncertain && error.retryable) throw error;
    if (error.uncertain) {
      return { kind: "done", command: reportOf(body, { kind: "unknown", why: error.message }) };
    }
    const now = context.clock.now();
    const givesUp = !error.retryable || now - body.operation.startedAt >= PATIENCE;
    if (givesUp) {
      return { kind: "done", command: reportOf(body, { kind: "failed", why: error.message }) };
    }
    const detail = `not begun yet, tried again: ${error.message}`;
    return {
      kind: "later",
      at: now + (error.retryAfter ?? delay(1)),
      command: recorded.detail === detail ? null : reportOf(body, { kind: "running", detail }),
    };
  }

  return {
    timeout: TIMEOUT,
    attempts: ATTEMPTS,
    retryDelay: delay,
    run,
    buried: (body, error) =>
      reportOf(body, {
        kind: "unknown",
        why: `${error}; whether it was begun is not known: look at ${body.operation.deployer}`,
      }),
  };
}
