import type { Instant } from "../json.ts";
import type { Pair, ValuePoint } from "./points.ts";
import { clamp, mean, median, sum, variance } from "./robust.ts";
import { type Find, type Scan, windowOf } from "./scan.ts";
import type { OneSidedDesign } from "./sequential.ts";
import { smallestEffect } from "./smallest-effect.ts";
import { THRESHOLDS } from "./thresholds.ts";
import { longRunVariance, type Steps, stepsOf, stepsUpTo } from "./variogram.ts";

type ValuePair = Extract<Pair, { kind: "value" }>;

/** Differences are told from points that are no further apart than this many effects at the least. */
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
  /** Of a window's mean, times the root of its length; null: not known yet. */
  readonly sd: number | null;
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
  const own = baseline.map(({ at, value }) => ({ at, value: scale.to(value) }));
  const effect = effectOn(scale, design, median(pairs.map((point) => point.baseline)));
  const steps = stepsUpTo(pairs.map((point) => point.release - point.baseline));
  const judged = pairs.map((point, index): Judged => {
    const seen = own.filter(({ at }) => at <= point.at).map(({ value }) => value);
    if (seen.length < THRESHOLDS.leastValues) return { ...point, sd: null };
    return { ...point, sd: sdOf(stepsOf(seen), steps[index] ?? null, effect) };
  });
  const { start, sliding } = THRESHOLDS.beside;
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
  const sd = sdOf(stepsOf(before), null, effect);
  const judged = release.map(({ at, value }) => ({
    at,
    release: scale.to(value),
    baseline: middle,
    sd,
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
  const sign = design.worse === "higher" ? 1 : -1;
  return {
    points: points.length,
    limit: start,
    judge: (end, length): Find | null => {
      const sd = points[end]?.sd ?? null;
      if (sd === null) return null;
      const window = points.slice(end - length + 1, end + 1);
      const { most, far } = THRESHOLDS;
      const off = window.map(({ release, baseline }) => sign * (release - baseline));
      const scores = off.map((value) => clamp((value - margin) / sd, -most, most));
      const reach = Math.max(most * sd, far * clear);
      const excess = mean(off.map((value) => clamp(value, -reach, reach)));
      if (sum(scores) <= 0 || excess <= effect) return null;
      const expected = mean(window.map((point) => point.baseline));
      return {
        ...windowOf(points, end, length),
        score: sum(scores) / Math.sqrt(length * (1 + length / before)),
        limit: length === end + 1 ? start : sliding,
        observed: scale.from(expected + sign * excess),
        expected: scale.from(expected),
        isClear: excess > clear,
      };
    },
  };
}

/** Of the steps of the baseline, and of those of the differences as far as there are any. */
function sdOf(own: Steps, differences: Steps | null, effect: number): number {
  const least = LEAST_SD * effect;
  const of = differences === null ? own : together(own, differences);
  return Math.max(Math.sqrt(longRunVariance(of)), least, Number.MIN_VALUE);
}

/** Two series that are independent differ with the variances of both. */
function together(own: Steps, { near, far, steps }: Steps): Steps {
  const { prior, step } = THRESHOLDS;
  const [nearOwn, farOwn] = [2 * own.near, 2 * own.far];
  const mixed = (before: number, seen: number) => {
    const most = before === 0 ? seen : step * before;
    return (prior * before + steps * Math.min(seen, most)) / (prior + steps);
  };
  return { near: mixed(nearOwn, near), far: mixed(farOwn, far), steps: prior + steps };
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
