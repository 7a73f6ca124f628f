import type { Instant } from "../json.ts";
import type { Pair, ValuePoint } from "./points.ts";
import { clamp, mean, median, variance } from "./robust.ts";
import { type Find, type Scan, windowOf } from "./scan.ts";
import type { OneSidedDesign } from "./sequential.ts";
import { smallestEffect } from "./smallest-effect.ts";
import { THRESHOLDS } from "./thresholds.ts";
import { type Spread, spreadUpTo } from "./variogram.ts";

type ValuePair = Extract<Pair, { kind: "value" }>;

const BLOCK = 10;
const TRIMMED = 1;
/** The standard deviation is at least this share of the smallest effect: a constant series has none. */
const LEAST_SD = 0.25;

/** Values, ready for `scan`; a text: why there is too little. */
export function valuedScan(pair: ValuePair, design: OneSidedDesign): Scan | string {
  return design.together === "beside" ? beside(pair, design) : beforeAfter(pair, design);
}

/** A point of the release and what it is held against, on the scale, with its standard deviation. */
interface Judged {
  readonly at: Instant;
  readonly release: number;
  readonly baseline: number;
  /** Of the difference; null: not known yet. */
  readonly spread: Spread | null;
}

function beside({ release, baseline }: ValuePair, design: OneSidedDesign): Scan | string {
  const scale = scaleOf([...release, ...baseline]);
  const partners = new Map(baseline.map(({ at, value }) => [at, value]));
  const pairs = release.flatMap(({ at, value }) => {
    const partner = partners.get(at);
    return partner === undefined
      ? []
      : [{ at, release: scale.to(value), baseline: scale.to(partner) }];
  });
  if (pairs.length === 0) return "the two have no point with data in common";
  const effect = effectOn(scale, design, median(pairs.map((point) => point.baseline)));
  const spreads = spreadsOf(baseline, scale, pairs);
  const judged = pairs.map((point, index) => ({ ...point, spread: spreads[index] ?? null }));
  const { start, sliding } = THRESHOLDS.valuesBeside;
  const clear = 2 * effect;
  return valued(judged, {
    scale,
    design,
    margin: 0,
    effect,
    clear,
    before: Infinity,
    start,
    sliding,
  });
}

function beforeAfter({ release, baseline }: ValuePair, design: OneSidedDesign): Scan | string {
  const { leastBaseline, wander, wanderClear } = THRESHOLDS;
  if (baseline.length < leastBaseline) {
    return `the baseline has ${baseline.length} of at least ${leastBaseline} points with data`;
  }
  if (release.length === 0) return "the release has no point with data";
  const scale = scaleOf([...release, ...baseline]);
  const before = baseline.map(({ value }) => scale.to(value));
  const middle = median(before);
  const effect = effectOn(scale, design, middle);
  const wandered = wanderOf(before);
  const margin = Math.max(effect, wander * wandered);
  const clear = Math.max(2 * effect, wanderClear * wandered);
  const spread = spreadUpTo(before, null).at(-1) ?? null;
  const judged = release.map(({ at, value }) => ({
    at,
    release: scale.to(value),
    baseline: middle,
    spread,
  }));
  const { start, sliding } = THRESHOLDS.beforeAfter;
  const points = baseline.length;
  return valued(judged, { scale, design, margin, effect, clear, before: points, start, sliding });
}

interface Question {
  readonly scale: Scale;
  readonly design: OneSidedDesign;
  /** The release may lie off by this much: on the scale, as are the two that follow. */
  readonly margin: number;
  readonly effect: number;
  readonly clear: number;
  /** Points that lie before and tell what is expected; Infinity: it is told at each moment. */
  readonly before: number;
  readonly start: number;
  readonly sliding: number;
}

function valued(points: readonly Judged[], question: Question): Scan {
  const { scale, design, margin, effect, clear, before, start, sliding } = question;
  const { most, far } = THRESHOLDS;
  const sign = design.worse === "higher" ? 1 : -1;
  const sums = [NOTHING];
  for (const [index, { release, baseline, spread }] of points.entries()) {
    const sd = sdOf(spread, effect);
    const reach = Math.max(most * sd, far * clear);
    const off = sign * (release - baseline);
    const { score, excess, expected } = sums[index] ?? NOTHING;
    sums.push({
      score: score + clamp((off - margin) / sd, -most, most),
      excess: excess + clamp(off, -reach, reach),
      expected: expected + baseline,
    });
  }
  return {
    points: points.length,
    limit: start,
    judge: (end, length): Find | null => {
      const spread = points[end]?.spread ?? null;
      const [upTo, from] = [sums[end + 1] ?? NOTHING, sums[end + 1 - length] ?? NOTHING];
      const score = upTo.score - from.score;
      const excess = (upTo.excess - from.excess) / length;
      if (spread === null || score <= 0 || excess <= effect) return null;
      const expected = (upTo.expected - from.expected) / length;
      return {
        ...windowOf(points, end, length),
        score: score / Math.sqrt(length * (1 + length / before) * spread.together),
        limit: length === end + 1 ? start : sliding,
        observed: scale.from(expected + sign * excess),
        expected: scale.from(expected),
        isClear: excess > clear,
      };
    },
  };
}

const NOTHING = { score: 0, excess: 0, expected: 0 };

function sdOf(spread: Spread | null, effect: number): number {
  return Math.max(Math.sqrt(spread?.variance ?? 0), LEAST_SD * effect, Number.MIN_VALUE);
}

/**
 * Of the differences up to each pair: at first what the baseline's own steps let expect of two series that
 * are independent, then what the differences show. null: the baseline has too few points yet.
 */
function spreadsOf(
  baseline: readonly ValuePoint[],
  scale: Scale,
  pairs: readonly Omit<Judged, "spread">[],
): readonly (Spread | null)[] {
  const own = spreadUpTo(
    baseline.map(({ value }) => scale.to(value)),
    null,
  );
  const first = own[THRESHOLDS.leastValues - 1];
  const from = baseline[THRESHOLDS.leastValues - 1]?.at ?? Infinity;
  const earlier = baseline.filter(({ at }) => at <= Math.max(from, pairs[0]?.at ?? from)).length;
  const known = own[earlier - 1] ?? first;
  if (known === undefined) return [];
  const spreads = spreadUpTo(
    pairs.map(({ release, baseline }) => release - baseline),
    { variance: 2 * THRESHOLDS.spread * known.variance, together: known.together },
  );
  return spreads.map((spread, index) => ((pairs[index]?.at ?? 0) < from ? null : spread));
}

interface Scale {
  readonly to: (value: number) => number;
  readonly from: (value: number) => number;
}

const PLAIN: Scale = { to: (value) => value, from: (value) => value };
const LOGARITHM: Scale = { to: Math.log, from: Math.exp };

/** On the logarithm a latency that doubles is as far off as one that halves. */
function scaleOf(points: readonly ValuePoint[]): Scale {
  return points.every(({ value }) => value > 0) ? LOGARITHM : PLAIN;
}

/** The smallest difference that matters, on the scale. One that would lead below 0 is taken for half. */
function effectOn(scale: Scale, { worse, effect }: OneSidedDesign, middle: number): number {
  const centre = scale.from(middle);
  const least = smallestEffect("value", effect, centre);
  if (scale === PLAIN) return least;
  return worse === "higher"
    ? Math.log(1 + least / centre)
    : -Math.log(Math.max(0.5, 1 - least / centre));
}

/** How the level wanders: the standard deviation of means of blocks, without their highest and lowest. */
function wanderOf(values: readonly number[]): number {
  const blocks: number[] = [];
  for (let from = 0; from + BLOCK <= values.length; from += BLOCK) {
    const sorted = values.slice(from, from + BLOCK).toSorted((a, b) => a - b);
    blocks.push(mean(sorted.slice(TRIMMED, -TRIMMED)));
  }
  return Math.sqrt(variance(blocks));
}
