import { openIncident } from "../../core/after-watch.ts";
import { isActive, isWaiting, type Promotion } from "../../core/promotion.ts";
import type { Release } from "../../core/release.ts";
import { changedAt } from "../subject.ts";

/**
 * The promotion that a card's title is about: what goes wrong before what waits for people, that before
 * what runs by itself, that before what has ended; among equals the one that changed last. Of several
 * attempts into one environment only the latest counts. null: nothing has been asked for yet.
 */
export function focusOf(release: Release): Promotion | null {
  const latest = new Map(release.promotions.map((promotion) => [promotion.environment, promotion]));
  const [first] = [...latest.values()].sort(
    (a, b) => urgency(a) - urgency(b) || changedAt(b) - changedAt(a),
  );
  return first ?? null;
}

/** True while something goes on that ends by itself or by a decision. */
export function isOpen(promotion: Promotion): boolean {
  return isActive(promotion) || isWaiting(promotion) || promotion.state.kind === "rolling-back";
}

/** It is being undone, or people are asked about what serves. */
export function isGoingWrong(promotion: Promotion): boolean {
  const { state, incident } = promotion;
  return (
    state.kind === "rolling-back" ||
    (state.kind === "watching" && incident !== null) ||
    openIncident(promotion) !== null
  );
}

function urgency(promotion: Promotion): number {
  const { kind } = promotion.state;
  if (isGoingWrong(promotion)) return 0;
  if (kind === "awaiting-approval") return 1;
  if (isActive(promotion)) return 2;
  return isWaiting(promotion) ? 3 : 4;
}
