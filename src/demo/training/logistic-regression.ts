import { solvePositiveDefinite } from "./solve-positive-definite.ts";

export interface Example {
  readonly features: readonly number[];
  readonly positive: boolean;
}

export interface Fit {
  readonly weights: readonly number[];
  readonly iterations: number;
}

const MAXIMUM_ITERATIONS = 50;
/** The fit has converged when no partial derivative of the mean loss is larger than this. */
const TOLERANCE = 1e-9;
const MAXIMUM_HALVINGS = 30;
/** Next to the minimum two sums of thousands of terms differ by rounding alone; relative to the loss. */
const ROUNDING = 1e-12;

/**
 * Fits weights by iteratively reweighted least squares: Newton's method on the penalised loss, each step
 * halved until the loss falls (Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning",
 * 2nd edition, 4.4.1). The L2 penalty keeps weights finite where the classes separate perfectly.
 * Deterministic: no chance is involved.
 * @param penalty L2 strength per example; above 0
 * @throws Error when there are no examples of one class, when features differ in number, or when it
 *   does not converge
 */
export function fitLogisticRegression(examples: readonly Example[], penalty: number): Fit {
  const width = examples[0]?.features.length ?? 0;
  if (examples.some(({ features }) => features.length !== width)) {
    throw new Error("examples differ in their number of features");
  }
  if (!examples.some(({ positive }) => positive) || examples.every(({ positive }) => positive)) {
    throw new Error("a classifier needs examples of both classes");
  }
  let weights: readonly number[] = Array.from({ length: width }, () => 0);
  for (let iteration = 0; iteration < MAXIMUM_ITERATIONS; iteration += 1) {
    const gradient = lossGradient(examples, weights, penalty);
    if (Math.max(...gradient.map(Math.abs)) < TOLERANCE) return { weights, iterations: iteration };
    const step = solvePositiveDefinite(hessian(examples, weights, penalty), gradient);
    weights = descend(examples, weights, step, penalty);
  }
  throw new Error(`the fit did not converge in ${MAXIMUM_ITERATIONS} iterations`);
}

/** Probability that an example with these features is positive. */
export function predict(weights: readonly number[], features: readonly number[]): number {
  return sigmoid(dot(weights, features));
}

/** Mean negative log-likelihood plus the penalty; the thing that a fit makes smallest. */
export function penalisedLoss(
  examples: readonly Example[],
  weights: readonly number[],
  penalty: number,
): number {
  const total = examples.reduce((sum, { features, positive }) => {
    const margin = dot(weights, features) * (positive ? 1 : -1);
    return sum + softplus(-margin);
  }, 0);
  return total / examples.length + (penalty / 2) * dot(weights, weights);
}

/** The exact derivative of `penalisedLoss` by each weight. */
export function lossGradient(
  examples: readonly Example[],
  weights: readonly number[],
  penalty: number,
): readonly number[] {
  const sums = weights.map(() => 0);
  for (const { features, positive } of examples) {
    const residual = predict(weights, features) - Number(positive);
    for (const [index, value] of features.entries()) {
      sums[index] = (sums[index] ?? 0) + residual * value;
    }
  }
  return sums.map((sum, index) => sum / examples.length + penalty * (weights[index] ?? 0));
}

function hessian(
  examples: readonly Example[],
  weights: readonly number[],
  penalty: number,
): readonly (readonly number[])[] {
  const rows = weights.map(() => weights.map(() => 0));
  for (const { features } of examples) {
    const probability = predict(weights, features);
    const curvature = (probability * (1 - probability)) / examples.length;
    for (const [index, row] of rows.entries()) {
      const scaled = curvature * (features[index] ?? 0);
      for (const [column, value] of features.entries()) {
        row[column] = (row[column] ?? 0) + scaled * value;
      }
    }
  }
  return rows.map((row, index) =>
    row.map((value, column) => (index === column ? value + penalty : value)),
  );
}

function descend(
  examples: readonly Example[],
  weights: readonly number[],
  step: readonly number[],
  penalty: number,
): readonly number[] {
  const before = penalisedLoss(examples, weights, penalty);
  let scale = 1;
  for (let halvings = 0; halvings < MAXIMUM_HALVINGS; halvings += 1) {
    const next = weights.map((weight, index) => weight - scale * (step[index] ?? 0));
    if (penalisedLoss(examples, next, penalty) <= before + ROUNDING * before) return next;
    scale /= 2;
  }
  throw new Error("no step makes the loss smaller");
}

function sigmoid(value: number): number {
  if (value >= 0) return 1 / (1 + Math.exp(-value));
  const exponential = Math.exp(value);
  return exponential / (1 + exponential);
}

/** log(1 + exp(value)) without overflow. */
function softplus(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}
