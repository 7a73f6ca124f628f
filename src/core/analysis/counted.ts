import type { Instant } from "../json.ts";
import { type Counts, constrainedShare, signedRoot } from "./deviance.ts";
import type { Pair, RatioPoint } from "./points.ts";
import { median } from "./robust.ts";
import type { Scan } from "./scan.ts";
import type { OneSidedDesign } from "./sequential.ts";
import { smallestEffect } from "./smallest-effect.ts";

/** Points of a baseline that lies before the release: fewer say too little about how it wanders. */
export const LEAST_BASELINE = 40;
/** No point says more than this many standard deviations: one alone can never be a breach. */
const MOST = 4;
const LIMITS = { beside: 5, "before-after": 6 } as const;
/** A baseline that wanders moves the margin by this many standard deviations of what it wanders. */
const WANDER = 3;
/** Spread of counts, against what counts by themselves have, is taken for 1 by as much as this many points. */
const PRIOR = 10;
const BLOCK = 10;

interface Judged {
  readonly at: Instant;
  readonly release: Counts;
  readonly baseline: Counts;
}

/** Ratios and counts, ready for `scan`; a text: why there is too little. */
export function countedScan(
  pair: Extract<Pair, { kind: "ratio" | "count" }>,
  design: OneSidedDesign,
): Scan | string {
  const { release, baseline, unit } = pair.kind === "ratio" ? { ...pair, unit: 1 } : asRatio(pair);
  return design.together === "beside"
    ? beside(pair.kind, release, baseline, unit, design)
    : beforeAfter(pair.kind, release, baseline, unit, design);
}

/**
 * Events in a time as bad ones among very many, of which each could have been one: with shares this small
 * a binomial is a Poisson distribution.
 */
function asRatio(pair: Extract<Pair, { kind: "count" }>) {
  const all = [...pair.release, ...pair.baseline];
  const times = all.map(({ time }) => time);
  const rate = Math.max(1, ...all.map(({ events }) => events)) / Math.max(1, median(times));
  const scale = 1e4 * rate;
  const of = (points: typeof pair.release): readonly RatioPoint[] =>
    points.map(({ at, events, time }) => ({ at, bad: events, total: time * scale }));
  const step = median(pair.release.map(({ time }) => time));
  return { release: of(pair.release), baseline: of(pair.baseline), unit: step * scale };
}

function beside(
  kind: "ratio" | "count",
  release: readonly RatioPoint[],
  baseline: readonly RatioPoint[],
  unit: number,
  design: OneSidedDesign,
): Scan | string {
  const partners = new Map(baseline.map((point) => [point.at, point]));
  const pairs: { at: Instant; release: RatioPoint; baseline: RatioPoint }[] = [];
  for (const point of release) {
    const partner = partners.get(point.at);
    if (partner !== undefined && partner.total > 0 && point.total > 0) {
      pairs.push({ at: point.at, release: point, baseline: partner });
    }
  }
  if (pairs.length === 0) return "the two have no point with data in common";
  const spreads = spreadsOf(pairs);
  const seen = { bad: 0, total: 0 };
  const margins = pairs.map((pair) => {
    seen.bad += pair.baseline.bad;
    seen.total += pair.baseline.total;
    return smallestEffect(kind, design.effect, (unit * seen.bad) / seen.total) / unit;
  });
  const sums = new Sums();
  for (const [index, pair] of pairs.entries()) {
    sums.add(limited(pair, margins[index] ?? 0, spreads[index] ?? 1, design));
  }
  return {
    points: pairs.length,
    limit: LIMITS.beside,
    judge: (end, length) => {
      const first = pairs[end - length + 1];
      const spread = spreads[end] ?? 1;
      const margin = margins[end] ?? 0;
      const { release, baseline } = sums.of(end, length);
      return judged(
        first?.at ?? 0,
        length,
        release,
        baseline,
        margin,
        margin,
        spread,
        unit,
        design,
      );
    },
  };
}

function beforeAfter(
  kind: "ratio" | "count",
  release: readonly RatioPoint[],
  baseline: readonly RatioPoint[],
  unit: number,
  design: OneSidedDesign,
): Scan | string {
  const before = baseline.filter(({ total }) => total > 0);
  const after = release.filter(({ total }) => total > 0);
  if (before.length < LEAST_BASELINE) {
    return `the baseline has ${before.length} of at least ${LEAST_BASELINE} points with data`;
  }
  if (after.length === 0) return "the release has no point with data";
  const { whole, spread, wander } = learned(before);
  const effect = smallestEffect(kind, design.effect, (unit * whole.bad) / whole.total) / unit;
  const margin = Math.max(effect, WANDER * wander);
  const sums = new Sums();
  for (const point of after) {
    sums.add(limited({ at: point.at, release: point, baseline: whole }, margin, spread, design));
  }
  return {
    points: after.length,
    limit: LIMITS["before-after"],
    judge: (end, length) => {
      const first = after[end - length + 1];
      const { release } = sums.of(end, length);
      return judged(first?.at ?? 0, length, release, whole, margin, effect, spread, unit, design);
    },
  };
}

function judged(
  since: Instant,
  points: number,
  release: Counts,
  baseline: Counts,
  margin: number,
  effect: number,
  spread: number,
  unit: number,
  { worse }: OneSidedDesign,
) {
  const sign = worse === "higher" ? 1 : -1;
  const observed = release.bad / release.total;
  const expected = baseline.bad / baseline.total;
  const excess = sign * (observed - expected);
  if (excess <= margin) return null;
  const score = (sign * signedRoot(release, baseline, sign * margin)) / Math.sqrt(spread);
  return {
    since,
    points,
    score,
    observed: observed * unit,
    expected: expected * unit,
    isClear: excess > 2 * effect,
  };
}

/** The pair, moved towards one another until it alone says no more than is believed of one point. */
function limited(
  pair: Judged,
  margin: number,
  spread: number,
  { worse }: OneSidedDesign,
): Pick<Judged, "release" | "baseline"> {
  const signed = worse === "higher" ? margin : -margin;
  const score = Math.abs(signedRoot(pair.release, pair.baseline, signed));
  const most = MOST * Math.sqrt(spread);
  if (score <= most) return pair;
  const share = constrainedShare(pair.release, pair.baseline, signed);
  const moved = ({ bad, total }: Counts, to: number) => ({
    bad: to * total + (bad - to * total) * (most / score),
    total,
  });
  return { release: moved(pair.release, share + signed), baseline: moved(pair.baseline, share) };
}

/** Up to each point, how much more the pairs spread than counts do: from one point to the next. */
function spreadsOf(pairs: readonly Judged[]): readonly number[] {
  let total = PRIOR;
  let before: number | null = null;
  return pairs.map((pair, index) => {
    const score = signedRoot(pair.release, pair.baseline, 0);
    if (before !== null) total += Math.min((score - before) ** 2 / 2, MOST ** 2);
    before = score;
    return Math.max(1, total / (PRIOR + index));
  });
}

/** What a baseline that lies before says: all its counts, how they spread, and how its level wanders. */
function learned(points: readonly RatioPoint[]) {
  let whole = totalOf(points);
  let spread = 1;
  let kept: readonly Counts[] = points;
  for (let round = 0; round < 5; round += 1) {
    const share = whole.bad / whole.total;
    const most = MOST * Math.sqrt(spread);
    let squares = 0;
    kept = points.map((point) => {
      const score = signedRoot(point, { bad: share * 1e12, total: 1e12 }, 0);
      squares += Math.min(Math.abs(score), most) ** 2;
      if (Math.abs(score) <= most) return point;
      const bad =
        share * point.total + (point.bad - share * point.total) * (most / Math.abs(score));
      return { bad, total: point.total };
    });
    spread = Math.max(1, squares / points.length);
    whole = totalOf(kept);
  }
  return { whole, spread, wander: wanderOf(kept, whole.bad / whole.total) };
}

function wanderOf(points: readonly Counts[], share: number): number {
  let noise = 0;
  for (const [index, point] of points.entries()) {
    const next = points[index + 1];
    if (next === undefined) break;
    noise += (point.bad / point.total - next.bad / next.total) ** 2 / 2;
  }
  noise /= points.length - 1;
  const blocks: Counts[] = [];
  for (let from = 0; from + BLOCK <= points.length; from += BLOCK) {
    blocks.push(totalOf(points.slice(from, from + BLOCK)));
  }
  const squares = blocks.map(({ bad, total }) => (bad / total - share) ** 2);
  const between = squares.reduce((a, b) => a + b, 0) / (blocks.length - 1);
  return Math.sqrt(Math.max(0, between - (1.1 * noise) / BLOCK));
}

function totalOf(points: readonly Counts[]): Counts {
  let bad = 0;
  let total = 0;
  for (const point of points) {
    bad += point.bad;
    total += point.total;
  }
  return { bad, total };
}

/** Sums over windows, from sums over all points up to one. */
class Sums {
  private readonly release: Counts[] = [{ bad: 0, total: 0 }];
  private readonly baseline: Counts[] = [{ bad: 0, total: 0 }];

  add(pair: Pick<Judged, "release" | "baseline">): void {
    this.release.push(totalOf([this.release.at(-1) ?? pair.release, pair.release]));
    this.baseline.push(totalOf([this.baseline.at(-1) ?? pair.baseline, pair.baseline]));
  }

  of(end: number, length: number): Pick<Judged, "release" | "baseline"> {
    return {
      release: between(this.release, end, length),
      baseline: between(this.baseline, end, length),
    };
  }
}

function between(sums: readonly Counts[], end: number, length: number): Counts {
  const upTo = sums[end + 1];
  const from = sums[end + 1 - length];
  return {
    bad: (upTo?.bad ?? 0) - (from?.bad ?? 0),
    total: (upTo?.total ?? 0) - (from?.total ?? 0),
  };
}
