import { mean } from "../robust.ts";

export type NanStrategy = "remove" | "replace";

/** What the values are that are not there: removed, or taken for 0. */
export function withoutNans(values: readonly number[], strategy: NanStrategy): readonly number[] {
  return strategy === "remove"
    ? values.filter((value) => !Number.isNaN(value))
    : values.map((value) => (Number.isNaN(value) ? 0 : value));
}

/**
 * Which values are outliers: beyond the quartiles by more than `factor` times their distance (Tukey).
 *
 * @param isReluctant as the judge does it: only what is also beyond the 1st or the 99th percentile
 */
export function outliersByQuartiles(
  values: readonly number[],
  factor: number,
  isReluctant: boolean,
): readonly boolean[] {
  const [low, high] = [percentile(values, 25), percentile(values, 75)];
  const reach = factor * (high - low);
  const lower = isReluctant ? Math.min(percentile(values, 1), low - reach) : low - reach;
  const upper = isReluctant ? Math.max(percentile(values, 99), high + reach) : high + reach;
  return values.map((value) => value > upper || value < lower);
}

/** Which values are further than `k` standard deviations from the mean. */
export function outliersBySigma(values: readonly number[], k: number): readonly boolean[] {
  const middle = mean(values);
  const sd = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return values.map((value) => Math.abs(value - middle) > k * sd);
}

export function withoutOutliers(
  values: readonly number[],
  outliers: readonly boolean[],
): readonly number[] {
  return values.filter((_, index) => outliers[index] !== true);
}

/** Between values on a line, as R's type 7; NaN of no values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const lower = sorted[Math.floor(place)] ?? Number.NaN;
  const upper = sorted[Math.ceil(place)] ?? Number.NaN;
  return lower + (place - Math.floor(place)) * (upper - lower);
}
