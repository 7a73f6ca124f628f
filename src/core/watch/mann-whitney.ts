import { type Classification, classify, KAYENTA_DEFAULTS } from "../analysis/kayenta/classify.ts";
import { mean } from "../analysis/robust.ts";
import { smallestEffect } from "../analysis/smallest-effect.ts";
import { type ComparisonSummary, KEPT_SAMPLES } from "../verdict.ts";
import type { Direction, Effect } from "../watch-policy.ts";
import type { CompareRequest, ComparisonResult } from "./compare-request.ts";
import { type Series, valuePoints } from "./series.ts";
import { amount, BASELINE_WORDS, lengthOf } from "./words.ts";

/** Kayenta's judge warns below this; here nothing is said. */
const LEAST_POINTS = 50;
/** Of the difference that is acted on without a person, in the smallest that matters. */
const CLEAR = 2;

const DIRECTIONS = {
  higher: "increase",
  lower: "decrease",
  either: "either",
} as const satisfies Readonly<Record<Direction, string>>;

/**
 * Kayenta's judge on the numbers at the points of both sides, once, at the end of the window: read at every
 * sample it would find a difference in most healthy releases.
 */
export function mannWhitneyOf(request: CompareRequest): ComparisonResult {
  const { policy, pair, window, now } = request;
  const release = valuesOf(pair.release);
  const baseline = valuesOf(pair.baseline);
  const fewest = Math.min(release.length, baseline.length);
  const possible = Math.floor((window.until - window.from - window.warmUp) / window.every) + 1;
  if (possible < LEAST_POINTS) {
    const least = lengthOf(LEAST_POINTS * window.every + window.warmUp);
    const why = `a comparison by mann-whitney needs ${LEAST_POINTS} samples, and the window has ${possible}: it would have to be ${least} long`;
    return { kind: "open", why, shortfall: why, summary: null };
  }
  if (now < window.until) {
    return { kind: "open", why: "compared at the end", shortfall: null, summary: null };
  }
  if (fewest < LEAST_POINTS) {
    const why = `${release.length} samples against ${baseline.length}, and ${LEAST_POINTS} of each are needed`;
    return { kind: "open", why, shortfall: null, summary: null };
  }
  const control = mean(baseline);
  const classified = classify(baseline, release, {
    ...KAYENTA_DEFAULTS,
    direction: DIRECTIONS[policy.worse],
    allowed: allowedBy(policy.effect, control),
  });
  const summary = summaryOf(request, classified, { release, baseline });
  if (classified.kind === "pass") return { kind: "not-worse", summary };
  if (classified.kind !== "high" && classified.kind !== "low") {
    const why = `it cannot be compared: ${classified.reason}`;
    return { kind: "open", why, shortfall: null, summary: null };
  }
  const { kind } = pair.release;
  const difference = Math.abs(mean(release) - control);
  const isClear = difference >= CLEAR * smallestEffect(kind, policy.effect, control);
  const numbers = `${amount(kind, mean(release))} against ${amount(kind, control)}`;
  const test = `Mann-Whitney over ${release.length} samples, ${probability(classified.pValue)}`;
  return {
    kind: "worse",
    sentence: `${numbers} ${BASELINE_WORDS[request.baseline]} (${test})`,
    summary,
    isDoubtful: !isClear || request.baseline !== "stable",
  };
}

function valuesOf(series: Series): readonly number[] {
  return valuePoints(series).map(({ value }) => value);
}

/** How many times the baseline's mean a release's may be; 1, as in Kayenta, where no effect is configured. */
function allowedBy(effect: Effect | null, control: number) {
  if (effect === null) return KAYENTA_DEFAULTS.allowed;
  const share = effect.unit === "share" ? effect.least : effect.least / Math.abs(control);
  return { increase: 1 + share, decrease: 1 - share };
}

function probability(value: number | null): string {
  return value === null || value < 0.001 ? "p < 0.001" : `p = ${value.toFixed(3)}`;
}

function summaryOf(
  { baseline, pair, window }: CompareRequest,
  { pValue }: Classification,
  compared: { readonly release: readonly number[]; readonly baseline: readonly number[] },
): ComparisonSummary {
  return {
    with: baseline,
    method: "mann-whitney",
    observed: mean(compared.release),
    expected: mean(compared.baseline),
    since: window.from + window.warmUp,
    points: compared.release.length,
    score: pValue,
    limit: 1 - KAYENTA_DEFAULTS.confidence,
    baseline: pair.baseline.samples.slice(-KEPT_SAMPLES),
  };
}
