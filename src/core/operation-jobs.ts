import type { Actor } from "./actor.ts";
import { type ComponentState, environmentState, findPromotion, versionOf } from "./component.ts";
import { nameOf } from "./describe.ts";
import type { ComponentEvent } from "./event.ts";
import { job, type NewJob, type OperationInput } from "./job.ts";
import type { Instant } from "./json.ts";
import type { Operation, Promotion } from "./promotion.ts";
import type { Release } from "./release.ts";

interface Around {
  readonly at: Instant;
  readonly by: Actor;
  readonly before: ComponentState;
  readonly after: ComponentState;
}

/** All-at-once is the only strategy: the whole of the traffic. */
const WHOLE_WEIGHT = 100;

/** The deployer is told to start, looked at, or told to stop. */
export function operationJobs(
  { at, by, before, after }: Around,
  event: ComponentEvent,
): readonly NewJob[] {
  switch (event.type) {
    case "DeployStarted":
    case "VerificationStarted":
      return start(after, promotionInput(after, event.promotion, by), at);
    case "OperationAbandoned":
      return stopAbandoned(after, event, by, at);
    case "OperationAccepted":
      return observe(after, promotionInput(after, event.promotion, by), event.handle, at);
    case "RollbackStarted":
      return [
        ...stopRunning(before, event.promotion, by, at),
        ...start(after, rollbackInput(after, event.environment), at),
      ];
    case "RollbackRetried":
      return start(after, rollbackInput(after, event.environment), at);
    case "RollbackAccepted":
      return observe(after, rollbackInput(after, event.environment), event.handle, at);
    case "PromotionFailed":
      return stopRunning(before, event.promotion, by, at);
    default:
      return [];
  }
}

/**
 * What tells a deployer to do something runs in one lane for each environment, so that a rollback is never
 * overtaken by the start of what it undoes.
 */
function laneOf({ component, environment }: OperationInput): string {
  return `operation:${component}/${environment}`;
}

function start(
  { component }: ComponentState,
  operation: OperationInput | null,
  at: Instant,
): readonly NewJob[] {
  return operation === null
    ? []
    : [
        job(
          operation.key,
          at,
          { kind: "operation.start", component, operation },
          laneOf(operation),
        ),
      ];
}

function stop(operation: OperationInput, handle: string, at: Instant): NewJob {
  const { component } = operation;
  const body = { kind: "operation.stop", component, operation, handle } as const;
  return job(`stop:${operation.key}`, at, body, laneOf(operation));
}

function observe(
  { component }: ComponentState,
  operation: OperationInput | null,
  handle: string,
  at: Instant,
): readonly NewJob[] {
  return operation === null
    ? []
    : [
        job(`observe:${operation.key}`, at, {
          kind: "operation.observe",
          component,
          operation,
          handle,
        }),
      ];
}

/**
 * An operation that somebody gave up is asked to stop, if the deployer has accepted it. If not, the job
 * that would start it gives way to one that does nothing, so that it does not hold up its lane.
 */
function stopRunning(
  before: ComponentState,
  promotion: string,
  by: Actor,
  at: Instant,
): readonly NewJob[] {
  const found = findPromotion(before, promotion)?.promotion;
  const handle = found === undefined ? null : (operationOf(found)?.handle ?? null);
  const operation = promotionInput(before, promotion, by);
  if (operation === null) return [];
  if (handle !== null) return [stop(operation, handle, at)];
  const { component } = operation;
  return [job(operation.key, at, { kind: "review", component }, laneOf(operation))];
}

/** The deployer accepted it only after it had been given up. */
function stopAbandoned(
  state: ComponentState,
  event: Extract<ComponentEvent, { type: "OperationAbandoned" }>,
  by: Actor,
  at: Instant,
): readonly NewJob[] {
  const found = findPromotion(state, event.promotion);
  if (found === undefined) return [];
  const { release, promotion } = found;
  const operation: OperationInput = {
    ...describe(release, {
      ...promotion.plan.deploy,
      key: event.key,
      startedAt: at,
      handle: event.handle,
      url: null,
      detail: null,
    }),
    purpose: "deploy",
    component: state.component,
    environment: promotion.environment,
    previous: null,
    actor: nameOf(by),
  };
  return [stop(operation, event.handle, at)];
}

function operationOf({ state }: Promotion): Operation | null {
  return state.kind === "deploying" || state.kind === "verifying" ? state.operation : null;
}

function promotionInput(state: ComponentState, id: string, by: Actor): OperationInput | null {
  const found = findPromotion(state, id);
  const operation = found === undefined ? null : operationOf(found.promotion);
  if (found === undefined || operation === null) return null;
  const { release, promotion } = found;
  return {
    ...describe(release, operation),
    purpose: promotion.state.kind === "verifying" ? "verify" : "deploy",
    component: state.component,
    environment: promotion.environment,
    previous: servedBefore(state, promotion),
    actor: promotion.approvals.map((approval) => nameOf(approval.by)).join(", ") || nameOf(by),
  };
}

function rollbackInput(state: ComponentState, environment: string): OperationInput | null {
  const { rollback } = environmentState(state, environment);
  const target = rollback === null ? undefined : state.releases[rollback.to];
  if (rollback?.state.kind !== "running" || target === undefined) return null;
  return {
    ...describe(target, rollback.state.operation),
    purpose: "rollback",
    component: state.component,
    environment,
    previous: versionOf(state, rollback.from),
    actor: nameOf(rollback.by),
  };
}

function describe(
  release: Release,
  operation: Operation,
): Omit<OperationInput, "purpose" | "component" | "environment" | "previous" | "actor"> {
  const { artifact, commit } = release.build;
  return {
    key: operation.key,
    deployer: operation.deployer,
    params: operation.params,
    startedAt: operation.startedAt,
    version: release.version,
    release: release.id,
    digest: artifact?.digest ?? null,
    artifact: artifact?.uri ?? null,
    commit: commit?.sha ?? null,
    repository: commit?.repository ?? null,
    weight: WHOLE_WEIGHT,
  };
}

/** What the environment served before this promotion was deployed. */
function servedBefore(state: ComponentState, promotion: Promotion): string | null {
  const { serving, live } = environmentState(state, promotion.environment);
  const present = serving === promotion.release ? live : (serving ?? live);
  return versionOf(state, present);
}
