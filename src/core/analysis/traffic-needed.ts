import type { Milliseconds } from "../json.ts";
import { countedPair } from "./counted.ts";
import { expectedOf } from "./counted-before-after.ts";
import type { CountedPair } from "./counted-pair.ts";
import { itemAt } from "./item.ts";
import type { CountPoint, RatioPoint, ValuePoint } from "./points.ts";
import { median, sum } from "./robust.ts";
import type { SequentialDesign } from "./sequential-design.ts";
import { startLimit, THRESHOLDS } from "./thresholds.ts";
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
 * `effect` is twice the smallest difference that matters: what is acted on without a person. Differences
 * are in the unit of what is measured; of a count, in events of one step.
 */
export type TrafficAnswer =
  /** In half of all cases it is found within `after`. */
  | { readonly kind: "enough"; readonly effect: number; readonly after: Milliseconds }
  | {
      readonly kind: "too-little";
      readonly effect: number;
      /** The smallest difference that is found in half of all cases within the window. */
      readonly finds: number;
      /** How long the window would have to be; null: the baseline wanders too much for any. */
      readonly time: Milliseconds | null;
      /** How many times the traffic of both there would have to be; null: traffic does not help. */
      readonly traffic: number | null;
    }
  /** The baseline has nothing to reckon with. */
  | { readonly kind: "unknown"; readonly why: string };

const LEAST_POINTS = 2;
const ROUNDING = 1e-6;
/** Points of a block by whose means it is seen how a baseline wanders. */
const BLOCK = 10;

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
  const known =
    baseline.kind === "value"
      ? ofValues(baseline.points, design)
      : ofCounts(countsOf(baseline, design), design, share);
  const { effect, margin, calm, clear, sd, limit } = known;
  const points = Math.max(1, Math.floor(window / every));
  const fewest = Math.ceil((limit / THRESHOLDS.most) ** 2);
  const needed = Math.max(fewest, ((limit * sd) / (effect - margin)) ** 2);
  const canBeFound = margin < effect && clear <= effect * (1 + ROUNDING);
  if (canBeFound && needed <= points) {
    return { kind: "enough", effect, after: Math.ceil(needed) * every };
  }
  const withTraffic = ((limit * sd) / (effect - calm)) ** 2 / points;
  return {
    kind: "too-little",
    effect,
    finds: Math.max(effect, clear, margin + (limit * sd) / Math.sqrt(points)),
    time: canBeFound ? Math.ceil(needed) * every : null,
    traffic: known.traffic === null ? null : Math.max(withTraffic, known.traffic),
  };
}

interface Known {
  /** Twice the smallest difference that matters. */
  readonly effect: number;
  /** Of a release that may be as good, and the same after a baseline that is calm. */
  readonly margin: number;
  readonly calm: number;
  /** Of one that is acted on. */
  readonly clear: number;
  /** Of the difference at one point. */
  readonly sd: number;
  readonly limit: number;
  /** With how many times the traffic the baseline would be calm enough; null: traffic does not help. */
  readonly traffic: number | null;
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

function ofCounts(pair: CountedPair, design: SequentialDesign, share: number): Known {
  const { baseline, sign, effectAt, shown } = pair;
  const size = (difference: number) => Math.abs(shown(difference) - shown(0));
  const all = sum(baseline.map(({ total }) => total));
  const seen = sum(baseline.map((point) => point.bad));
  const bad = (seen + 0.5) / (all + 1);
  const one = (bad * (1 - bad) * baseline.length) / all;
  if (design.together === "beside") {
    const effect = size(2 * effectAt(seen / all));
    const sd = size(Math.sqrt(THRESHOLDS.spread * one * (1 + 1 / share)));
    const limit = startLimit(((THRESHOLDS.beside.few.limit * sd) / effect) ** 2);
    return { effect, margin: 0, calm: 0, clear: effect, sd, limit, traffic: 0 };
  }
  const { bound, clear, spread, ...expected } = expectedOf(baseline, sign, effectAt);
  // Where nothing ever happened no difference is the smallest that matters.
  const smallest = effectAt(seen === 0 ? 0 : expected.share);
  const wander = expected.odds * bad * (1 - bad);
  const byChance = Math.sqrt((spread * one) / BLOCK);
  const wandersBy = THRESHOLDS.wanderClear * Math.sqrt(Math.max(0, wander ** 2 - byChance ** 2));
  return {
    effect: size(2 * smallest),
    calm: size(smallest),
    margin: size(bound - expected.share),
    clear: size(clear),
    sd: size(Math.sqrt((spread * one) / share)),
    limit: THRESHOLDS.beforeAfter.start,
    traffic:
      wandersBy > 2 * smallest ? null : ((THRESHOLDS.wanderClear * byChance) / (2 * smallest)) ** 2,
  };
}

function ofValues(points: readonly ValuePoint[], design: SequentialDesign): Known {
  const scale = scaleOf(points);
  const values = points.map(({ value }) => scale.to(value));
  const middle = median(values);
  const worse = design.worse === "lower" ? "lower" : "higher";
  const smallest = effectOn(scale, { ...design, worse }, middle);
  const { variance, together } = itemAt(spreadUpTo(values, null), values.length - 1);
  const isBeside = design.together === "beside";
  const wandered = isBeside ? 0 : wanderOf(values);
  const size = (difference: number) =>
    Math.abs(scale.from(middle + difference) - scale.from(middle));
  return {
    effect: size(2 * smallest),
    calm: isBeside ? 0 : size(smallest),
    margin: isBeside ? 0 : size(Math.max(smallest, THRESHOLDS.wander * wandered)),
    clear: size(Math.max(2 * smallest, THRESHOLDS.wanderClear * wandered)),
    sd: size(Math.sqrt(variance * together * (isBeside ? 2 : 1))),
    limit: isBeside ? THRESHOLDS.valuesBeside.start : THRESHOLDS.beforeAfter.start,
    traffic: null,
  };
}
