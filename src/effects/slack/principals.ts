import type { Principal } from "../../core/actor.ts";
import type { ComponentPolicy } from "../../core/policy.ts";

/** Everybody whom a component's policy names: owners, approvers, who may roll back. */
export function componentPrincipals(policy: ComponentPolicy): readonly Principal[] {
  const named = policy.environments.flatMap(({ approval, rollbackFrom }) => [
    ...approval.flatMap(({ from }) => from),
    ...(rollbackFrom ?? []),
  ]);
  return [...new Set([...policy.owners, ...named])];
}

/**
 * Under which principal the directory is asked for an author, as builds name them. A bare login must never
 * be taken for a Slack user id, which may look the same.
 */
export function authorPrincipal(author: string): Principal {
  return author.includes("@") ? author : `github:${author}`;
}
