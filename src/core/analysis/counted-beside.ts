import type { CountedPair } from "./counted-pair.ts";
import { itemAt } from "./item.ts";
import type { RatioPoint } from "./points.ts";
import { binomialRoot } from "./poisson.ts";
import { clamp } from "./robust.ts";
import { type Find, type Scan, windowOf } from "./scan.ts";
import { THRESHOLDS } from "./thresholds.ts";

/** Of both at one moment, or in several: what the release has, and what it would have if it were as good. */
interface Stratum {
  /** Bad events of the release, as far as they are believed. */
  readonly seen: number;
  /** All of them, for people. */
  readonly raw: number;
  /** The same where it is asked how large the difference is, and not how sure. */
  readonly counted: number;
  readonly expected: number;
  /** Of `seen`, if events were independent. */
  readonly variance: number;
  /** Bad events of both. */
  readonly bad: number;
  /** A difference of the shares by 1 would be so many bad events more than expected. */
  readonly weight: number;
  /** All events of the release, and the bad and all events of the baseline. */
  readonly total: number;
  readonly others: { readonly bad: number; readonly total: number };
}

const NOTHING: Stratum = {
  seen: 0,
  raw: 0,
  counted: 0,
  expected: 0,
  variance: 0,
  bad: 0,
  weight: 0,
  total: 0,
  others: { bad: 0, total: 0 },
};

/**
 * A release beside its baseline, ready for `scan`. What moves both at the same time moves no difference:
 * each moment is a stratum of its own (Cochran 1954; Mantel and Haenszel 1959), and a window is judged by
 * the bad events of the release among those of both. The difference is held against none at all, and then
 * it must be larger than what matters.
 */
export function countedBeside({
  release,
  baseline,
  sign,
  effectAt,
  shown,
}: CountedPair): Scan | string {
  const partners = new Map(baseline.map((point) => [point.at, point]));
  const pairs = release.flatMap((point) => {
    const partner = partners.get(point.at);
    return partner === undefined ? [] : [{ at: point.at, ...stratumOf(point, partner) }];
  });
  if (pairs.length === 0) return "the two have no point with data in common";
  const spreads = spreadsOf(pairs);
  const sums = [NOTHING];
  for (const [index, pair] of pairs.entries()) {
    const before = itemAt(sums, index);
    const { others } = plus(before, pair);
    const effect = effectAt(others.bad / others.total);
    sums.push(plus(before, limited(pair, itemAt(spreads, index), effect)));
  }
  return {
    points: pairs.length,
    limit: THRESHOLDS.beside.start,
    judge: (end, length): Find | null => {
      const upTo = itemAt(sums, end + 1);
      const window = minus(upTo, itemAt(sums, end + 1 - length));
      const excess = (sign * (window.counted - window.expected)) / window.weight;
      const effect = effectAt(upTo.others.bad / upTo.others.total);
      if (!(excess > effect)) return null;
      return {
        ...windowOf(pairs, end, length),
        score: scoreOf(window, sign, itemAt(spreads, end)),
        limit: THRESHOLDS.beside[length === end + 1 ? "start" : "sliding"],
        observed: shown(window.raw / window.total),
        expected: shown(window.others.bad / window.others.total),
        isClear: excess > 2 * effect,
      };
    },
  };
}

function scoreOf(window: Stratum, sign: number, spread: number): number {
  const { seen, expected, bad, variance } = window;
  const ofBinomial = (expected * (bad - expected)) / bad;
  return sign * binomialRoot(seen, expected, bad) * Math.sqrt(ofBinomial / variance / spread);
}

function stratumOf(release: RatioPoint, baseline: RatioPoint): Stratum {
  const total = release.total + baseline.total;
  const bad = release.bad + baseline.bad;
  const weight = (release.total * baseline.total) / total;
  const share = bad / total;
  return {
    seen: release.bad,
    raw: release.bad,
    counted: release.bad,
    expected: share * release.total,
    variance: weight * share * (1 - share),
    bad,
    weight,
    total: release.total,
    others: baseline,
  };
}

/** One moment alone is not believed. */
function limited(stratum: Stratum, spread: number, effect: number): Stratum {
  const { seen, expected, variance, weight } = stratum;
  const most = THRESHOLDS.most * Math.sqrt(spread * variance);
  const far = Math.max(most, THRESHOLDS.far * effect * weight);
  return {
    ...stratum,
    seen: expected + clamp(seen - expected, -most, most),
    counted: expected + clamp(seen - expected, -far, far),
  };
}

/**
 * Up to each point, how many times more the pairs spread than counts do. From one point to the next: a
 * release that is worse all along has no more spread for it.
 */
function spreadsOf(pairs: readonly Stratum[]): readonly number[] {
  const { prior, spread, step } = THRESHOLDS;
  let total = prior * spread;
  let steps = prior;
  let before: number | null = null;
  return pairs.map(({ seen, expected, variance }) => {
    if (variance > 0) {
      const score = (seen - expected) / Math.sqrt(variance);
      if (before !== null) {
        total += Math.min((score - before) ** 2 / 2, step);
        steps += 1;
      }
      before = score;
    }
    return Math.max(1, total / steps);
  });
}

function plus(one: Stratum, other: Stratum): Stratum {
  return {
    seen: one.seen + other.seen,
    raw: one.raw + other.raw,
    counted: one.counted + other.counted,
    expected: one.expected + other.expected,
    variance: one.variance + other.variance,
    bad: one.bad + other.bad,
    weight: one.weight + other.weight,
    total: one.total + other.total,
    others: {
      bad: one.others.bad + other.others.bad,
      total: one.others.total + other.others.total,
    },
  };
}

function minus(one: Stratum, other: Stratum): Stratum {
  return {
    seen: one.seen - other.seen,
    raw: one.raw - other.raw,
    counted: one.counted - other.counted,
    expected: one.expected - other.expected,
    variance: one.variance - other.variance,
    bad: one.bad - other.bad,
    weight: one.weight - other.weight,
    total: one.total - other.total,
    others: {
      bad: one.others.bad - other.others.bad,
      total: one.others.total - other.others.total,
    },
  };
}
