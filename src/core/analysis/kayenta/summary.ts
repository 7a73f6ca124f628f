import { mean, variance } from "../robust.ts";

export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation of the sample. */
  readonly std: number;
  readonly count: number;
}

/** What Kayenta shows of a sample. All is 0 of no values. */
export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0) return { min: 0, max: 0, mean: 0, std: 0, count: 0 };
  return {
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
    mean: mean(values),
    std: values.length === 1 ? 0 : Math.sqrt(variance(values)),
    count: values.length,
  };
}
