import type { Principal } from "../../core/actor.ts";
import type { ComponentPolicy } from "../../core/policy.ts";
import type { Release } from "../../core/release.ts";

/** Everybody whom a component's policy names: owners, approvers, who may roll back. */
export function componentPrincipals(policy: ComponentPolicy): readonly Principal[] {
  const named = policy.environments.flatMap(({ approval, rollbackFrom }) => [
    ...approval.flatMap(({ from }) => from),
    ...(rollbackFrom ?? []),
  ]);
  return [...new Set([...policy.owners, ...named])];
}

/** The author of the change, as the build names them; null where it does not say. */
export function authorOf(release: Release): Principal | null {
  return release.build.commit?.author ?? null;
}
