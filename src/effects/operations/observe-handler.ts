import type { Milliseconds } from "../../core/json.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import { withDeadline } from "../deadline.ts";
import type { Deployer, Observation } from "../deployers/deployer.ts";
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

/** One look; longer than any deployer takes for one. */
const LOOK_TIMEOUT: Milliseconds = 90_000;
const TIMEOUT: Milliseconds = 120_000;

type Body = OperationBody & { readonly handle: string };

/** What one look came to, and how long the other side asked to be left alone. */
interface Look {
  readonly observation: Observation;
  readonly notBefore: Milliseconds;
}

/**
 * Looks at a running operation until it has ended, or until its deployer's time-out: then its outcome is
 * unknown. A look that fails says nothing of the operation, and is made again.
 */
export function createObserveHandler(context: OperationContext): JobHandler<"operation.observe"> {
  const { clock, logger } = context;

  async function run(body: Body, given: Run): Promise<JobResult> {
    const deployer = deployerOf(context, body);
    if (deployer === undefined) {
      const report = { kind: "unknown", why: notConfigured(body) } as const;
      return { kind: "done", command: reportOf(body, report) };
    }
    const recorded = await wanted(context, body);
    if (recorded === null) return { kind: "done", command: null };

    const { observation, notBefore } = await look(deployer, body, given.signal);
    if (observation.kind === "succeeded" || observation.kind === "failed") {
      return { kind: "done", command: reportOf(body, observation) };
    }
    const now = clock.now();
    const detail = detailOf(observation);
    if (now - body.operation.startedAt >= deployer.timeout) {
      const why = `no end after ${minutes(deployer.timeout)}: ${detail}`;
      return { kind: "done", command: reportOf(body, { kind: "unknown", why }) };
    }
    return {
      kind: "later",
      at: now + Math.max(deployer.every, notBefore),
      command: recorded.detail === detail ? null : reportOf(body, { kind: "running", detail }),
    };
  }

  async function look(deployer: Deployer, body: Body, signal: AbortSignal): Promise<Look> {
    const what = `${deployer.name} did not answer`;
    try {
      const observation = await withDeadline(
        { clock, signal, after: LOOK_TIMEOUT, what },
        (limited) => deployer.observe(body.operation, body.handle, limited),
      );
      return { observation, notBefore: 0 };
    } catch (error) {
      signal.throwIfAborted();
      const why = errorText(error);
      logger.warn({ key: body.operation.key, error: why }, "an operation could not be looked at");
      const notBefore = error instanceof AdapterError ? (error.retryAfter ?? 0) : 0;
      return { observation: { kind: "unknown", why }, notBefore };
    }
  }

  return {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: exponentialDelay({ first: 2_000, longest: 60_000, random: context.random }),
    run,
    buried: (body, error) => reportOf(body, { kind: "unknown", why: error }),
  };
}

function detailOf(observation: Extract<Observation, { kind: "running" | "unknown" }>): string {
  return observation.kind === "running"
    ? observation.detail
    : `its state is not known: ${observation.why}`;
}

function minutes(time: Milliseconds): string {
  return time < 60_000 ? `${time / 1_000} s` : `${Math.round(time / 60_000)} min`;
}
