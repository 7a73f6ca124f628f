import { describe, expect, it } from "vitest";
import {
  chiSquaredQuantile,
  normalCdf,
  normalQuantile,
} from "../../../src/core/analysis/distribution.ts";

/** Computed with 30 digits (mpmath 1.3.0). */
const CDF = [
  [-30, 4.906713927148187e-198],
  [-10, 7.619853024160525e-24],
  [-8, 6.220960574271784e-16],
  [-5, 2.866515718791939e-7],
  [-3.5, 0.00023262907903552504],
  [-3.0, 0.0013498980316300946],
  [-2.9, 0.0018658133003840384],
  [-1.5, 0.06680720126885807],
  [-0.5, 0.3085375387259869],
  [0.1, 0.539827837277029],
  [1, 0.8413447460685429],
  [2.5, 0.9937903346742238],
  [3.2, 0.9993128620620841],
  [6, 0.9999999990134123],
] as const;

const QUANTILES = [
  [1e-12, -7.034483825301132],
  [1e-6, -4.753424308822899],
  [0.001, -3.0902323061678136],
  [0.01, -2.326347874040841],
  [0.05, -1.6448536269514726],
  [0.075, -1.439531470938456],
  [0.3, -0.5244005127080408],
  [0.6, 0.2533471031357998],
  [0.95, 1.6448536269514726],
  [0.999, 3.0902323061678136],
  [1e-300, -37.0470962993612],
] as const;

const CHI_SQUARED = [
  [0.95, 1, 3.8414588],
  [0.95, 2, 5.9914645],
  [0.95, 4, 9.487729],
  [0.95, 9, 16.918978],
  [0.95, 19, 30.143527],
  [0.95, 50, 67.504807],
  [0.999, 1, 10.827566],
  [0.999, 2, 13.815511],
  [0.999, 4, 18.466827],
  [0.999, 9, 27.877165],
  [0.999, 19, 43.820196],
  [0.999, 50, 86.660815],
] as const;

function offBy(found: number, wanted: number): number {
  return Math.abs(found / wanted - 1);
}

describe("the normal distribution", () => {
  it.each(CDF)("has its probability below %f", (x, probability) => {
    expect(offBy(normalCdf(x), probability)).toBeLessThan(1e-13);
  });

  it.each(QUANTILES)("has its quantile at %f", (p, quantile) => {
    expect(offBy(normalQuantile(p), quantile)).toBeLessThan(1e-13);
  });

  it("has its middle at 0", () => {
    expect([normalCdf(0), normalQuantile(0.5)]).toEqual([0.5, 0]);
  });
});

describe("the chi-squared distribution", () => {
  it.each(CHI_SQUARED)("has about its quantile at %f with %i degrees", (p, degrees, quantile) => {
    expect(offBy(chiSquaredQuantile(p, degrees), quantile)).toBeLessThan(0.04);
  });
});
