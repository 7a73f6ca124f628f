import type { Instant } from "../json.ts";
import { itemAt } from "./item.ts";
import type { Pair, ValuePoint } from "./points.ts";
import { clamp, mean, median, variance } from "./robust.ts";
import { type Find, type Scan, windowOf } from "./scan.ts";
import type { OneSidedDesign } from "./sequential-design.ts";
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
  /** Of the difference, as far as it is known then. */
  readonly spread: Spread;
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
  const { leastValues, valuesBeside } = THRESHOLDS;
  if (baseline.length < leastValues) {
    return `the baseline has ${baseline.length} of at least ${leastValues} points with data`;
  }
  const effect = effectOn(scale, design, median(pairs.map((point) => point.baseline)));
  const spreads = spreadsOf(baseline, scale, pairs);
  const judged = pairs.map((point, index) => ({ ...point, spread: itemAt(spreads, index) }));
  return valued(judged, {
    ...{ scale, design, margin: 0, effect, clear: 2 * effect },
    from: itemAt(baseline, leastValues - 1).at,
    before: Infinity,
    ...valuesBeside,
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
  const spread = itemAt(spreadUpTo(before, null), before.length - 1);
  const judged = release.map((point) => ({
    at: point.at,
    release: scale.to(point.value),
    baseline: middle,
    spread,
  }));
  return valued(judged, {
    ...{ scale, design, margin, effect, clear },
    from: -Infinity,
    before: baseline.length,
    ...THRESHOLDS.beforeAfter,
  });
}

interface Question {
  readonly scale: Scale;
  readonly design: OneSidedDesign;
  /** The release may lie off by this much: on the scale, as are the two that follow. */
  readonly margin: number;
  readonly effect: number;
  readonly clear: number;
  /** Nothing is said of points before: how values spread is not known yet. */
  readonly from: Instant;
  /** Points that lie before and tell what is expected; Infinity: it is told at each moment. */
  readonly before: number;
  readonly start: number;
  readonly sliding: number;
}

function valued(points: readonly Judged[], question: Question): Scan {
  const { scale, design, margin, effect, clear, from, start, sliding } = question;
  const { most, far } = THRESHOLDS;
  const sign = design.worse === "higher" ? 1 : -1;
  const sums = [NOTHING];
  for (const [index, { release, baseline, spread }] of points.entries()) {
    const sd = sdOf(spread, effect);
    const reach = clear === 0 ? Infinity : Math.max(most * sd, far * clear);
    const off = sign * (release - baseline);
    const { score, excess, expected, observed } = itemAt(sums, index);
    sums.push({
      score: score + clamp((off - margin) / sd, -most, most),
      excess: excess + clamp(off, -reach, reach),
      expected: expected + baseline,
      observed: observed + release,
    });
  }
  return {
    points: points.length,
    limit: start,
    judge: (end, length): Find | null => {
      const { at, spread } = itemAt(points, end);
      const [upTo, before] = [itemAt(sums, end + 1), itemAt(sums, end + 1 - length)];
      const score = upTo.score - before.score;
      const excess = (upTo.excess - before.excess) / length;
      if (at < from || score <= 0 || excess <= effect) return null;
      return {
        ...windowOf(points, end, length),
        score: score / Math.sqrt(length * (1 + length / question.before) * spread.together),
        limit: length === end + 1 ? start : sliding,
        observed: scale.from((upTo.observed - before.observed) / length),
        expected: scale.from((upTo.expected - before.expected) / length),
        isClear: clear > 0 && excess > clear,
      };
    },
  };
}

const NOTHING = { score: 0, excess: 0, expected: 0, observed: 0 };

function sdOf({ variance }: Spread, effect: number): number {
  return Math.max(Math.sqrt(variance), LEAST_SD * effect, Number.MIN_VALUE);
}

/**
 * Of the differences up to each pair: at first what the baseline's own steps let expect of two series that
 * are independent, then what the differences show.
 */
function spreadsOf(
  baseline: readonly ValuePoint[],
  scale: Scale,
  pairs: readonly Omit<Judged, "spread">[],
): readonly Spread[] {
  const from = Math.max(itemAt(baseline, THRESHOLDS.leastValues - 1).at, itemAt(pairs, 0).at);
  const own = baseline.filter(({ at }) => at <= from).map(({ value }) => scale.to(value));
  const { variance, together } = itemAt(spreadUpTo(own, null), own.length - 1);
  return spreadUpTo(
    pairs.map((point) => point.release - point.baseline),
    { variance: 2 * THRESHOLDS.spread * variance, together },
  );
}

interface Scale {
  readonly to: (value: number) => number;
  readonly from: (value: number) => number;
}

const PLAIN: Scale = { to: (value) => value, from: (value) => value };
const LOGARITHM: Scale = { to: Math.log, from: Math.exp };

/** On the logarithm a latency that doubles is as far off as one that halves. */
export function scaleOf(points: readonly ValuePoint[]): Scale {
  return points.every(({ value }) => value > 0) ? LOGARITHM : PLAIN;
}

/** The smallest difference that matters, on the scale. One that would lead below 0 is taken for half. */
export function effectOn(scale: Scale, { worse, effect }: OneSidedDesign, middle: number): number {
  const centre = scale.from(middle);
  const least = smallestEffect("value", effect, centre);
  if (scale === PLAIN) return least;
  return worse === "higher"
    ? Math.log(1 + least / centre)
    : -Math.log(Math.max(0.5, 1 - least / centre));
}

/** How the level wanders: the standard deviation of means of blocks, without their highest and lowest. */
export function wanderOf(values: readonly number[]): number {
  const blocks: number[] = [];
  for (let from = 0; from + BLOCK <= values.length; from += BLOCK) {
    const sorted = values.slice(from, from + BLOCK).toSorted((a, b) => a - b);
    blocks.push(mean(sorted.slice(TRIMMED, -TRIMMED)));
  }
  return Math.sqrt(variance(blocks));
}
