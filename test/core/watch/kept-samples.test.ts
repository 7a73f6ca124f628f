import { describe, expect, it } from "vitest";
import { keptOf, MOST_KEPT, recalled } from "../../../src/core/watch/kept-samples.ts";

const STEP = 30_000;
const START = Date.UTC(2026, 10, 22, 12);

function samplesFrom(from: number, values: readonly (number | null)[]) {
  return values.map((value, index) => ({ at: START + (from + index) * STEP, value }));
}

describe("what a source that has only the present has said", () => {
  it("fills what its newest answer does not know, and gives way to what it does", () => {
    const kept = keptOf("q", STEP, samplesFrom(0, [1, null, 3, 4]));
    expect(recalled(samplesFrom(1, [null, null, 5, null]), kept ?? undefined)).toEqual(
      samplesFrom(1, [null, 3, 5, null]),
    );
  });

  it("is nothing before it has been asked", () => {
    const samples = samplesFrom(0, [null, 1]);
    expect(recalled(samples, undefined)).toBe(samples);
    expect(keptOf("q", STEP, [])).toBe(null);
  });

  it("is bounded: the newest are kept", () => {
    const values = Array.from({ length: MOST_KEPT + 5 }, (_none, index) => index);
    const kept = keptOf("q", STEP, samplesFrom(0, values));
    expect(kept?.first).toBe(START + 5 * STEP);
    expect(kept?.values).toEqual(values.slice(5));
  });
});
