import type { Pair } from "../analysis/points.ts";
import { median, sum } from "../analysis/robust.ts";
import { type SequentialResult, sequential } from "../analysis/sequential.ts";
import type { Instant } from "../json.ts";
import { type ComparisonSummary, KEPT_SAMPLES } from "../verdict.ts";
import type { Direction, Effect } from "../watch-policy.ts";
import type { CompareRequest, ComparisonResult } from "./compare-request.ts";
import { mannWhitneyOf } from "./mann-whitney.ts";
import type { SeriesPair } from "./read-series.ts";
import { judgedPart, type Series, valuePoints } from "./series.ts";
import { shortfallOf } from "./shortfall.ts";
import { amount, BASELINE_WORDS, digits } from "./words.ts";

/** Whether a release is worse than its baseline, by the method that the policy names. */
export function compare(request: CompareRequest): ComparisonResult {
  return request.policy.method === "sequential" ? bySequence(request) : mannWhitneyOf(request);
}

function bySequence(request: CompareRequest): ComparisonResult {
  const { policy, baseline, pair, isGood } = request;
  const together = baseline === "stable" ? "beside" : "before-after";
  const effect = effectOf(request);
  const design = { together, worse: badWay(policy.worse, isGood), effect } as const;
  const compared = withHistory(detectorPair(apart(pair, request)), request);
  const result = sequential(compared, design);
  const shortfall = shortfallOf(request, compared, design);
  if (result.kind === "too-little") {
    return { kind: "open", why: shortfall ?? result.why, shortfall, summary: null };
  }
  const summary = summaryOf(request, compared, result);
  if (result.kind === "breach") {
    const isDoubtful = !result.isClear || isLongAgo(request);
    return {
      kind: "worse",
      sentence: breachSentence(request, compared, result),
      summary,
      isDoubtful,
    };
  }
  if (shortfall !== null) {
    return { kind: "open", why: shortfall, shortfall, summary };
  }
  return { kind: "not-worse", summary };
}

/**
 * How far a metric goes in some time is learned from the time right before: what lies between it and the
 * window, or a week, may have moved it by more.
 */
function isLongAgo({ baseline, window }: CompareRequest): boolean {
  switch (baseline) {
    case "stable":
      return false;
    case "previous":
      return window.from > window.deployedAt;
    case "last-week":
      return true;
  }
}

/** Points that have no event in common, the same ones at each look. */
function apart(pair: SeriesPair, request: CompareRequest): SeriesPair {
  const taken = (series: Series) => judgedPart(series, (sample) => isTaken(sample, request));
  return { ...pair, release: taken(pair.release), baseline: taken(pair.baseline) };
}

function isTaken({ at }: { readonly at: Instant }, { stride, window }: CompareRequest): boolean {
  return Math.round(at / window.every) % stride === 0;
}

function withHistory(pair: Pair, request: CompareRequest): Pair {
  if (pair.kind !== "value") return pair;
  const history = request.history.filter((point) => isTaken(point, request));
  return { ...pair, baseline: [...history, ...pair.baseline] };
}

/** In the unit of the detectors, which count events in a step where people count them in a second. */
function effectOf({ policy: { effect }, pair, window }: CompareRequest): Effect | null {
  if (effect === null || effect.unit === "share" || pair.release.kind !== "count") return effect;
  return { unit: "value", least: (effect.least * window.every) / 1_000 };
}

/** The direction in the unit of the detectors, whose ratios are of bad events. */
function badWay(worse: Direction, isGood: boolean): Direction {
  if (!isGood || worse === "either") return worse;
  return worse === "higher" ? "lower" : "higher";
}

/** Both series for the detectors. */
function detectorPair({ release, baseline }: SeriesPair): Pair {
  if (release.kind === "ratio" && baseline.kind === "ratio") {
    return { kind: "ratio", release: release.points, baseline: baseline.points };
  }
  if (release.kind === "count" && baseline.kind === "count") {
    return { kind: "count", release: release.points, baseline: baseline.points };
  }
  return { kind: "value", release: valuePoints(release), baseline: valuePoints(baseline) };
}

function summaryOf(
  request: CompareRequest,
  compared: Pair,
  result: Exclude<SequentialResult, { readonly kind: "too-little" }>,
): ComparisonSummary {
  const { baseline, pair } = request;
  const { expected, since, points, score, limit } = result;
  return {
    with: baseline,
    method: "sequential",
    observed: since === null ? null : observedIn(request, compared, { since, points }),
    expected: expected === null ? null : asShown(request, expected),
    since,
    points,
    score,
    limit,
    baseline: pair.baseline.samples.slice(-KEPT_SAMPLES),
  };
}

/** A number of the detectors as the samples have it: events a second, shares of good events. */
function asShown({ pair, isGood, window }: CompareRequest, value: number): number {
  if (pair.release.kind === "count") return (value * 1_000) / window.every;
  return isGood ? 1 - value : value;
}

/** What people would find there: the detectors cut off what is far out, so as not to be misled by it. */
function observedIn(
  { isGood }: CompareRequest,
  compared: Pair,
  { since, points }: { readonly since: Instant; readonly points: number },
): number {
  const inWindow = <P extends { readonly at: Instant }>(all: readonly P[]) =>
    all.filter(({ at }) => at >= since).slice(0, points);
  switch (compared.kind) {
    case "ratio": {
      const window = inWindow(compared.release);
      const bad = sum(window.map((point) => point.bad)) / sum(window.map(({ total }) => total));
      return isGood ? 1 - bad : bad;
    }
    case "count": {
      const window = inWindow(compared.release);
      const time = sum(window.map((point) => point.time));
      return (1_000 * sum(window.map(({ events }) => events))) / time;
    }
    case "value":
      return median(inWindow(compared.release).map(({ value }) => value));
  }
}

function breachSentence(
  request: CompareRequest,
  compared: Pair,
  result: Extract<SequentialResult, { readonly kind: "breach" }>,
): string {
  const { points, score, limit, expected } = result;
  const { kind } = compared;
  const ours = amount(kind, observedIn(request, compared, result));
  const theirs = amount(kind, asShown(request, expected));
  return `${ours} against ${theirs} ${BASELINE_WORDS[request.baseline]}, over ${points} samples (score ${digits(score)}, limit ${digits(limit)})`;
}
