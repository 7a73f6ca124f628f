import { describe, expect, it } from "vitest";
import { mediansUpTo } from "../../../src/core/analysis/robust.ts";

describe("medians up to each value", () => {
  it("are of all values so far, and of an even number the upper one in the middle", () => {
    expect(mediansUpTo([5, 1, 3, 9, 9, 2])).toEqual([5, 5, 3, 5, 5, 5]);
  });

  it("are none of nothing", () => {
    expect(mediansUpTo([])).toEqual([]);
  });
});
