import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../../src/core/analysis/distribution.ts";
import {
  type Classification,
  classify,
  classifyTransformed,
  KAYENTA_DEFAULTS,
} from "../../../src/core/analysis/kayenta/classify.ts";
import { cles, cohenD, meanRatio } from "../../../src/core/analysis/kayenta/effect-size.ts";
import { mannWhitney, shiftScore } from "../../../src/core/analysis/kayenta/mann-whitney.ts";
import { byMeans } from "../../../src/core/analysis/kayenta/mean-inequality.ts";
import { rootBetween } from "../../../src/core/analysis/kayenta/root.ts";
import { summaryOf } from "../../../src/core/analysis/kayenta/summary.ts";
import {
  outliersByQuartiles,
  outliersBySigma,
  percentile,
  withoutNans,
  withoutOutliers,
} from "../../../src/core/analysis/kayenta/transform.ts";
import { hasPassed, weightedScore } from "../../../src/core/analysis/kayenta/weighted-score.ts";

type Values = readonly (number | "NaN")[];

interface ClassifierVector {
  readonly name: string;
  readonly experiment: Values;
  readonly control: Values;
  readonly direction: "increase" | "decrease" | "either";
  readonly nanStrategy: "remove" | "replace";
  readonly critical: boolean;
  readonly mustHaveData: boolean;
  readonly expected: {
    readonly classification?: string;
    readonly critical?: boolean;
    readonly deviation?: number | "NaN";
    readonly reasonPresent?: boolean;
  };
  readonly tolerance: number;
  readonly confLevel: number;
  readonly effectSizeThresholds: {
    readonly allowedDecrease: number;
    readonly allowedIncrease: number;
  };
  readonly criticalThresholds: {
    readonly criticalDecrease: number;
    readonly criticalIncrease: number;
  };
  readonly effectSizeMeasure: "meanRatio" | "cles";
}

interface Vectors {
  readonly mannWhitneyClassifier: readonly ClassifierVector[];
  readonly meanInequalityClassifier: readonly ClassifierVector[];
  readonly outlierDetectors: readonly {
    readonly name: string;
    readonly detector: "KSigma" | "IQR";
    readonly k?: number;
    readonly factor?: number;
    readonly reduceSensitivity: boolean;
    readonly data: readonly number[];
    readonly expectedOutlier: readonly boolean[];
  }[];
  readonly transforms: readonly {
    readonly name: string;
    readonly op: string;
    readonly data: Values;
    readonly expected: readonly number[];
    readonly detector?: "KSigma" | "IQR";
    readonly k?: number;
    readonly factor?: number;
  }[];
  readonly weightedSumScorer: readonly {
    readonly name: string;
    readonly groupWeights: Record<string, number>;
    readonly metrics: readonly {
      readonly classification: string;
      readonly groups: readonly string[];
      readonly critical: boolean;
    }[];
    readonly expected: {
      readonly summaryScore: number;
      readonly groupScoresSorted?: readonly number[];
    };
  }[];
  readonly statistics: readonly {
    readonly name: string;
    readonly fn: string;
    readonly data: readonly number[];
    readonly control: readonly number[];
    readonly experiment: readonly number[];
    readonly expected: unknown;
    readonly tolerance?: number;
  }[];
  readonly mannWhitneyTest: readonly {
    readonly name: string;
    readonly experiment: readonly number[];
    readonly control: readonly number[];
    readonly confidenceLevel: number;
    readonly expected: {
      readonly ciLow: number;
      readonly ciLowTolerance: number;
      readonly ciHigh: number;
      readonly ciHighTolerance: number;
      readonly estimate: number;
      readonly estimateTolerance: number;
    };
  }[];
  readonly mannWhitneyInternals: readonly [
    {
      readonly x: readonly number[];
      readonly y: readonly number[];
      readonly expected: readonly {
        readonly mu: number;
        readonly quantile: number;
        readonly value: number;
      }[];
    },
    { readonly p: number; readonly inverseNormalCdf: number },
    {
      readonly x: readonly number[];
      readonly y: readonly number[];
      readonly expected: Readonly<Record<string, number>>;
    },
  ];
  readonly standaloneAggregatedJudgement: {
    readonly cases: readonly {
      readonly finalScore: number;
      readonly marginal: number | null;
      readonly pass: number | null;
      readonly didPassThresholds: boolean;
    }[];
  };
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../fixtures/analysis/kayenta-vectors.json", import.meta.url), "utf8"),
);

/** Kayenta's names for what ours says. */
const LABELS: Readonly<Record<Classification["kind"], string>> = {
  pass: "Pass",
  high: "High",
  low: "Low",
  nodata: "Nodata",
  "nodata-failed": "NodataFailMetric",
  error: "Error",
};

const KINDS = Object.fromEntries(
  Object.entries(LABELS).map(([kind, label]) => [label, kind as Classification["kind"]]),
);

function numbers(values: Values): readonly number[] {
  return values.map((value) => (value === "NaN" ? Number.NaN : value));
}

function outliersOf(
  vector: {
    readonly detector?: "KSigma" | "IQR";
    readonly k?: number;
    readonly factor?: number;
  },
  data: readonly number[],
) {
  return vector.detector === "IQR"
    ? outliersByQuartiles(data, vector.factor ?? 0, false)
    : outliersBySigma(data, vector.k ?? 0);
}

describe("Kayenta's judge", () => {
  it.each(vectors.mannWhitneyClassifier)("classifies as Kayenta does: $name", (vector) => {
    const { expected, effectSizeThresholds: allowed, criticalThresholds: critical } = vector;
    const found = classifyTransformed(numbers(vector.control), numbers(vector.experiment), {
      ...KAYENTA_DEFAULTS,
      direction: vector.direction,
      nanStrategy: vector.nanStrategy,
      isCritical: vector.critical,
      mustHaveData: vector.mustHaveData,
      tolerance: vector.tolerance,
      confidence: vector.confLevel,
      effectSize: vector.effectSizeMeasure,
      allowed: { increase: allowed.allowedIncrease, decrease: allowed.allowedDecrease },
      critical: { increase: critical.criticalIncrease, decrease: critical.criticalDecrease },
    });
    const label = LABELS[found.kind];
    expect(label).toBe(expected.classification ?? label);
    expect(found.isCritical).toBe(expected.critical ?? found.isCritical);
    expect(found.ratio).toEqual(
      expected.deviation === undefined ? found.ratio : numbers([expected.deviation])[0],
    );
    if (expected.reasonPresent === true) expect(found.reason).not.toBeNull();
  });

  it.each(vectors.meanInequalityClassifier)("compares means as Kayenta does: $name", (vector) => {
    const found = byMeans(numbers(vector.control), numbers(vector.experiment), vector.direction);
    expect(LABELS[found]).toBe(vector.expected.classification);
  });

  it.each(vectors.outlierDetectors)("finds the outliers that Kayenta finds: $name", (vector) => {
    expect(outliersOf(vector, vector.data)).toEqual(vector.expectedOutlier);
  });

  it.each(vectors.transforms)("transforms samples as Kayenta does: $name", (vector) => {
    const data = numbers(vector.data);
    const transformed =
      vector.op === "removeOutliers"
        ? withoutOutliers(data, outliersOf(vector, data))
        : withoutNans(data, vector.op === "removeNaNs" ? "remove" : "replace");
    expect(transformed).toEqual(vector.expected);
  });

  it.each(vectors.weightedSumScorer)("scores as Kayenta does: $name", (vector) => {
    const metrics = vector.metrics.map(({ classification, groups, critical }) => ({
      kind: KINDS[classification] ?? "error",
      groups,
      isCritical: critical,
    }));
    const { summary, groups } = weightedScore(metrics, vector.groupWeights);
    expect(summary).toBe(vector.expected.summaryScore);
    const scores = groups.map(({ score }) => score).toSorted((a, b) => a - b);
    expect(scores).toEqual(vector.expected.groupScoresSorted ?? scores);
  });

  it.each(vectors.standaloneAggregatedJudgement.cases)(
    "holds a score of $finalScore against $pass and $marginal as Kayenta does",
    ({ finalScore, pass, marginal, didPassThresholds }) => {
      expect(hasPassed(finalScore, pass, marginal)).toBe(didPassThresholds);
    },
  );

  it.each(vectors.statistics)("describes samples as Kayenta does: $name", (vector) => {
    const digits = 3;
    switch (vector.fn) {
      case "summary": {
        const expected = vector.expected as Record<string, number>;
        const summary: Record<string, number> = { ...summaryOf(vector.data) };
        for (const name of ["min", "max", "mean", "std", "count"]) {
          expect(summary[name]).toBeCloseTo(expected[name] ?? Number.NaN, digits);
        }
        return;
      }
      case "percentile (R-7)":
        for (const { p, value } of vector.expected as readonly { p: number; value: number }[]) {
          expect(percentile(vector.data, p)).toBeCloseTo(value, digits);
        }
        return;
      default: {
        const effect = { meanRatio, cohenD, cles }[vector.fn];
        const found = effect?.(vector.control, vector.experiment);
        if (vector.expected === "NaN") expect(found).toBeNaN();
        else expect(found).toBeCloseTo(Number(vector.expected), digits);
      }
    }
  });

  it.each(vectors.mannWhitneyTest)("finds Kayenta's interval and estimate: $name", (vector) => {
    const { experiment, control, confidenceLevel, expected } = vector;
    const { interval, estimate } = mannWhitney(experiment, control, confidenceLevel);
    const offBy = (found: number, wanted: number) => Math.abs(found - wanted);
    expect(offBy(interval[0], expected.ciLow)).toBeLessThan(expected.ciLowTolerance);
    expect(offBy(interval[1], expected.ciHigh)).toBeLessThan(expected.ciHighTolerance);
    expect(offBy(estimate, expected.estimate)).toBeLessThan(expected.estimateTolerance);
  });

  it("has Kayenta's figures on the way there", () => {
    const [differences, quantile, way] = vectors.mannWhitneyInternals;
    for (const { mu, quantile: z, value } of differences.expected) {
      expect(shiftScore(mu, z, differences.x, differences.y)).toBeCloseTo(value, 5);
    }
    expect(normalQuantile(quantile.p)).toBeCloseTo(quantile.inverseNormalCdf, 6);
    const { x, y, expected } = way;
    const [muMin, muMax] = [Math.min(...x) - Math.max(...y), Math.max(...x) - Math.min(...y)];
    const z = -normalQuantile(0.025);
    const root = (at: number) => rootBetween(muMin, muMax, (shift) => shiftScore(shift, at, x, y));
    const found = {
      muMin,
      muMax,
      zqLower: z,
      zqUpper: -z,
      fLower1: shiftScore(muMin, z, x, y),
      fUpper1: shiftScore(muMax, z, x, y),
      fLower2: shiftScore(muMin, -z, x, y),
      fUpper2: shiftScore(muMax, -z, x, y),
      ciLower: root(z),
      ciUpper: root(-z),
      estimate: root(0),
    };
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, value] of Object.entries(found)) {
      expect(Math.abs(value - (expected[name] ?? Number.NaN)), name).toBeLessThan(1e-6);
    }
  });
});

describe("a comparison by Kayenta's judge", () => {
  const control = [5, 6, 5, 7, 6, 5, 6, 7, 5, 6];
  const higher = control.map((value) => value + 10);

  it("says what it compared, the shift with its interval, and how likely it is by chance", () => {
    const found = classify([...control, null], higher, KAYENTA_DEFAULTS);
    expect(found).toMatchObject({
      kind: "high",
      isCritical: false,
      reason: "the release lies higher",
      compared: { control: 10, experiment: 10 },
    });
    expect(found.ratio).toBeCloseTo(15.8 / 5.8, 10);
    expect(found.shift?.estimate).toBeCloseTo(10, 3);
    expect(found.pValue).toBeLessThan(0.001);
  });

  it("says lower of a release that lies lower", () => {
    expect(classify(higher, control, KAYENTA_DEFAULTS).reason).toBe("the release lies lower");
  });

  it("does not say so where only the other direction is worse", () => {
    expect(classify(control, higher, { ...KAYENTA_DEFAULTS, direction: "decrease" }).kind).toBe(
      "pass",
    );
    expect(classify(higher, control, { ...KAYENTA_DEFAULTS, direction: "increase" }).kind).toBe(
      "pass",
    );
  });

  it("leaves out what lies far off, where that is asked for", () => {
    const glitch = [...Array.from({ length: 200 }, (_, index) => 5 + (index % 3)), 5_000];
    const found = classify(glitch, glitch, { ...KAYENTA_DEFAULTS, outlierFactor: 3 });
    expect(found.compared).toEqual({ control: 200, experiment: 200 });
    expect(classify(glitch, glitch, KAYENTA_DEFAULTS).compared.control).toBe(201);
  });

  it("fails where data is needed and there is none, and names the side", () => {
    const options = { ...KAYENTA_DEFAULTS, mustHaveData: true };
    expect(classify(control, [null], options)).toMatchObject({
      kind: "nodata-failed",
      reason: "no data of the release",
    });
    expect(classify([], control, { ...options, isCritical: true })).toMatchObject({
      kind: "nodata",
      isCritical: true,
      reason: "no data of the baseline",
    });
  });

  it("is an error of values that cannot be compared", () => {
    expect(classify(control, [Infinity, 1, 2], KAYENTA_DEFAULTS)).toMatchObject({
      kind: "error",
      pValue: null,
    });
  });

  it("is the same at each call where both sides are constant", () => {
    const once = classify([1, 1, 1, 1, 1], [10, 10, 10, 10, 10], KAYENTA_DEFAULTS);
    expect(classify([1, 1, 1, 1, 1], [10, 10, 10, 10, 10], KAYENTA_DEFAULTS)).toEqual(once);
    expect(once.kind).toBe("high");
    expect(classify([4, 4, 4], [4, 4], KAYENTA_DEFAULTS).kind).toBe("pass");
  });

  it("cannot give an interval of values that are all equal", () => {
    expect(() => mannWhitney([1, 1], [1, 1], 0.95)).toThrow("all values are equal");
  });
});

describe("the search for a zero", () => {
  it.each([
    ["a line", (x: number) => 3 - x, 3],
    ["a curve", (x: number) => 27 - x ** 3, 3],
    ["a step", (x: number) => (x < 3 ? 1 : -1), 3],
    ["the lower end", (x: number) => -x, 0],
    ["the upper end", (x: number) => 10 - x, 10],
    ["a flat start", (x: number) => (x < 2.9 ? 1e-9 : 2.9 - x), 2.9],
    ["a function that rises", (x: number) => x ** 3 - 27, 3],
  ])("finds that of %s", (_, f, zero) => {
    expect(rootBetween(0, 10, f)).toBeCloseTo(zero, 3);
  });

  it("ends where there is none", () => {
    expect(rootBetween(0, 10, () => 1)).toBeLessThanOrEqual(1e9);
  });
});
