import type { Histograms } from "../verdict.ts";
import { itemAt } from "./item.ts";
import type { RatioPoint } from "./points.ts";
import { sum } from "./robust.ts";

/** The bounds that two histograms have in common, rising; Infinity is always one. */
export function commonBounds(one: readonly number[], other: readonly number[]): readonly number[] {
  const known = new Set(other);
  const common = one.filter((bound) => bound !== Infinity && known.has(bound));
  return [...common.toSorted((a, b) => a - b), Infinity];
}

/** The same with fewer buckets: bounds that are not among `bounds`, all of which it has, are dropped. */
export function coarsened(
  { bounds: own, points }: Histograms,
  bounds: readonly number[],
): Histograms {
  const places = own.map((bound) => bounds.findIndex((wanted) => bound <= wanted));
  return {
    bounds,
    points: points.map(({ at, counts }) => ({
      at,
      counts: counts && merged(counts, places, bounds),
    })),
  };
}

function merged(counts: readonly number[], places: readonly number[], bounds: readonly number[]) {
  return bounds.map((_, place) => sum(counts.filter((_count, index) => places[index] === place)));
}

/** Of all points together, how many events each bucket has. */
export function totalCounts({ bounds, points }: Histograms): readonly number[] {
  const known = points.flatMap(({ counts }) => (counts === null ? [] : [counts]));
  return bounds.map((_, bucket) => sum(known.map((counts) => itemAt(counts, bucket))));
}

/**
 * The bound that the slow events are counted above: the one that the share of events above it lies nearest
 * to `share` of (as a factor), in all points together. null: there are no events, or none lies above any
 * bound, or all do.
 */
export function boundNear(histograms: Histograms, share = 0.05): number | null {
  const counts = totalCounts(histograms);
  const all = sum(counts);
  let best: { readonly bound: number; readonly distance: number } | null = null;
  let above = all;
  for (const [bucket, bound] of histograms.bounds.entries()) {
    above -= itemAt(counts, bucket);
    if (bound === Infinity || above <= 0 || above >= all) continue;
    const distance = Math.abs(Math.log(above / all / share));
    if (best === null || distance < best.distance) best = { bound, distance };
  }
  return best === null ? null : best.bound;
}

/** The share of events above a bound, by point. Points without data or without events are left out. */
export function slowPoints({ bounds, points }: Histograms, bound: number): readonly RatioPoint[] {
  return points.flatMap(({ at, counts }) => {
    if (counts === null) return [];
    const total = sum(counts);
    if (total <= 0) return [];
    const bad = sum(counts.filter((_, bucket) => itemAt(bounds, bucket) > bound));
    return [{ at, bad, total }];
  });
}

/** Two histograms as two series of the share of slow events, or why that cannot be. */
export type SlowShares =
  | {
      readonly kind: "shares";
      /** Slow is what is above this, in the unit of the bounds. */
      readonly over: number;
      readonly release: readonly RatioPoint[];
      readonly baseline: readonly RatioPoint[];
    }
  | { readonly kind: "none"; readonly why: string };

/**
 * The share of slow events of a release and its baseline, above a bound that both have.
 *
 * @param over what is slow, in the unit of the bounds: the lowest common bound that is not below it is
 *   taken; null: the bound next to the baseline's 95th percentile
 */
export function slowShares(
  release: Histograms,
  baseline: Histograms,
  over: number | null,
): SlowShares {
  const common = commonBounds(release.bounds, baseline.bounds);
  if (common.length === 1)
    return { kind: "none", why: "the two histograms have no bound in common" };
  const bound =
    over === null
      ? boundNear(coarsened(baseline, common))
      : (common.find((candidate) => candidate >= over && candidate !== Infinity) ?? null);
  if (bound === null) {
    const why =
      over === null
        ? "no bound that both histograms have divides the events of the baseline"
        : `no bound that both histograms have is at least ${over}`;
    return { kind: "none", why };
  }
  return {
    kind: "shares",
    over: bound,
    release: slowPoints(release, bound),
    baseline: slowPoints(baseline, bound),
  };
}
