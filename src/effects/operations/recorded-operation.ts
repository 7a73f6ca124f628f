import type { ComponentState } from "../../core/component.ts";
import type { Operation } from "../../core/promotion.ts";

/** The operation of this key as the state has it; null: nothing waits for it any more. */
export function recordedOperation(state: ComponentState, key: string): Operation | null {
  return runningOperations(state).find((operation) => operation.key === key) ?? null;
}

function runningOperations(state: ComponentState): readonly Operation[] {
  const promoted = Object.values(state.releases)
    .flatMap(({ promotions }) => promotions)
    .flatMap(({ state: present }) =>
      present.kind === "deploying" || present.kind === "verifying" ? [present.operation] : [],
    );
  const rolledBack = Object.values(state.environments).flatMap(({ rollback }) =>
    rollback?.state.kind === "running" ? [rollback.state.operation] : [],
  );
  return [...promoted, ...rolledBack];
}
