import { hasCard } from "./card-place.ts";
import { environmentState } from "./component.ts";
import type { Draft } from "./draft.ts";
import { blockedBy } from "./gate.ts";
import { judgeAnew } from "./judge.ts";
import type { ComponentPolicy } from "./policy.ts";
import { isActive, isWaiting } from "./promotion.ts";
import { isNewer, type Release } from "./release.ts";

/**
 * When many releases come at once, they share one card, which follows the newest: it takes over the card of
 * the one before it, which is superseded without another word. What is being deployed or watched, what users
 * have, and what a person asked for by name keep their cards.
 */
export function shareCard(draft: Draft, policy: ComponentPolicy, release: Release): void {
  const recent = recentReleases(draft, policy);
  if (policy.storm === null || recent.length < policy.storm.releases) return;
  const others = recent
    .filter((other) => other.id !== release.id && hasCard(other))
    .sort((a, b) => Number(isNewer(b, a)) - Number(isNewer(a, b)));
  const newer = others.find((other) => isNewer(other, release));
  if (newer !== undefined) {
    draft.emit({ type: "CardWithheld", release: release.id });
    draft.emit({ type: "ReleaseSuperseded", release: release.id, supersededBy: newer.id });
    return;
  }
  const before = others.find((other) => givesWay(draft, policy, other, release));
  if (before === undefined) return;
  for (const promotion of before.promotions.filter(isWaiting)) {
    draft.emit({
      type: "PromotionSuperseded",
      promotion: promotion.id,
      supersededBy: release.id,
    });
  }
  draft.emit({ type: "CardMoved", from: before.id, to: release.id });
  draft.emit({ type: "ReleaseSuperseded", release: before.id, supersededBy: release.id });
}

/** Builds that failed are counted elsewhere. */
function recentReleases(draft: Draft, { storm }: ComponentPolicy): readonly Release[] {
  const since = draft.context.now - (storm?.within ?? 0);
  return Object.values(draft.state().releases).filter(
    ({ status, registeredAt }) => status.kind !== "failed" && registeredAt > since,
  );
}

/** Nothing is lost with its card: it runs nowhere that matters, and what it waits for the newer one can have. */
function givesWay(
  draft: Draft,
  policy: ComponentPolicy,
  { id, status, promotions }: Release,
  newer: Release,
): boolean {
  const isAtWork = promotions.some(
    (promotion) =>
      isActive(promotion) ||
      promotion.state.kind === "rolling-back" ||
      promotion.incident !== null ||
      (isWaiting(promotion) && promotion.byName),
  );
  if (status.kind !== "candidate" || isAtWork || isWhereUsersAre(draft, policy, id)) return false;
  const waiting = new Set(promotions.filter(isWaiting).map(({ environment }) => environment));
  return policy.environments
    .filter(({ name }) => waiting.has(name))
    .every((place) => blockedBy(judgeAnew(draft, policy, newer, place).results).length === 0);
}

function isWhereUsersAre(draft: Draft, policy: ComponentPolicy, id: string): boolean {
  return policy.environments.slice(-1).some(({ name }) => {
    const { live, serving, good } = environmentState(draft.state(), name);
    return live === id || serving === id || good.includes(id);
  });
}
