import { type ComponentState, emptyComponent, emptyGlobal } from "../../src/core/component.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { StateReader } from "../../src/effects/state-reader.ts";
import { emptyPolicy } from "./effect-states.ts";

/** The state of one component, as a test sets it. */
export interface FakeStateReader extends StateReader {
  setState(state: ComponentState): void;
  setPolicy(policy: Policy): void;
  /** Every reading of state fails from now on, until null. */
  fail(error: Error | null): void;
}

export function createFakeStateReader(
  initial: ComponentState,
  initialPolicy: Policy = emptyPolicy(),
): FakeStateReader {
  let state = initial;
  let policy = initialPolicy;
  let failure: Error | null = null;
  const failIfTold = () => {
    if (failure !== null) throw failure;
  };
  return {
    policy: () => policy,
    component: async (name) => {
      failIfTold();
      return name === state.component ? state : emptyComponent(name);
    },
    global: async () => emptyGlobal(),
    release: async (component, id) => {
      failIfTold();
      return component === state.component ? (state.releases[id] ?? null) : null;
    },
    archived: async () => [],
    setState: (next) => {
      state = next;
    },
    setPolicy: (next) => {
      policy = next;
    },
    fail: (error) => {
      failure = error;
    },
  };
}
