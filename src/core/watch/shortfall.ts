import type { Pair, RatioPoint } from "../analysis/points.ts";
import { mean } from "../analysis/robust.ts";
import type { SequentialDesign } from "../analysis/sequential.ts";
import { THRESHOLDS } from "../analysis/thresholds.ts";
import {
  type TrafficAnswer,
  type TrafficQuestion,
  trafficNeeded,
} from "../analysis/traffic-needed.ts";
import type { Milliseconds } from "../json.ts";
import type { CompareRequest } from "./compare.ts";
import { amount, BASELINE_WORDS, digits, lengthOf } from "./words.ts";

/** Points of the release from which its share of the traffic is told. */
const LEAST_POINTS = 5;
/**
 * A comparison that finds nothing under this many times the difference that is acted on finds nothing that
 * anybody waits for.
 */
const HOPELESS = 2;

/**
 * Says from the start, as far as the baseline's traffic is known then, that a comparison by sequence lacks
 * the points or the traffic; null: it does not, or it is not known yet.
 */
export function shortfallOf(
  { baseline, window, stride }: CompareRequest,
  pair: Pair,
  design: SequentialDesign,
): string | null {
  const every = window.every * stride;
  const { length } = pair.baseline;
  if (baseline !== "stable" && length < THRESHOLDS.leastBaseline) {
    const needed = lengthOf(THRESHOLDS.leastBaseline * every);
    return `only ${length} samples ${BASELINE_WORDS[baseline]} have data, and ${THRESHOLDS.leastBaseline} are needed (${needed})`;
  }
  // All of the traffic goes to a release that has nothing beside it, until its own is known.
  const share = shareOf(pair) ?? (baseline === "stable" ? null : 1);
  if (share === null) return null;
  const { from, until, warmUp } = window;
  const answer = trafficNeeded({
    design,
    baseline: baselineOf(pair),
    share,
    every,
    window: until - from - warmUp,
  });
  if (answer.kind !== "too-little" || answer.finds <= HOPELESS * answer.effect) return null;
  // Where nothing ever happened before, whatever can be found matters.
  if (answer.effect === 0) return null;
  return sentenceOf(answer, pair.kind, every);
}

function baselineOf(pair: Pair): TrafficQuestion["baseline"] {
  switch (pair.kind) {
    case "ratio":
      return { kind: "ratio", points: pair.baseline };
    case "count":
      return { kind: "count", points: pair.baseline };
    case "value":
      return { kind: "value", points: pair.baseline };
  }
}

/** Of the baseline's traffic at a point; null: too few points are known. */
function shareOf(pair: Pair): number | null {
  if (pair.kind !== "ratio") return 1;
  const { release, baseline } = pair;
  if (release.length < LEAST_POINTS || baseline.length < LEAST_POINTS) return null;
  const traffic = (points: readonly RatioPoint[]) => mean(points.map(({ total }) => total));
  return traffic(release) / traffic(baseline);
}

function sentenceOf(
  { finds, effect, time, traffic }: Extract<TrafficAnswer, { readonly kind: "too-little" }>,
  kind: Pair["kind"],
  every: Milliseconds,
): string {
  const shown = (value: number) => amount(kind, kind === "count" ? (value * 1_000) / every : value);
  const needs = [
    ...(time === null ? [] : [`a window of ${lengthOf(time)}`]),
    ...(traffic === null ? [] : [`${digits(traffic)} times the traffic`]),
  ];
  const needed = needs.length === 0 ? "" : `; it needs ${needs.join(", or ")}`;
  return `too little to compare: a difference under ${shown(finds)} is not found in this window, and ${shown(effect)} matters${needed}`;
}
