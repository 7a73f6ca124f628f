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

/** The author of the change, as the build names them and as the directory is asked; null where it does not say. */
export function authorOf(
  release: Release,
): { readonly name: string; readonly principal: Principal } | null {
  const name = release.build.commit?.author ?? null;
  if (name === null) return null;
  // A bare login must never be taken for a Slack user id, which may look the same.
  return { name, principal: name.includes("@") ? name : `github:${name}` };
}
