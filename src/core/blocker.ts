import { SLIPWAY } from "./actor.ts";
import { type ComponentState, environmentState, findRelease, type Hold } from "./component.ts";
import type { Context } from "./decision.ts";
import type { Instant } from "./json.ts";
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
  return policy.needs.flatMap((need) => {
    const other = others[need.component];
    const live =
      other === undefined
        ? undefined
        : findRelease(other, environmentState(other, environment).live);
    if (live !== undefined && need.satisfiedBy(live.version)) return [];
    return [
      {
        kind: "needs" as const,
        component: need.component,
        range: need.range,
        found: live?.version ?? null,
      },
    ];
  });
}

/** Everything that keeps an approved promotion from being deployed into an environment now. */
export function blockersOf(
  policy: ComponentPolicy,
  state: ComponentState,
  environment: string,
  context: Pick<Context, "global" | "now" | "others">,
): readonly Blocker[] {
  const freeze = freezeBlocker(policy, state, context);
  const hold = holdOn(state, environment);
  const { active, rollback } = environmentState(state, environment);
  return [
    ...(freeze === null ? [] : [freeze]),
    ...(hold === null ? [] : [{ kind: "held" as const, reason: hold.reason, by: hold.by }]),
    ...(rollback?.state.kind === "running" ? [{ kind: "busy" as const, promotion: null }] : []),
    ...(active === null ? [] : [{ kind: "busy" as const, promotion: active }]),
    ...unmetNeeds(policy, environment, context.others),
  ];
}

/** When the blockers may lift by themselves; null: only when something else happens. */
export function reviewAt(blockers: readonly Blocker[]): Instant | null {
  const ends = blockers.flatMap((blocker) =>
    blocker.kind === "frozen" && blocker.until !== null ? [blocker.until] : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
