import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  ARGO_LIMITS,
  type ConditionAnswer,
  type LimitsPhase,
  type MeasurementResult,
  phaseOf,
  resultOf,
} from "../../../src/core/analysis/limits.ts";

interface Vectors {
  readonly evaluateResult: readonly {
    readonly name: string;
    readonly successCondition: string;
    readonly failureCondition: string;
    readonly expectedPhase: string;
  }[];
  readonly assessMetricStatus: readonly {
    readonly name: string;
    readonly metric: {
      readonly count?: number;
      readonly interval?: string;
      readonly failureLimit?: number;
      readonly inconclusiveLimit?: number;
      readonly consecutiveSuccessLimit?: number;
    };
    readonly result: {
      readonly failed?: number;
      readonly inconclusive?: number;
      readonly consecutiveError?: number;
      readonly consecutiveSuccess?: number;
      readonly count?: number;
      readonly lastMeasurementPhase: string | null;
    };
    readonly expected: {
      readonly "terminating=false": string;
      readonly "terminating=true": string;
    };
  }[];
  readonly defaults: {
    readonly failureLimit: number;
    readonly inconclusiveLimit: number;
    readonly consecutiveErrorLimit: number;
  };
}

const vectors: Vectors = JSON.parse(
  readFileSync(
    new URL("../../fixtures/analysis/argo-analysis-vectors.json", import.meta.url),
    "utf8",
  ),
);

/** Argo's names of phases. */
const PHASES: Readonly<Record<string, LimitsPhase>> = {
  Pending: "pending",
  Running: "running",
  Successful: "success",
  Failed: "failure",
  Inconclusive: "inconclusive",
  Error: "error",
};

function answer(condition: string): ConditionAnswer {
  if (condition === "") return null;
  return condition === "true" || condition === "false" ? condition === "true" : "error";
}

/** -1 is no limit on failures, and 0 none on successes in a row. */
function limit(value: number | undefined, none: number, fallback: number | null): number | null {
  return value === none ? null : (value ?? fallback);
}

describe("Argo's limits", () => {
  it.each(vectors.evaluateResult)("judge a measurement as Argo does: $name", (vector) => {
    const found = resultOf(answer(vector.successCondition), answer(vector.failureCondition));
    expect(found).toBe(PHASES[vector.expectedPhase]);
  });

  it.each(vectors.assessMetricStatus)("stand where Argo's stand: $name", (vector) => {
    const { metric, result, expected } = vector;
    const limits = {
      ...ARGO_LIMITS,
      failures: limit(metric.failureLimit, -1, ARGO_LIMITS.failures),
      inconclusive: metric.inconclusiveLimit ?? ARGO_LIMITS.inconclusive,
      consecutiveSuccesses: limit(metric.consecutiveSuccessLimit, 0, null),
      count: metric.count ?? null,
    };
    const counts = {
      failures: result.failed ?? 0,
      inconclusive: result.inconclusive ?? 0,
      consecutiveErrors: result.consecutiveError ?? 0,
      consecutiveSuccesses: result.consecutiveSuccess ?? 0,
      count: result.count ?? 0,
      last: (PHASES[result.lastMeasurementPhase ?? ""] ?? null) as
        | MeasurementResult
        | "running"
        | null,
    };
    expect(phaseOf(limits, counts, false)).toBe(PHASES[expected["terminating=false"]]);
    expect(phaseOf(limits, counts, true)).toBe(PHASES[expected["terminating=true"]]);
  });

  it("are Argo's where nothing is said", () => {
    expect([ARGO_LIMITS.failures, ARGO_LIMITS.inconclusive, ARGO_LIMITS.consecutiveErrors]).toEqual(
      [
        vectors.defaults.failureLimit,
        vectors.defaults.inconclusiveLimit,
        vectors.defaults.consecutiveErrorLimit,
      ],
    );
  });

  it("do not say anything of what has no limit", () => {
    const none = { ...ARGO_LIMITS, failures: null, inconclusive: null, consecutiveErrors: null };
    const counts = {
      failures: 99,
      inconclusive: 99,
      consecutiveErrors: 99,
      consecutiveSuccesses: 0,
      count: 198,
      last: "error",
    } as const;
    expect(phaseOf(none, counts, false)).toBe("running");
  });
});
