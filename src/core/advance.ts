import { holdOn } from "./blocker.ts";
import { environmentState, findPromotion, findRelease } from "./component.ts";
import type { Draft } from "./draft.ts";
import { blockedBy } from "./gate.ts";
import { judgeAnew, judgeOpenReleases } from "./judge.ts";
import type { ComponentPolicy, EnvironmentPolicy } from "./policy.ts";
import { refreshWaiting, requestPromotion, startOrQueue, waitingIn } from "./promote.ts";
import { isNewer, promotionInto, type Release } from "./release.ts";
import { retire, supersedeReplaced } from "./retire.ts";
import { takeRoutineLane } from "./routine.ts";
import { settleLive } from "./settle-live.ts";

/**
 * What follows by itself once something has changed: gates are judged again, the newest release that is
 * due is taken into the next environment, whoever waits for a slot gets it, and what has been replaced is
 * closed.
 */
export function advance(draft: Draft): void {
  const { policy } = draft;
  settleLive(draft);
  if (policy === undefined) return;
  judgeOpenReleases(draft, policy);
  for (const [position, environment] of policy.environments.entries()) {
    refreshWaiting(draft, policy, environment);
    const previous = policy.environments[position - 1];
    const next = nextFor(draft, policy, environment, previous);
    if (next !== undefined) {
      requestPromotion(draft, policy, next, environment, { byName: false, carried: [] });
    }
    approveRoutine(draft, policy, environment);
    startQueued(draft, policy, environment.name);
  }
  supersedeReplaced(draft);
  retire(draft);
}

/** The release that enters an environment by itself: never an older one over a newer one. */
function nextFor(
  draft: Draft,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
  previous: EnvironmentPolicy | undefined,
): Release | undefined {
  const state = draft.state();
  if (holdOn(state, environment.name) !== null) return undefined;
  const due =
    previous === undefined
      ? Object.values(state.releases)
      : [findRelease(state, environmentState(state, previous.name).live)];
  const candidates = due
    .filter((release) => release !== undefined)
    .filter(
      (release) =>
        release.status.kind === "candidate" &&
        promotionInto(release, environment.name) === undefined &&
        isNewest(draft, release, environment.name),
    );
  const newest = candidates.reduce<Release | undefined>(
    (best, release) => (best === undefined || isNewer(release, best) ? release : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  return blockedBy(judgeAnew(draft, policy, newest, environment).results).length === 0
    ? newest
    : undefined;
}

/** Newer than everything that is, or wants to be, in the environment. */
function isNewest(draft: Draft, release: Release, environment: string): boolean {
  const state = draft.state();
  const { live, serving, active } = environmentState(state, environment);
  const present = [
    findRelease(state, live),
    findRelease(state, serving),
    findPromotion(state, active)?.release,
    ...waitingIn(draft, environment).map(({ older }) => older),
  ];
  return present.every((other) => other === undefined || isNewer(release, other));
}

/** What waits for people may have become routine: nothing is at work there any more, or a freeze has ended. */
function approveRoutine(
  draft: Draft,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
): void {
  for (const { promotion } of waitingIn(draft, environment.name)) {
    if (promotion.state.kind !== "awaiting-approval") continue;
    if (takeRoutineLane(draft, policy, environment, promotion.id)) {
      startOrQueue(draft, policy, promotion.id);
    }
  }
}

/** Gives the environment's slot to the newest build that waits for it. */
function startQueued(draft: Draft, policy: ComponentPolicy, environment: string): void {
  for (const { promotion } of waitingIn(draft, environment)) {
    const present = findPromotion(draft.state(), promotion.id)?.promotion;
    if (present?.state.kind === "queued") startOrQueue(draft, policy, promotion.id);
  }
}
