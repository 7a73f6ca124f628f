import { normalCdf, normalQuantile } from "../distribution.ts";
import { cles, meanRatio } from "./effect-size.ts";
import { type MannWhitneyTest, mannWhitney, shiftScore } from "./mann-whitney.ts";
import {
  type NanStrategy,
  outliersByQuartiles,
  withoutNans,
  withoutOutliers,
} from "./transform.ts";

export interface Limits {
  readonly increase: number;
  readonly decrease: number;
}

/** What Kayenta's configuration of a metric says, by its own names. */
export interface ClassifyOptions {
  /** Which way is worse. */
  readonly direction: "increase" | "decrease" | "either";
  /** Of values that are not there: left out, or taken for 0. */
  readonly nanStrategy: NanStrategy;
  /** null: all values are kept; else those beyond the quartiles by so many times their distance are not. */
  readonly outlierFactor: number | null;
  readonly effectSize: "meanRatio" | "cles";
  /** From where on a difference counts: at least `increase`, or at most `decrease`. */
  readonly allowed: Limits;
  /** The same of what fails the whole where `isCritical`. */
  readonly critical: Limits;
  readonly isCritical: boolean;
  /** Without data it fails. */
  readonly mustHaveData: boolean;
  /** How much of the estimated shift the interval must clear. */
  readonly tolerance: number;
  readonly confidence: number;
}

/** What NetflixACAJudge-v1.0 takes where the configuration says nothing. */
export const KAYENTA_DEFAULTS: ClassifyOptions = {
  direction: "either",
  nanStrategy: "remove",
  outlierFactor: null,
  effectSize: "meanRatio",
  allowed: { increase: 1, decrease: 1 },
  critical: { increase: 1, decrease: 1 },
  isCritical: false,
  mustHaveData: false,
  tolerance: 0.25,
  confidence: 0.98,
};

export interface Classification {
  /** `nodata-failed`: it must have data and has none. */
  readonly kind: "pass" | "high" | "low" | "nodata" | "nodata-failed" | "error";
  /** It fails the whole, whatever the score is. */
  readonly isCritical: boolean;
  /** One sentence for people; null: there is nothing to say. */
  readonly reason: string | null;
  /** How many times the control's mean the experiment's is; NaN where one is 0, 1 where nothing is compared. */
  readonly ratio: number;
  /** How much higher the experiment lies, with its interval, in the samples' unit; null: not compared. */
  readonly shift: MannWhitneyTest | null;
  /** Of the two-sided test that there is no shift; null: not compared. */
  readonly pValue: number | null;
  /** How many values were compared, after those that were left out. */
  readonly compared: { readonly control: number; readonly experiment: number };
}

/**
 * Whether a metric of the experiment (the release) lies higher or lower than the control's (its baseline),
 * as Kayenta's NetflixACAJudge-v1.0 classifies it (NetflixACAJudge.scala and MannWhitneyClassifier.scala,
 * commit a69573b). High: the interval of the shift lies above `tolerance` times the estimated shift, and
 * the effect size is at least what is allowed. One look only: repeated looks find more and more.
 *
 * @param control in any unit; null or NaN: no value at that point
 */
export function classify(
  control: readonly (number | null)[],
  experiment: readonly (number | null)[],
  options: ClassifyOptions,
): Classification {
  return classifyTransformed(
    transformed(control, options),
    transformed(experiment, options),
    options,
  );
}

function transformed(values: readonly (number | null)[], options: ClassifyOptions) {
  const there = withoutNans(
    values.map((value) => value ?? Number.NaN),
    options.nanStrategy,
  );
  if (options.outlierFactor === null) return there;
  return withoutOutliers(there, outliersByQuartiles(there, options.outlierFactor, true));
}

/** The same of samples whose missing values and outliers were seen to. */
export function classifyTransformed(
  control: readonly number[],
  experiment: readonly number[],
  options: ClassifyOptions,
): Classification {
  const compared = { control: control.length, experiment: experiment.length };
  const plain = { isCritical: false, reason: null, ratio: 1, shift: null, pValue: null, compared };
  if (control.length === 0 || experiment.length === 0) {
    if (options.nanStrategy === "replace") return { kind: "pass", ...plain };
    const reason = `no data of the ${experiment.length === 0 ? "release" : "baseline"}`;
    return options.mustHaveData && !options.isCritical
      ? { kind: "nodata-failed", ...plain, reason }
      : { kind: "nodata", ...plain, reason, isCritical: options.isCritical };
  }
  if (areEqual(control, experiment)) {
    return { kind: "pass", ...plain, reason: "both have the same values" };
  }
  const isConstant = isOneValue(control) && isOneValue(experiment);
  const x = isConstant ? withNoise(experiment) : experiment;
  const y = isConstant ? withNoise(control) : control;
  if (![...x, ...y].every(Number.isFinite)) {
    return { kind: "error", ...plain, reason: "values that are infinite cannot be compared" };
  }
  const shift = mannWhitney(x, y, options.confidence);
  const pValue = 2 * normalCdf(-Math.abs(shiftScore(0, 0, x, y)));
  const ratio = meanRatio(y, x);
  const kind = classOf(shift, effectOf(y, x, options), options);
  const isCritical = kind !== "pass" && isCriticalBy(kind, effectOf(y, x, options), options);
  const reason =
    kind === "pass" ? null : `the release lies ${kind === "high" ? "higher" : "lower"}`;
  return { kind, isCritical, reason, ratio, shift, pValue, compared };
}

function effectOf(
  control: readonly number[],
  experiment: readonly number[],
  options: ClassifyOptions,
) {
  return options.effectSize === "cles" ? cles(control, experiment) : meanRatio(control, experiment);
}

/** An effect that cannot be computed is left out of account. */
function classOf(
  { interval: [low, high], estimate }: MannWhitneyTest,
  effect: number,
  { direction, allowed, tolerance }: ClassifyOptions,
): "pass" | "high" | "low" {
  const bound = tolerance * Math.abs(estimate);
  if (direction !== "decrease" && low > bound && !(effect < allowed.increase)) return "high";
  if (direction !== "increase" && high < -bound && !(effect > allowed.decrease)) return "low";
  return "pass";
}

function isCriticalBy(
  kind: "high" | "low",
  effect: number,
  { isCritical, critical }: ClassifyOptions,
) {
  if (!isCritical) return false;
  return kind === "high" ? !(effect < critical.increase) : !(effect > critical.decrease);
}

function areEqual(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length && !(isOneValue(one) && isOneValue(other))) return false;
  if (isOneValue(one) && isOneValue(other)) return one[0] === other[0];
  const sorted = other.toSorted((a, b) => a - b);
  return one.toSorted((a, b) => a - b).every((value, index) => value === sorted[index]);
}

function isOneValue(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/**
 * Where both sides are constant Kayenta adds chance of a hundred-thousandth of the value, since ranks of
 * equal values have no interval. Here it is not drawn: quantiles of the same distribution.
 */
function withNoise(values: readonly number[]): readonly number[] {
  return values.map((value, index) => {
    const noise = normalQuantile((index + 0.5) / values.length);
    return value + noise * Math.abs(value) * 1e-5;
  });
}
