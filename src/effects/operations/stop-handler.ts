import type { Milliseconds } from "../../core/json.ts";
import type { JobHandler, JobResult } from "../job-handler.ts";
import { exponentialDelay } from "../retry-delay.ts";
import { deployerOf, notConfigured, type OperationContext, reportOf } from "./operation-context.ts";

const TIMEOUT: Milliseconds = 120_000;
const ATTEMPTS = 5;

/** Asks a running operation to stop. That it has ended is seen by looking at it. */
export function createStopHandler(context: OperationContext): JobHandler<"operation.stop"> {
  return {
    timeout: TIMEOUT,
    attempts: ATTEMPTS,
    retryDelay: exponentialDelay({ first: 2_000, longest: 60_000, random: context.random }),
    run: async (body, { signal }): Promise<JobResult> => {
      const deployer = deployerOf(context, body);
      if (deployer === undefined) {
        const detail = `it could not be stopped: ${notConfigured(body)}`;
        return { kind: "done", command: reportOf(body, { kind: "running", detail }) };
      }
      await deployer.stop(body.operation, body.handle, signal);
      return { kind: "done", command: null };
    },
    buried: (body, error) =>
      reportOf(body, { kind: "running", detail: `it could not be stopped: ${error}` }),
  };
}
