import {
  type ComponentState,
  type EnvironmentState,
  environmentState,
  type Rollback,
} from "./component.ts";
import type { EnvironmentEvent, Fact } from "./event.ts";
import { begun, updatePromotion } from "./evolve-promotion.ts";
import type { Instant } from "./json.ts";
import type { Operation } from "./promotion.ts";
import type { ReleaseId } from "./release-id.ts";

/** The state after something happened to an environment as a whole. */
export function evolveEnvironment(
  state: ComponentState,
  { at, by, event }: Fact<EnvironmentEvent>,
): ComponentState {
  switch (event.type) {
    case "RollbackStarted": {
      const rollback: Rollback = {
        id: event.rollback,
        from: event.from,
        promotion: event.promotion,
        to: event.to,
        trigger: event.trigger,
        by,
        reason: event.reason,
        startedAt: at,
        state: running(event.rollback, event, at),
      };
      const rolling = updatePromotion(state, event.promotion, () => ({
        state: { kind: "rolling-back", since: at, to: event.to },
      }));
      return updateEnvironment(rolling, event.environment, (environment) => ({
        rollback,
        active: null,
        rollbacks: environment.rollbacks + 1,
      }));
    }
    case "RollbackAccepted":
      return updateRunning(state, event, { handle: event.handle, url: event.url });
    case "RollbackProgressed":
      return updateRunning(state, event, { detail: event.detail });
    case "RolledBack":
      return finish(state, event.environment, at);
    case "RollbackFailed":
      return updateRollback(state, event.environment, (rollback) => ({
        ...rollback,
        state: { kind: "failed", at, why: event.why },
      }));
    case "RollbackRetried":
      return updateEnvironment(state, event.environment, ({ rollback, rollbacks }) => ({
        rollback: rollback === null ? null : { ...rollback, state: running(event.key, event, at) },
        rollbacks: rollbacks + 1,
      }));
    case "RollbackImpossible":
      return state;
    case "HoldPlaced":
      return {
        ...state,
        holds: [
          ...state.holds.filter(({ environment }) => environment !== event.environment),
          {
            environment: event.environment,
            reason: event.reason,
            by,
            at,
            automatic: event.automatic,
          },
        ],
      };
    case "HoldLifted":
      return {
        ...state,
        holds: state.holds.filter(({ environment }) => environment !== event.environment),
      };
  }
}

function running(
  key: string,
  run: Pick<Operation, "deployer" | "params">,
  at: Instant,
): Rollback["state"] {
  return { kind: "running", operation: begun(key, run, at) };
}

function finish(state: ComponentState, name: string, at: Instant): ComponentState {
  const { rollback } = environmentState(state, name);
  if (rollback === null) return state;
  const rolledBack = updatePromotion(state, rollback.promotion, () => ({
    state: { kind: "rolled-back", at, to: rollback.to, trigger: rollback.trigger },
  }));
  return updateEnvironment(rolledBack, name, ({ good }) => ({
    live: rollback.to,
    serving: rollback.to,
    good: goodBefore(good, rollback.to),
    rollback: { ...rollback, state: { kind: "done", at } },
    rolledBack: true,
  }));
}

/** What was good before the release that is returned to: everything newer is no longer a target. */
function goodBefore(good: readonly ReleaseId[], to: ReleaseId): readonly ReleaseId[] {
  const position = good.indexOf(to);
  return position === -1 ? good : good.slice(position + 1);
}

function updateRunning(
  state: ComponentState,
  event: { readonly environment: string },
  change: Partial<Operation>,
): ComponentState {
  return updateRollback(state, event.environment, (rollback) =>
    rollback.state.kind === "running"
      ? {
          ...rollback,
          state: { ...rollback.state, operation: { ...rollback.state.operation, ...change } },
        }
      : rollback,
  );
}

function updateRollback(
  state: ComponentState,
  name: string,
  change: (rollback: Rollback) => Rollback,
): ComponentState {
  return updateEnvironment(state, name, ({ rollback }) => ({
    rollback: rollback === null ? null : change(rollback),
  }));
}

function updateEnvironment(
  state: ComponentState,
  name: string,
  change: (environment: EnvironmentState) => Partial<EnvironmentState>,
): ComponentState {
  const environment = environmentState(state, name);
  return {
    ...state,
    environments: { ...state.environments, [name]: { ...environment, ...change(environment) } },
  };
}
