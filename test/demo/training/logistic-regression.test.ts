import { describe, expect, it } from "vitest";
import {
  type Example,
  fitLogisticRegression,
  lossGradient,
  penalisedLoss,
  predict,
} from "../../../src/demo/training/logistic-regression.ts";
import { createSeededRandom } from "../../../src/demo/training/seeded-random.ts";

const NO_PENALTY = 1e-12;

function examples(features: readonly number[], positive: number, negative: number): Example[] {
  return [
    ...Array.from({ length: positive }, () => ({ features, positive: true })),
    ...Array.from({ length: negative }, () => ({ features, positive: false })),
  ];
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

describe("fitting a logistic regression", () => {
  it("finds the log-odds of a group of its own", () => {
    const { weights } = fitLogisticRegression(examples([1], 3, 7), NO_PENALTY);
    expect(weights[0]).toBeCloseTo(logit(0.3), 8);
  });

  it("finds the log odds ratio of two groups", () => {
    const groups = [...examples([1, 0], 3, 7), ...examples([1, 1], 8, 2)];
    const { weights } = fitLogisticRegression(groups, NO_PENALTY);
    expect(weights[0]).toBeCloseTo(logit(0.3), 8);
    expect(weights[1]).toBeCloseTo(logit(0.8) - logit(0.3), 8);
    expect(predict(weights, [1, 1])).toBeCloseTo(0.8, 8);
  });

  it("stays finite and ranks perfectly when the classes separate", () => {
    const separated = [-2, -1, 1, 2].map((x) => ({ features: [1, x], positive: x > 0 }));
    const { weights } = fitLogisticRegression(separated, 1e-4);
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(separated.map(({ features }) => predict(weights, features) > 0.5)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it("gives the same weights every time", () => {
    const groups = [...examples([1, 0.3], 5, 4), ...examples([1, 0.9], 8, 2)];
    expect(fitLogisticRegression(groups, 1e-4)).toEqual(fitLogisticRegression(groups, 1e-4));
  });

  it("refuses what cannot be fitted", () => {
    expect(() => fitLogisticRegression([], 1e-4)).toThrow("needs examples of both classes");
    expect(() => fitLogisticRegression(examples([1], 5, 0), 1e-4)).toThrow("both classes");
    expect(() =>
      fitLogisticRegression([...examples([1], 1, 1), ...examples([1, 2], 1, 0)], 1e-4),
    ).toThrow("differ in their number of features");
  });
});

describe("the gradient", () => {
  const random = createSeededRandom("gradient");
  const noisy = Array.from({ length: 60 }, () => ({
    features: [1, random.normal(), random.normal()],
    positive: random.uniform() < 0.4,
  }));
  const penalty = 0.01;

  it("agrees with finite differences of the loss", () => {
    const weights = [0.4, -0.7, 1.3];
    const width = 1e-5;
    const numeric = weights.map((_, index) => {
      const up = weights.map((weight, at) => weight + (at === index ? width : 0));
      const down = weights.map((weight, at) => weight - (at === index ? width : 0));
      return (
        (penalisedLoss(noisy, up, penalty) - penalisedLoss(noisy, down, penalty)) / (2 * width)
      );
    });
    const exact = lossGradient(noisy, weights, penalty);
    for (const [index, value] of exact.entries()) expect(value).toBeCloseTo(numeric[index] ?? 0, 8);
  });

  it("vanishes at the fitted weights, and nowhere near them is the loss smaller", () => {
    const { weights } = fitLogisticRegression(noisy, penalty);
    for (const value of lossGradient(noisy, weights, penalty)) expect(value).toBeCloseTo(0, 8);
    const least = penalisedLoss(noisy, weights, penalty);
    const neighbours = weights.flatMap((_, index) =>
      [-0.01, 0.01].map((shift) => weights.map((w, at) => w + (at === index ? shift : 0))),
    );
    expect(neighbours.every((near) => penalisedLoss(noisy, near, penalty) > least)).toBe(true);
  });
});
