import { describe, expect, it } from "vitest";
import type { Reading } from "../../../src/core/verdict.ts";
import { createSampleMemory } from "../../../src/effects/watch/sample-memory.ts";

const STEP = 30_000;
const START = Date.UTC(2026, 10, 22, 12);
const at = (index: number) => START + index * STEP;

/** What a source that has only the present answers of a window that began at a point. */
function present(from: number, values: readonly (number | null)[]): Reading {
  const samples = values.map((value, index) => ({ at: at(from + index), value }));
  return { kind: "samples", samples, onlyPresent: true };
}

function valuesOf(reading: Reading): readonly (number | null)[] {
  return reading.kind === "samples" ? reading.samples.map(({ value }) => value) : [];
}

describe("what a source that has only the present said before", () => {
  it("is in the answers of the ticks that follow", () => {
    const first = createSampleMemory([]);
    expect(first.complete("q", STEP, present(0, [0.9]))).toEqual({
      kind: "samples",
      samples: [{ at: START, value: 0.9 }],
    });
    const second = createSampleMemory(first.kept());
    second.complete("q", STEP, present(0, [null, 0.8]));
    const third = createSampleMemory(second.kept());
    // A tick did not come in time.
    expect(valuesOf(third.complete("q", STEP, present(0, [null, null, null, 0.7])))).toEqual([
      0.9,
      0.8,
      null,
      0.7,
    ]);
  });

  it("goes when the window has gone on", () => {
    const kept = [{ question: "q", first: START, step: STEP, values: [1, 2, 3] }];
    const memory = createSampleMemory(kept);
    expect(valuesOf(memory.complete("q", STEP, present(2, [null, 4])))).toEqual([3, 4]);
    expect(memory.kept()).toEqual([{ question: "q", first: at(2), step: STEP, values: [3, 4] }]);
  });

  it("stays while it does not answer, and is no answer then", () => {
    const kept = [{ question: "q", first: START, step: STEP, values: [1] }];
    const memory = createSampleMemory(kept);
    const error = { kind: "error", why: "HTTP 503" } as const;
    expect(memory.complete("q", STEP, error)).toBe(error);
    expect(memory.kept()).toEqual(kept);
  });

  it("is for the same question only, and goes with it", () => {
    const memory = createSampleMemory([{ question: "q", first: START, step: STEP, values: [1] }]);
    expect(valuesOf(memory.complete("other", STEP, present(0, [null, 4])))).toEqual([null, 4]);
    expect(memory.kept().map(({ question }) => question)).toEqual(["other"]);
  });

  it("is one number for two checks that ask the same at once", () => {
    const memory = createSampleMemory([]);
    memory.complete("q", STEP, present(0, [1]));
    memory.complete("q", STEP, present(0, [1]));
    expect(memory.kept()).toEqual([{ question: "q", first: START, step: STEP, values: [1] }]);
  });
});

describe("a source that answers ranges", () => {
  it.each<Reading>([
    { kind: "samples", samples: [{ at: START, value: null }] },
    { kind: "partial", why: "a shard is away" },
    { kind: "error", why: "HTTP 503" },
  ])("is taken by its word, and nothing of it is kept ($kind)", (reading) => {
    const memory = createSampleMemory([]);
    expect(memory.complete("q", STEP, reading)).toBe(reading);
    expect(memory.kept()).toEqual([]);
  });
});
