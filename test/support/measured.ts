import type { Measured, MeasuredCheck } from "../../src/core/measured.ts";
import type { CheckAssessment, Reading } from "../../src/core/verdict.ts";
import { assess } from "../../src/core/watch/assess.ts";
import type { WatchWindow } from "../../src/core/watch/watch-window.ts";
import type { ComparisonPolicy, Measure, WatchCheck } from "../../src/core/watch-policy.ts";
import { aCheck } from "./policies.ts";

/** What sources answer for a watch of one hour in samples of 30 s, and the verdict on it. */

export const STEP = 30_000;
/** On a whole step, as the points that are asked for. */
export const DEPLOYED = 1_800_000_000_000;
export const POINTS = 120;

export const HOUR: WatchWindow = {
  deployedAt: DEPLOYED,
  from: DEPLOYED,
  until: DEPLOYED + POINTS * STEP,
  every: STEP,
  warmUp: 0,
};

/** `count` values, one for each step after `from`. */
export function series(
  value: number | null | ((index: number) => number | null),
  { count = POINTS, from = DEPLOYED }: { readonly count?: number; readonly from?: number } = {},
): Reading {
  const at = (index: number) => from + (index + 1) * STEP;
  const samples = Array.from({ length: count }, (_none, index) => ({
    at: at(index),
    value: typeof value === "function" ? value(index) : value,
  }));
  return { kind: "samples", samples };
}

/** The hour before the deployment. */
export const BEFORE = { from: DEPLOYED - POINTS * STEP };

/** A spread that is the same in each run: between -1 and 1, of mean about 0. */
export function spread(index: number): number {
  return Math.sin(index * 12.9898) * Math.cos(index * 4.1414);
}

export function ratio(
  share: number | ((index: number) => number),
  options: Parameters<typeof series>[1] & { readonly total?: number } = {},
): Measured {
  const { total = 2_000 } = options;
  const at = (index: number) => (typeof share === "function" ? share(index) : share);
  const bad = (index: number) => {
    const expected = at(index) * total;
    return Math.max(0, Math.round(expected + Math.sqrt(expected) * spread(index + total)));
  };
  return { kind: "ratio", bad: series(bad, options), total: series(total, options) };
}

export function aComparison(overrides: Partial<ComparisonPolicy> = {}): ComparisonPolicy {
  return {
    with: "auto",
    method: "sequential",
    worse: "higher",
    effect: null,
    measure: null,
    ...overrides,
  };
}

const RATIO: Measure = { kind: "ratio", bad: "bad", total: "all" };

/** A check by comparison alone. */
export function comparedCheck(overrides: Partial<WatchCheck> = {}): WatchCheck {
  return aCheck({ measure: RATIO, pass: null, comparison: aComparison(), ...overrides });
}

export function judged(
  check: WatchCheck,
  release: Measured,
  options: {
    readonly baselines?: MeasuredCheck["baselines"];
    readonly window?: Partial<WatchWindow>;
    /** Default: after the end. */
    readonly now?: number;
  } = {},
): CheckAssessment {
  const window = { ...HOUR, ...options.window };
  return assess({
    check,
    query: "q",
    url: null,
    measured: { release, baselines: options.baselines ?? {} },
    window,
    now: options.now ?? window.until + STEP,
  });
}
