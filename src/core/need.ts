import { environmentState } from "./component.ts";
import type { Draft } from "./draft.ts";
import { type Refusal, refusal } from "./refusal.ts";

/**
 * Whether what is live in an environment would still have what it needs if this component were at
 * `version` there; null: yes.
 */
export function unmetDependents(
  draft: Draft,
  environment: string,
  version: string,
): Refusal | null {
  const { policy, others } = draft.context;
  const broken = Object.values(policy.components).flatMap(({ name, needs }) => {
    const need = needs.find(({ component }) => component === draft.component);
    const other = others[name];
    if (need === undefined || other === undefined) return [];
    const { live } = environmentState(other, environment);
    return live === null || need.satisfiedBy(version) ? [] : [`${live} needs ${need.range}`];
  });
  return broken.length === 0
    ? null
    : refusal(
        "needs_unmet",
        `${environment} cannot go to ${draft.component} ${version}: ${broken.join("; ")}; roll that back first`,
      );
}
