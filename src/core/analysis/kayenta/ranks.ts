/** The rank of each value from 1 on; values that are equal share the mean of their ranks. */
export function ranksOf(values: readonly number[]): {
  readonly ranks: readonly number[];
  /** How many values each group of equal ones has. */
  readonly ties: readonly number[];
} {
  const counts = new Map<number, number>();
  for (const value of Float64Array.from(values).sort()) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const ranks = new Map<number, number>();
  let below = 0;
  for (const [value, count] of counts) {
    ranks.set(value, below + (count + 1) / 2);
    below += count;
  }
  return { ranks: values.map((value) => Number(ranks.get(value))), ties: [...counts.values()] };
}
