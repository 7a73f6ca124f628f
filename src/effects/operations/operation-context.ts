import type { OperationReport, SystemCommand } from "../../core/command.ts";
import type { OperationInput } from "../../core/job.ts";
import type { Operation } from "../../core/promotion.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { Deployer } from "../deployers/deployer.ts";
import type { StateReader } from "../state-reader.ts";
import { recordedOperation } from "./recorded-operation.ts";

/** What the handlers of operations share. */
export interface OperationContext {
  /** By name, as configured now: a reload may replace them. */
  readonly deployers: () => Readonly<Record<string, Deployer>>;
  readonly state: Pick<StateReader, "component">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

export interface OperationBody {
  readonly component: string;
  readonly operation: OperationInput;
}

export function deployerOf(
  { deployers }: OperationContext,
  { operation }: OperationBody,
): Deployer | undefined {
  const configured = deployers();
  return Object.hasOwn(configured, operation.deployer) ? configured[operation.deployer] : undefined;
}

export function notConfigured({ operation }: OperationBody): string {
  return `the deployer "${operation.deployer}" is no longer configured: put it back, or deploy by another one`;
}

/** The operation as it is recorded; null: nothing waits for it. A store that is away is tried again. */
export async function wanted(
  { state }: OperationContext,
  { component, operation }: OperationBody,
): Promise<Operation | null> {
  try {
    return recordedOperation(await state.component(component), operation.key);
  } catch (error) {
    const why = `the state of ${component} cannot be read: ${errorText(error)}`;
    throw new AdapterError(why, { retryable: true, cause: error });
  }
}

export function reportOf(
  { component, operation }: OperationBody,
  report: OperationReport,
): SystemCommand {
  return { type: "ReportOperation", component, key: operation.key, report };
}
