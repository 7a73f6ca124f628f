import { SLIPWAY } from "./actor.ts";
import { type ComponentState, environmentState, type Hold, versionOf } from "./component.ts";
import type { Context } from "./decision.ts";
import type { Instant } from "./json.ts";
import { brokenBy, type Dependent, dependentsIn, needsIn } from "./need.ts";
import type { ComponentPolicy } from "./policy.ts";
import type { Blocker } from "./promotion.ts";

/** The freeze that is in force, whoever or whatever set it; the one that lasts longest. */
export function freezeBlocker(
  policy: ComponentPolicy,
  state: ComponentState,
  context: Pick<Context, "global" | "now">,
): Blocker | null {
  const { now, global } = context;
  const byPeople = [global.freeze, state.freeze].flatMap((freeze) =>
    freeze !== null && freeze.until > now
      ? [{ kind: "frozen" as const, reason: freeze.reason, by: freeze.by, until: freeze.until }]
      : [],
  );
  const byWindow = policy.freezes.flatMap((window) => {
    const until = window.activeUntil(now);
    return until === null
      ? []
      : [{ kind: "frozen" as const, reason: window.reason, by: SLIPWAY, until }];
  });
  const longest = [...byPeople, ...byWindow].sort((a, b) => b.until - a.until);
  return longest[0] ?? null;
}

/** The hold that covers an environment: its own, else the one over all environments. */
export function holdOn(state: ComponentState, environment: string): Hold | null {
  const own = state.holds.find((hold) => hold.environment === environment);
  return own ?? state.holds.find((hold) => hold.environment === null) ?? null;
}

/** What another component must be, and is not, in this environment. */
export function unmetNeeds(
  policy: ComponentPolicy,
  environment: string,
  others: Context["others"],
): readonly Blocker[] {
  return needsIn(policy, environment, others)
    .filter(({ met }) => !met)
    .map(({ component, range, found }) => ({ kind: "needs" as const, component, range, found }));
}

/** What runs in this environment and would lose what it needs to `version` of this component. */
export function brokenDependents(
  state: ComponentState,
  { environment, version }: { readonly environment: string; readonly version: string },
  { policy, others }: Pick<Context, "policy" | "others">,
): readonly Dependent[] {
  const present = versionOf(state, environmentState(state, environment).live);
  const dependents = dependentsIn(policy, state.component, environment, others);
  return brokenBy(dependents, { present, version });
}

/** Everything that keeps an approved promotion of `version` from being deployed into an environment now. */
export function blockersOf(
  policy: ComponentPolicy,
  state: ComponentState,
  target: { readonly environment: string; readonly version: string },
  context: Pick<Context, "global" | "now" | "others" | "policy">,
): readonly Blocker[] {
  const { environment } = target;
  const freeze = freezeBlocker(policy, state, context);
  const hold = holdOn(state, environment);
  const { active, rollback } = environmentState(state, environment);
  return [
    ...(freeze === null ? [] : [freeze]),
    ...(hold === null ? [] : [{ kind: "held" as const, reason: hold.reason, by: hold.by }]),
    ...(rollback?.state.kind === "running" ? [{ kind: "busy" as const, promotion: null }] : []),
    ...(active === null ? [] : [{ kind: "busy" as const, promotion: active }]),
    ...unmetNeeds(policy, environment, context.others),
    ...brokenDependents(state, target, context).map(({ component, range, version }) => ({
      kind: "needed" as const,
      component,
      range,
      found: version,
    })),
  ];
}

/** When the blockers may lift by themselves; null: only when something else happens. */
export function reviewAt(blockers: readonly Blocker[]): Instant | null {
  const ends = blockers.flatMap((blocker) =>
    blocker.kind === "frozen" && blocker.until !== null ? [blocker.until] : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
