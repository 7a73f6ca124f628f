import type { JobHandlers } from "../job-handler.ts";
import { createObserveHandler } from "./observe-handler.ts";
import type { OperationContext } from "./operation-context.ts";
import { createStartHandler } from "./start-handler.ts";
import { createStopHandler } from "./stop-handler.ts";

/** The three jobs of an operation: it is started, looked at until it ends, and stopped when nobody wants it. */
export function createOperationHandlers(
  context: OperationContext,
): Pick<JobHandlers, "operation.start" | "operation.observe" | "operation.stop"> {
  return {
    "operation.start": createStartHandler(context),
    "operation.observe": createObserveHandler(context),
    "operation.stop": createStopHandler(context),
  };
}
