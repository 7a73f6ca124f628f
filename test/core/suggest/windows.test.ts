import { describe, expect, it } from "vitest";
import { apartIn, windowStarts, without } from "../../../src/core/suggest/windows.ts";

const request = { length: 10, step: 5, count: 50, seed: 1 };

describe("windows of the past", () => {
  it("lie in none of the spans that are left out", () => {
    const spans = without({ from: 0, to: 100 }, [
      { from: 20, to: 30 },
      { from: 90, to: 120 },
      { from: 25, to: 40 },
    ]);
    expect(spans).toEqual([
      { from: 0, to: 20 },
      { from: 40, to: 90 },
    ]);
    const starts = windowStarts(spans, request);
    expect(starts).toHaveLength(50);
    for (const start of starts) {
      expect(start % 5).toBe(0);
      expect(spans.some(({ from, to }) => start >= from && start + 10 <= to)).toBe(true);
    }
    expect(new Set(starts).size).toBe(12);
  });

  it("are the same for the same seed, and others for another one", () => {
    const spans = [{ from: 3, to: 1000 }];
    expect(windowStarts(spans, request)).toEqual(windowStarts(spans, request));
    expect(windowStarts(spans, request)).not.toEqual(windowStarts(spans, { ...request, seed: 2 }));
  });

  it("are none where none fits", () => {
    expect(windowStarts([{ from: 0, to: 9 }], request)).toEqual([]);
  });

  it("have no time in common as often as they fit beside one another", () => {
    expect(
      apartIn(
        [
          { from: 0, to: 29 },
          { from: 50, to: 60 },
        ],
        10,
      ),
    ).toBe(3);
  });
});
