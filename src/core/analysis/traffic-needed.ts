import type { Milliseconds } from "../json.ts";
import { type CountedPair, countedPair } from "./counted.ts";
import { expectedOf } from "./counted-before-after.ts";
import { itemAt } from "./item.ts";
import type { CountPoint, RatioPoint, ValuePoint } from "./points.ts";
import { median, sum } from "./robust.ts";
import type { SequentialDesign } from "./sequential.ts";
import { THRESHOLDS } from "./thresholds.ts";
import { effectOn, scaleOf, wanderOf } from "./valued.ts";
import { spreadUpTo } from "./variogram.ts";

/** What is known when a watch starts. */
export interface TrafficQuestion {
  readonly design: SequentialDesign;
  readonly baseline:
    | { readonly kind: "ratio"; readonly points: readonly RatioPoint[] }
    | { readonly kind: "count"; readonly points: readonly CountPoint[] }
    | { readonly kind: "value"; readonly points: readonly ValuePoint[] };
  /** Traffic of the release as a share of the baseline's: 1 where it takes as much, 0.05 of a canary. */
  readonly share: number;
  /** Distance of the points. */
  readonly every: Milliseconds;
  /** How long the comparison has. */
  readonly window: Milliseconds;
}

/**
 * `effect` is the difference from which on it is acted without a person: twice the smallest that matters,
 * or more after a baseline that wanders. Differences are in the unit of what is measured; of a count, in
 * events of one step.
 */
export type TrafficAnswer =
  /** In half of all cases it is found within `after`. */
  | { readonly kind: "enough"; readonly effect: number; readonly after: Milliseconds }
  | {
      readonly kind: "too-little";
      readonly effect: number;
      /** The smallest difference that is found in half of all cases within the window. */
      readonly finds: number;
      /** How long the window would have to be. */
      readonly time: Milliseconds;
      /** How many times the traffic of both there would have to be; null: traffic does not help. */
      readonly traffic: number | null;
    }
  /** The baseline has nothing to reckon with. */
  | { readonly kind: "unknown"; readonly why: string };

const LEAST_POINTS = 2;

/**
 * Whether `sequential` can find in its window what it would act on without a person. The score of L points
 * grows with the root of L: limit = (difference - margin) sqrt(L) / sd, with the standard deviation of the
 * difference at one point: that of counts, held to spread THRESHOLDS.spread times as much, or what values
 * of the baseline show. `either` is reckoned as `higher`.
 */
export function trafficNeeded(question: TrafficQuestion): TrafficAnswer {
  const { baseline, design, every, window, share } = question;
  const least = design.together === "beside" ? LEAST_POINTS : THRESHOLDS.leastBaseline;
  if (baseline.points.length < least) {
    const why = `the baseline has ${baseline.points.length} of at least ${least} points with data`;
    return { kind: "unknown", why };
  }
  if (share <= 0) return { kind: "unknown", why: "the release takes no traffic" };
  const { effect, margin, sd, limit } =
    baseline.kind === "value"
      ? ofValues(baseline.points, design)
      : ofCounts(countsOf(baseline, design), design, share);
  const points = Math.max(1, Math.floor(window / every));
  const fewest = Math.ceil((limit / THRESHOLDS.most) ** 2);
  const needed = Math.max(fewest, Math.ceil(((limit * sd) / (effect - margin)) ** 2));
  if (needed <= points) return { kind: "enough", effect, after: needed * every };
  return {
    kind: "too-little",
    effect,
    finds: Math.max(effect, margin + (limit * sd) / Math.sqrt(points)),
    time: needed * every,
    traffic: baseline.kind === "value" ? null : needed / points,
  };
}

function countsOf(
  baseline: Exclude<TrafficQuestion["baseline"], { kind: "value" }>,
  design: SequentialDesign,
): CountedPair {
  const worse = design.worse === "lower" ? "lower" : "higher";
  const pair =
    baseline.kind === "ratio"
      ? ({ kind: "ratio", release: baseline.points, baseline: baseline.points } as const)
      : ({ kind: "count", release: baseline.points, baseline: baseline.points } as const);
  return countedPair(pair, { ...design, worse });
}

function ofCounts(pair: CountedPair, design: SequentialDesign, share: number) {
  const { baseline, sign, effectAt, shown } = pair;
  const size = (difference: number) => Math.abs(shown(difference) - shown(0));
  const all = sum(baseline.map(({ total }) => total));
  const bad = (sum(baseline.map((point) => point.bad)) + 0.5) / (all + 1);
  const total = all / baseline.length;
  const one = (bad * (1 - bad)) / total;
  if (design.together === "beside") {
    const sd = Math.sqrt(THRESHOLDS.spread * one * (1 + 1 / share));
    const limit = THRESHOLDS.beside.start;
    return { effect: size(2 * effectAt(bad)), margin: 0, sd: size(sd), limit };
  }
  const expected = expectedOf(baseline, sign, effectAt);
  return {
    effect: size(expected.clear),
    margin: size(expected.bound - expected.share),
    sd: size(Math.sqrt((expected.spread * one) / share)),
    limit: THRESHOLDS.beforeAfter.start,
  };
}

function ofValues(points: readonly ValuePoint[], design: SequentialDesign) {
  const scale = scaleOf(points);
  const values = points.map(({ value }) => scale.to(value));
  const middle = median(values);
  const worse = design.worse === "lower" ? "lower" : "higher";
  const least = effectOn(scale, { ...design, worse }, middle);
  const { variance, together } = itemAt(spreadUpTo(values, null), values.length - 1);
  const isBeside = design.together === "beside";
  const wandered = isBeside ? 0 : wanderOf(values);
  const size = (difference: number) =>
    Math.abs(scale.from(middle + difference) - scale.from(middle));
  return {
    effect: size(Math.max(2 * least, THRESHOLDS.wanderClear * wandered)),
    margin: isBeside ? 0 : size(Math.max(least, THRESHOLDS.wander * wandered)),
    sd: size(Math.sqrt(variance * together * (isBeside ? 2 : 1))),
    limit: isBeside ? THRESHOLDS.valuesBeside.start : THRESHOLDS.beforeAfter.start,
  };
}
