import type { Pair, RatioPoint } from "../analysis/points.ts";
import { mean, median, sum } from "../analysis/robust.ts";
import type { SequentialDesign } from "../analysis/sequential-design.ts";
import { smallestEffect } from "../analysis/smallest-effect.ts";
import { THRESHOLDS } from "../analysis/thresholds.ts";
import { type TrafficQuestion, trafficNeeded } from "../analysis/traffic-needed.ts";
import type { CompareRequest } from "./compare-request.ts";
import { amount, BASELINE_WORDS, lengthOf } from "./words.ts";

/** Points of the release from which its share of the traffic is told. */
const LEAST_POINTS = 5;
/** A comparison that finds nothing under so many of the smallest differences that matter is none. */
const HOPELESS = 8;

/** Nobody waits longer. */
const MOST_TIMES = 100;

/**
 * Says from the start, as far as the baseline's traffic is known then, that a comparison by sequence lacks
 * the points or the traffic; null: it does not, or it is not known yet.
 */
export function shortfallOf(
  request: CompareRequest,
  pair: Pair,
  design: SequentialDesign,
): string | null {
  const { baseline, window, stride } = request;
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
  if (answer.kind === "unknown") return null;
  const finds = answer.kind === "enough" ? answer.effect : answer.finds;
  const wanted = HOPELESS * smallestEffect(pair.kind, design.effect, expectedOf(pair));
  // Where nothing ever happened before, whatever can be found matters.
  if (wanted === 0 || finds <= wanted) return null;
  return sentenceOf(request, pair.kind, { finds, wanted });
}

/** The baseline's, in the unit of the detectors. */
function expectedOf(pair: Pair): number {
  switch (pair.kind) {
    case "ratio":
      return (
        sum(pair.baseline.map(({ bad }) => bad)) / sum(pair.baseline.map(({ total }) => total))
      );
    case "count":
      return mean(pair.baseline.map(({ events }) => events));
    case "value":
      return median(pair.baseline.map(({ value }) => value));
  }
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

/** What is found shrinks with the root of the time, or of the traffic. */
function sentenceOf(
  { window: { from, until, every } }: CompareRequest,
  kind: Pair["kind"],
  { finds, wanted }: { readonly finds: number; readonly wanted: number },
): string {
  const shown = (value: number) => amount(kind, kind === "count" ? (value * 1_000) / every : value);
  const times = Math.ceil((finds / wanted) ** 2);
  const traffic = kind === "value" ? "" : `, or ${times} times the traffic`;
  const needs =
    times > MOST_TIMES
      ? "no watch is long enough"
      : `it needs a window of about ${lengthOf(times * (until - from))}${traffic}`;
  return `too little to compare: a difference under ${shown(finds)} is not found in this window, and one of ${shown(wanted)} should be; ${needs}`;
}
