import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaUnderCurve, type Scored } from "../../../src/demo/training/area-under-curve.ts";

function scored(...pairs: readonly (readonly [score: number, positive: 0 | 1])[]): Scored[] {
  return pairs.map(([score, positive]) => ({ score, positive: positive === 1 }));
}

/** The definition, pair by pair: the formula with ranks must give the same. */
function byDefinition(all: readonly Scored[]): number {
  const positives = all.filter(({ positive }) => positive);
  const negatives = all.filter(({ positive }) => !positive);
  const wins = positives.flatMap((above) =>
    negatives.map((below) => (Math.sign(above.score - below.score) + 1) / 2),
  );
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

describe("the area under the ROC curve", () => {
  const table: readonly (readonly [string, readonly Scored[], number])[] = [
    ["the example of scikit-learn's manual", scored([0.1, 0], [0.4, 0], [0.35, 1], [0.8, 1]), 0.75],
    ["every positive above every negative", scored([0.9, 1], [0.8, 1], [0.1, 0]), 1],
    ["every positive below every negative", scored([0.1, 1], [0.9, 0]), 0],
    ["all scores the same", scored([0.5, 1], [0.5, 0], [0.5, 0]), 0.5],
    ["one tie among three pairs", scored([0.5, 1], [0.5, 0], [0.7, 1], [0.2, 0]), 0.875],
  ];
  for (const [name, input, expected] of table) {
    it(`is ${expected} for ${name}`, () => {
      expect(areaUnderCurve(input)).toBe(expected);
    });
  }

  it("does not exist when one class is missing", () => {
    expect([areaUnderCurve(scored([0.5, 1])), areaUnderCurve(scored([0.5, 0]))]).toEqual([
      null,
      null,
    ]);
    expect(areaUnderCurve([])).toBeNull();
  });

  it("agrees with its definition, ties included, in any order", () => {
    const example = fc.record({
      score: fc.integer({ min: 0, max: 6 }).map((tenths) => tenths / 10),
      positive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(example, { minLength: 2, maxLength: 40 }), (all) => {
        const area = areaUnderCurve(all);
        if (area === null) return;
        expect(area).toBeCloseTo(byDefinition(all), 12);
      }),
    );
  });
});
