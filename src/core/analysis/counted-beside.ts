import type { CountedPair } from "./counted-pair.ts";
import { itemAt } from "./item.ts";
import type { RatioPoint } from "./points.ts";
import { binomialRoot } from "./poisson.ts";
import { clamp, mediansUpTo } from "./robust.ts";
import { type Find, type Scan, windowOf } from "./scan.ts";
import { startLimit, THRESHOLDS } from "./thresholds.ts";

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
  const usual = mediansUpTo(pairs.map(({ bad }) => bad));
  const sums = [NOTHING];
  for (const [index, pair] of pairs.entries()) {
    const before = itemAt(sums, index);
    const { others } = plus(before, pair);
    const effect = effectAt(others.bad / others.total);
    const held = limited(pair, itemAt(spreads, index), effect);
    sums.push(plus(before, weighed(held, itemAt(usual, index), itemAt(spreads, index))));
  }
  return {
    points: pairs.length,
    limit: startLimit(pairs.length),
    judge: (end, length): Find | null => {
      const upTo = itemAt(sums, end + 1);
      const window = minus(upTo, itemAt(sums, end + 1 - length));
      const excess = (sign * (window.counted - window.expected)) / window.weight;
      const effect = effectAt(upTo.others.bad / upTo.others.total);
      if (!(excess > effect)) return null;
      return {
        ...windowOf(pairs, end, length),
        score: scoreOf(window, sign, itemAt(spreads, end)),
        limit: length === end + 1 ? startLimit(length) : THRESHOLDS.beside.sliding,
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

/**
 * The more is bad at a moment, for both, the more its counts spread by something else than counting, and the
 * less they say of a difference of shares: the weights of a negative binomial count (McCullagh and Nelder
 * 1989, 9.2), against what is usual. The total events stay, for what people are shown.
 */
function weighed(stratum: Stratum, usual: number, spread: number): Stratum {
  const { seen, counted, expected, variance, bad, weight } = stratum;
  const by = spread / (1 + ((spread - 1) * bad) / Math.max(usual, THRESHOLDS.few));
  return {
    ...stratum,
    seen: by * seen,
    counted: by * counted,
    expected: by * expected,
    variance: by ** 2 * variance,
    bad: by * bad,
    weight: by * weight,
  };
}

/** One moment alone is not believed. */
function limited(stratum: Stratum, spread: number, effect: number): Stratum {
  const { seen, expected, weight } = stratum;
  const { least, most } = reachOf(stratum, spread);
  const far = THRESHOLDS.far * effect * weight;
  return {
    ...stratum,
    seen: expected + clamp(seen - expected, least, most),
    counted: expected + clamp(seen - expected, Math.min(least, -far), Math.max(most, far)),
  };
}

/**
 * How far one moment may lie off. Small counts lean to the upper side, the more so the more they spread: of
 * a negative binomial count as many standard deviations lie further up by this (Cornish and Fisher 1938);
 * where the release has as much traffic as the version beside it, both sides lean alike.
 */
function reachOf({ variance, expected, bad }: Stratum, times: number) {
  const most = THRESHOLDS.most * Math.sqrt(times * variance);
  const lean =
    bad === 0 ? 0 : (THRESHOLDS.most ** 2 * (2 * times - 1) * (1 - (2 * expected) / bad)) / 6;
  return { least: Math.min(0, lean - most), most: Math.max(0, lean + most) };
}

/**
 * Told from one point to the next: a release that is worse all along has no more spread for it. And it is
 * told of the counts as they are, not as they would be if both were as good: the more of a small canary's
 * events are bad the more they vary (McCullagh and Nelder, Generalized Linear Models, 1989, 4.5: from the
 * wider model).
 */
function spreadsOf(pairs: readonly Stratum[]): readonly number[] {
  const { prior, spread, step } = THRESHOLDS;
  let total = 0;
  let steps = 0;
  let before: number | null = null;
  let all = NOTHING;
  return pairs.map((pair) => {
    const { seen, expected, variance } = pair;
    const { least, most } = reachOf(pair, spread);
    all = plus(all, { ...pair, seen: expected + clamp(seen - expected, least, most) });
    if (variance > 0) {
      const score = (seen - expected) / Math.sqrt(variance);
      if (before !== null) {
        total += Math.min((score - before) ** 2 / 2, step);
        steps += 1;
      }
      before = score;
    }
    return Math.max(1, (prior * spread + total / ownOf(all)) / (prior + steps));
  });
}

/** The variance of the difference with the shares that both have, by the one with the share of both together. */
function ownOf({ seen, bad, total, others }: Stratum): number {
  const all = total + others.total;
  if (bad === 0 || bad === all) return 1;
  const variance = (share: number) => share * (1 - share);
  const ours = others.total * variance(clamp(seen / total, 0, 1));
  const theirs = total * variance(clamp((bad - seen) / others.total, 0, 1));
  return clamp((ours + theirs) / (all * variance(bad / all)), 1, THRESHOLDS.own);
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
