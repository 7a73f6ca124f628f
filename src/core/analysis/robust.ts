/** The middle value, or the mean of the two in the middle. NaN of no values. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = Number(sorted[Math.floor(sorted.length / 2)]);
  const lower = Number(sorted[Math.ceil(sorted.length / 2) - 1]);
  return (lower + upper) / 2;
}

/** Up to each value, the median of all so far; of an even number the upper one of the two in the middle. */
export function mediansUpTo(values: readonly number[]): readonly number[] {
  const sorted: number[] = [];
  return values.map((value) => {
    const place = sorted.findIndex((other) => other > value);
    sorted.splice(place === -1 ? sorted.length : place, 0, value);
    return Number(sorted[Math.floor(sorted.length / 2)]);
  });
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of a sample, with n - 1. NaN of fewer than two values. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1);
}

/** Into the range from `least` to `most`. */
export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
