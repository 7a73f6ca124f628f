import { describe, expect, it } from "vitest";
import { calibrationError } from "../../../src/demo/training/calibration-error.ts";
import { evaluate, percentile } from "../../../src/demo/training/evaluate.ts";
import { createModel } from "../../../src/demo/training/model-file.ts";
import { aPair } from "../../support/sample-pairs.ts";

/** Scores 0.8 for the same company and 0.2 otherwise. */
const model = createModel(["bias", "same_company"], [Math.log(0.25), 2 * Math.log(4)]);

function tickingClock(stepsOfMilliseconds: number): () => number {
  let now = 0;
  return () => {
    now += stepsOfMilliseconds;
    return now;
  };
}

describe("evaluating a model on its holdout", () => {
  it("measures ranking, loss, accuracy, calibration, latency, and each country", () => {
    const holdout = [
      aPair({ country: "BR", sameCompany: true, connected: true }),
      aPair({ country: "BR", sameCompany: false, connected: false }),
      aPair({ country: "US", sameCompany: true, connected: false }),
      aPair({ country: "US", sameCompany: false, connected: true }),
    ];
    expect(evaluate(model, holdout, tickingClock(0.25))).toEqual({
      metrics: {
        auc: 0.5,
        log_loss: 0.916291,
        accuracy: 0.5,
        calibration_error: 0.3,
        p95_latency_ms: 0.25,
        holdout_rows: 4,
      },
      slices: { "country=BR": { auc: 1, rows: 2 }, "country=US": { auc: 0, rows: 2 } },
    });
  });

  it("says nothing about a slice in which nothing can be ranked", () => {
    const holdout = [
      aPair({ country: "BR", connected: true }),
      aPair({ country: "US", connected: true }),
      aPair({ country: "US", connected: false }),
    ];
    expect(evaluate(model, holdout, tickingClock(1)).slices).toEqual({
      "country=US": { auc: 0.5, rows: 2 },
    });
  });

  it("refuses a holdout of one class", () => {
    expect(() => evaluate(model, [aPair({ connected: true })], tickingClock(1))).toThrow(
      "one class only",
    );
  });
});

describe("the calibration error", () => {
  it("is 0 when the share of positives in each bin is the score", () => {
    const scored = [0.25, 0.25, 0.25, 0.25].map((score, index) => ({
      score,
      positive: index === 0,
    }));
    expect(calibrationError(scored)).toBe(0);
  });

  it("weighs each bin's gap by the bin's size, a score of 1 in the last bin", () => {
    const scored = [
      { score: 0.1, positive: true },
      { score: 1, positive: true },
      { score: 1, positive: false },
    ];
    expect(calibrationError(scored)).toBeCloseTo((0.9 + 1) / 3, 12);
  });

  it("refuses what is not a probability", () => {
    expect(() => calibrationError([{ score: Number.NaN, positive: true }])).toThrow(
      "NaN is not a probability",
    );
  });
});

it("takes percentiles by nearest rank", () => {
  const values = [35, 20, 15, 50, 40];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => percentile(values, share))).toEqual([
    15, 20, 20, 35, 50,
  ]);
  expect(() => percentile([], 0.5)).toThrow("no values");
});
