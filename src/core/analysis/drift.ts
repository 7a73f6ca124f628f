import type { Histograms } from "../verdict.ts";
import { chiSquaredQuantile } from "./distribution.ts";
import { coarsened, commonBounds, totalCounts } from "./histogram.ts";
import { itemAt } from "./item.ts";
import { sum } from "./robust.ts";

export type DriftStatistic = "psi" | "kolmogorov-smirnov";

export type DriftResult =
  | {
      /** `drift`: the statistic is above the limit. */
      readonly kind: "drift" | "same";
      readonly statistic: number;
      readonly limit: number;
      /** Events that were compared. */
      readonly events: { readonly release: number; readonly baseline: number };
    }
  | { readonly kind: "too-little"; readonly why: string };

/** From where on distributions are told to differ: 0.2 is the usual limit of PSI. */
const LEAST: Readonly<Record<DriftStatistic, number>> = { psi: 0.2, "kolmogorov-smirnov": 0.1 };
/** One of so many releases whose distribution is the same is told to drift, if events are independent. */
const ONE_IN = 1_000;
/** Buckets are put together until each has at least this share of the baseline. */
const LEAST_SHARE = 0.05;

/**
 * How far the distribution of a release is from its baseline's, from histograms whose bounds may differ:
 * only bounds that both have are used.
 *
 * `psi`, the population stability index: the sum of (p - q) ln(p / q) over buckets of at least 5 % of the
 * baseline. Of equal distributions it is about chi-squared with one degree less than buckets, times
 * 1/n + 1/m (Yurdakul, Statistical Properties of Population Stability Index, 2018).
 * `kolmogorov-smirnov`: the largest difference of the shares below a bound; of equal distributions above
 * sqrt(ln(2 / a) / 2 (1/n + 1/m)) in a share `a` of cases (Smirnov 1948), in fewer where there are buckets.
 *
 * The limit is `least`, or, where events are so few that equal distributions differ as much, what those
 * exceed once in a thousand times. Below that limit, and with so few events, it cannot be said.
 *
 * @param least the smallest drift that matters, in the statistic's own unit; null: 0.2 of PSI, 0.1 of
 *   Kolmogorov-Smirnov
 */
export function drift(
  statistic: DriftStatistic,
  release: Histograms,
  baseline: Histograms,
  least: number | null,
): DriftResult {
  const bounds = commonBounds(release.bounds, baseline.bounds);
  const all = buckets(
    totalCounts(coarsened(release, bounds)),
    totalCounts(coarsened(baseline, bounds)),
  );
  const events = {
    release: sum(all.map(({ seen }) => seen)),
    baseline: sum(all.map(({ expected }) => expected)),
  };
  if (events.release === 0) return { kind: "too-little", why: "the release has no events" };
  if (events.baseline === 0) return { kind: "too-little", why: "the baseline has no events" };
  const used = statistic === "psi" ? wide(all, events.baseline) : all;
  if (used.length < 2) {
    return {
      kind: "too-little",
      why: "all events of the baseline lie in one bucket that both have",
    };
  }
  const noise = 1 / events.release + 1 / events.baseline;
  const value = statistic === "psi" ? psi(used, events) : distance(used, events);
  const chance =
    statistic === "psi"
      ? noise * chiSquaredQuantile(1 - 1 / ONE_IN, used.length - 1)
      : Math.sqrt((noise * Math.log(2 * ONE_IN)) / 2);
  const wanted = least ?? LEAST[statistic];
  const limit = Math.max(wanted, chance);
  if (value > limit) return { kind: "drift", statistic: value, limit, events };
  if (chance > wanted) {
    const needed = Math.ceil((chance / wanted) ** (statistic === "psi" ? 1 : 2));
    const why = `${events.release} events against ${events.baseline} are too few: about ${needed} times as many are needed`;
    return { kind: "too-little", why };
  }
  return { kind: "same", statistic: value, limit, events };
}

interface Bucket {
  readonly seen: number;
  readonly expected: number;
}

function buckets(release: readonly number[], baseline: readonly number[]): readonly Bucket[] {
  return release.map((seen, index) => ({ seen, expected: itemAt(baseline, index) }));
}

function wide(all: readonly Bucket[], events: number): readonly Bucket[] {
  const result: Bucket[] = [];
  let open: Bucket = { seen: 0, expected: 0 };
  for (const bucket of all) {
    open = joined(open, bucket);
    if (open.expected < LEAST_SHARE * events) continue;
    result.push(open);
    open = { seen: 0, expected: 0 };
  }
  const last = result.length - 1;
  return result.map((bucket, index) => (index === last ? joined(bucket, open) : bucket));
}

function joined(one: Bucket, other: Bucket): Bucket {
  return { seen: one.seen + other.seen, expected: one.expected + other.expected };
}

type Events = { readonly release: number; readonly baseline: number };

/** Half an event is added to each bucket: one that lost all its events must not make it infinite. */
function psi(all: readonly Bucket[], { release, baseline }: Events): number {
  const extra = all.length / 2;
  return sum(
    all.map(({ seen, expected }) => {
      const p = (seen + 0.5) / (release + extra);
      const q = (expected + 0.5) / (baseline + extra);
      return (p - q) * Math.log(p / q);
    }),
  );
}

function distance(all: readonly Bucket[], { release, baseline }: Events): number {
  let below = 0;
  let largest = 0;
  for (const { seen, expected } of all) {
    below += seen / release - expected / baseline;
    largest = Math.max(largest, Math.abs(below));
  }
  return largest;
}
