/** The rank of each value from 1 on; values that are equal share the mean of their ranks. */
export function ranksOf(values: readonly number[]): {
  readonly ranks: readonly number[];
  /** How many values each group of equal ones has. */
  readonly ties: readonly number[];
} {
  const order = values
    .map((value, index) => ({ value, index }))
    .toSorted((a, b) => a.value - b.value);
  const ranks = values.map(() => 0);
  const ties: number[] = [];
  for (let from = 0; from < order.length; ) {
    const value = order[from]?.value;
    let to = from + 1;
    while (to < order.length && order[to]?.value === value) to += 1;
    for (const { index } of order.slice(from, to)) ranks[index] = (from + 1 + to) / 2;
    ties.push(to - from);
    from = to;
  }
  return { ranks, ties };
}
