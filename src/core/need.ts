import { type ComponentState, environmentState, findRelease } from "./component.ts";
import type { Context } from "./decision.ts";
import type { ComponentPolicy, Need, Policy } from "./policy.ts";
import { type Refusal, refusal } from "./refusal.ts";

type Others = Context["others"];

/** What a component needs in an environment, and what is there. */
export interface NeedStanding {
  readonly component: string;
  /** A semantic-version range, as written. */
  readonly range: string;
  /** The version that is live there; null: none. */
  readonly found: string | null;
  readonly met: boolean;
}

/** What runs in an environment and needs a component there. */
export interface Dependent {
  readonly component: string;
  readonly range: string;
  /** Of the dependent: what takes traffic there, or is live. */
  readonly version: string;
  satisfiedBy(version: string): boolean;
}

/** In the order of the configuration. Nothing that is unknown is met. */
export function needsIn(
  policy: ComponentPolicy,
  environment: string,
  others: Others,
): readonly NeedStanding[] {
  return policy.needs.map((need) => standingOf(need, environment, others));
}

function standingOf(need: Need, environment: string, others: Others): NeedStanding {
  const { component, range } = need;
  const other = others[component];
  const live =
    other === undefined ? undefined : findRelease(other, environmentState(other, environment).live);
  const met = live !== undefined && need.satisfiedBy(live.version);
  return { component, range, found: live?.version ?? null, met };
}

/** What runs there and needs `component`; a component of which nothing runs there needs nothing there. */
export function dependentsIn(
  policy: Policy,
  component: string,
  environment: string,
  others: Others,
): readonly Dependent[] {
  return edgesTo(policy, component).flatMap(({ name, need }) => {
    const version = runningIn(others[name], environment);
    if (version === null) return [];
    return [{ component: name, range: need.range, version, satisfiedBy: need.satisfiedBy }];
  });
}

/** Who needs a component, as it is configured. */
function edgesTo(
  policy: Policy,
  component: string,
): readonly { readonly name: string; readonly need: Need }[] {
  return Object.values(policy.components).flatMap(({ name, needs }) =>
    needs.filter((need) => need.component === component).map((need) => ({ name, need })),
  );
}

/** A release that is still watched takes traffic as well as one that is live. */
function runningIn(state: ComponentState | undefined, environment: string): string | null {
  if (state === undefined) return null;
  const { serving, live } = environmentState(state, environment);
  const id = serving ?? live;
  return findRelease(state, id)?.version ?? id;
}

/** What has what it needs with `present` of a component, and would lack it with `version`. */
export function brokenBy(
  dependents: readonly Dependent[],
  { present, version }: { readonly present: string | null; readonly version: string },
): readonly Dependent[] {
  if (present === null) return [];
  return dependents.filter((one) => one.satisfiedBy(present) && !one.satisfiedBy(version));
}

/**
 * Whether what runs in an environment would have what it needs if this component were at `version` there;
 * null: yes.
 */
export function unmetDependents(
  context: Pick<Context, "policy" | "others">,
  component: string,
  environment: string,
  version: string,
): Refusal | null {
  const unmet = dependentsIn(context.policy, component, environment, context.others).filter(
    (one) => !one.satisfiedBy(version),
  );
  return unmet.length === 0 ? null : needsUnmet({ component, environment, version }, unmet);
}

/** Says who needs it, and what to do first. */
export function needsUnmet(
  at: { readonly component: string; readonly environment: string; readonly version: string },
  unmet: readonly Dependent[],
): Refusal {
  const { component, environment, version } = at;
  const who = unmet.map((one) => `${one.component} ${one.version} there needs ${one.range}`);
  const first = unmet.map((one) => `/release ${one.component} rollback in ${environment}`);
  return refusal(
    "needs_unmet",
    `${environment} cannot go to ${component} ${version}: ${who.join("; ")}. First return what needs it to a version that works with ${version} (${first.join(", ")}) and correct its needs in the configuration`,
  );
}

/** Both ends of the edges of one component, as its card shows them. */
export interface Relations {
  readonly needs: readonly {
    readonly component: string;
    readonly range: string;
    /** By environment, in the order of promotion. */
    readonly places: readonly {
      readonly environment: string;
      readonly found: string | null;
      readonly met: boolean;
    }[];
  }[];
  readonly neededBy: readonly {
    readonly component: string;
    readonly range: string;
    /** Whether the release that is shown would do. */
    readonly satisfied: boolean;
    /** Where something runs that needs it. */
    readonly places: readonly { readonly environment: string; readonly version: string }[];
  }[];
}

export const NO_RELATIONS: Relations = { needs: [], neededBy: [] };

/** `others`: the components that this one needs, and those that need it. */
export function relationsOf(
  policy: Policy,
  { component, version }: { readonly component: string; readonly version: string },
  others: Others,
): Relations {
  const own = policy.components[component];
  if (own === undefined) return NO_RELATIONS;
  const environments = own.environments.map(({ name }) => name);
  return {
    needs: own.needs.map((need) => ({
      component: need.component,
      range: need.range,
      places: environments.map((environment) => {
        const { found, met } = standingOf(need, environment, others);
        return { environment, found, met };
      }),
    })),
    neededBy: edgesTo(policy, component).map(({ name, need }) => ({
      component: name,
      range: need.range,
      satisfied: need.satisfiedBy(version),
      places: environments.flatMap((environment) => {
        const running = runningIn(others[name], environment);
        return running === null ? [] : [{ environment, version: running }];
      }),
    })),
  };
}

/** The components that this one needs, and those that need it, by name. */
export function relatedTo(policy: Policy, component: string): readonly string[] {
  const needed = policy.components[component]?.needs.map((need) => need.component) ?? [];
  return [...new Set([...needed, ...edgesTo(policy, component).map(({ name }) => name)])];
}
