import { describe, expect, it } from "vitest";
import { binomialRoot, poissonRoot } from "../../../src/core/analysis/poisson.ts";

describe("the signed root of the deviance", () => {
  it.each([
    [3, 3, 0],
    [0, 3, -Math.sqrt(6)],
    [10, 4, Math.sqrt(2 * (10 * Math.log(2.5) - 6))],
  ])("of %f where %f was expected is right", (seen, expected, root) => {
    expect(poissonRoot(seen, expected)).toBeCloseTo(root, 12);
  });

  it.each([
    [8, 4, 8, Math.sqrt(2 * 8 * Math.log(2))],
    [0, 4, 8, -Math.sqrt(2 * 8 * Math.log(2))],
    [5, 5, 20, 0],
  ])("of %f where %f of %f was expected is right", (seen, expected, all, root) => {
    expect(binomialRoot(seen, expected, all)).toBeCloseTo(root, 12);
  });
});
