import { createHash } from "node:crypto";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { FEATURE_NAMES, featureVector } from "./features.ts";
import { fitLogisticRegression } from "./logistic-regression.ts";
import { createModel, type Model } from "./model-file.ts";
import type { LabelledPair } from "./snapshot.ts";

/** L2 strength per example: enough to keep a feature that never varies finite. */
const PENALTY = 1e-4;
const HOLDOUT_SHARE = 0.3;

export interface TrainingRequest {
  readonly pairs: readonly LabelledPair[];
  /** Chooses which pairs are held out. */
  readonly seed: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export interface TrainingResult extends Evaluation {
  readonly model: Model;
  readonly iterations: number;
}

/** Fits a classifier on one part of the pairs and measures it on the rest. */
export function train({ pairs, seed, now }: TrainingRequest): TrainingResult {
  const holdout = pairs.filter(({ id }) => isHeldOut(id, seed));
  const training = pairs.filter(({ id }) => !isHeldOut(id, seed));
  const { weights, iterations } = fitLogisticRegression(
    training.map((pair) => ({
      features: featureVector(FEATURE_NAMES, pair),
      positive: pair.connected,
    })),
    PENALTY,
  );
  const model = createModel(FEATURE_NAMES, weights);
  return { model, iterations, ...evaluate(model, holdout, now) };
}

/**
 * By a hash of the pair, not by its row: a pair that is in two snapshots is on the same side in both, so
 * that nothing a model was fitted on is ever in its holdout.
 */
function isHeldOut(id: string, seed: string): boolean {
  const hash = createHash("sha256").update(`${seed}\n${id}`).digest();
  return hash.readUInt32BE() / 2 ** 32 < HOLDOUT_SHARE;
}
