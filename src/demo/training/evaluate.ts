import { areaUnderCurve, type Scored } from "./area-under-curve.ts";
import { calibrationError } from "./calibration-error.ts";
import { type Model, scorePair } from "./model-file.ts";
import type { LabelledPair } from "./snapshot.ts";

export interface Evaluation {
  readonly metrics: Readonly<Record<string, number>>;
  /** By slice of the holdout, e.g. `country=BR`; a slice with one class only has no AUC and is left out. */
  readonly slices: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

interface ScoredPair extends Scored {
  readonly pair: LabelledPair;
  readonly milliseconds: number;
}

/** Probabilities nearer to 0 or 1 than this are counted as this, so that the log loss stays finite. */
const CLIP = 1e-15;
const WARM_UP_ROUNDS = 3;

/**
 * Measures a model on pairs that it was not fitted on.
 * @param now milliseconds of a clock that never goes back; times each single scoring
 */
export function evaluate(
  model: Model,
  holdout: readonly LabelledPair[],
  now: () => number,
): Evaluation {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    for (const pair of holdout) scorePair(model, pair);
  }
  const scored = holdout.map((pair) => timedScore(model, pair, now));
  const auc = areaUnderCurve(scored);
  if (auc === null) throw new Error("the holdout has one class only: there is nothing to measure");
  return {
    metrics: {
      auc: rounded(auc),
      log_loss: rounded(mean(scored.map(logLoss))),
      accuracy: rounded(mean(scored.map(({ score, positive }) => +(score >= 0.5 === positive)))),
      calibration_error: rounded(calibrationError(scored)),
      p95_latency_ms: rounded(
        percentile(
          scored.map(({ milliseconds }) => milliseconds),
          0.95,
        ),
      ),
      holdout_rows: scored.length,
    },
    slices: slicesByCountry(scored),
  };
}

function timedScore(model: Model, pair: LabelledPair, now: () => number): ScoredPair {
  const before = now();
  const score = scorePair(model, pair);
  return { score, positive: pair.connected, pair, milliseconds: now() - before };
}

function slicesByCountry(scored: readonly ScoredPair[]): Evaluation["slices"] {
  const countries = [...new Set(scored.map(({ pair }) => pair.country))].toSorted();
  const entries = countries.flatMap((country) => {
    const slice = scored.filter(({ pair }) => pair.country === country);
    const auc = areaUnderCurve(slice);
    if (auc === null) return [];
    return [[`country=${country}`, { auc: rounded(auc), rows: slice.length }] as const];
  });
  return Object.fromEntries(entries);
}

function logLoss({ score, positive }: Scored): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, score));
  return -Math.log(positive ? clipped : 1 - clipped);
}

/** The smallest value that at least this share of the values does not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((left, right) => left - right);
  const value = ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
  if (value === undefined) throw new Error("no values: there is no percentile");
  return value;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
