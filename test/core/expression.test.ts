import { describe, expect, it } from "vitest";
import { holds } from "../../src/core/expression.ts";

describe("a comparison holds", () => {
  it.each([
    [1, ">=", 1, true],
    [1, ">=", 2, false],
    [2, ">", 1, true],
    [1, ">", 1, false],
    [1, "<=", 1, true],
    [2, "<=", 1, false],
    [1, "<", 2, true],
    [1, "<", 1, false],
    [1, "==", 1, true],
    [1, "==", 2, false],
    [1, "!=", 2, true],
    [1, "!=", 1, false],
  ] as const)("%d %s %d: %s", (actual, operator, limit, result) => {
    expect(holds(actual, operator, limit)).toBe(result);
  });
});
