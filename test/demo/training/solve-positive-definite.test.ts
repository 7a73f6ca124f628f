import { expect, it } from "vitest";
import { solvePositiveDefinite } from "../../../src/demo/training/solve-positive-definite.ts";

it("solves a system whose decomposition is known", () => {
  const matrix = [
    [4, 12, -16],
    [12, 37, -43],
    [-16, -43, 98],
  ];
  expect(solvePositiveDefinite(matrix, [-20, -43, 192])).toEqual([1, 2, 3]);
});

it("refuses a matrix that is not positive definite", () => {
  const indefinite = [
    [1, 2],
    [2, 1],
  ];
  expect(() => solvePositiveDefinite(indefinite, [1, 1])).toThrow("not positive definite");
});
