/** A point of a series on the grid; null: there is none, or it is no number. */
export type Point = number | null;

/**
 * How much one counter rose up to each point, from the one before it. `points` begins one step before the
 * first that is asked for, so the answer is one shorter.
 *
 * - A value that fell began at 0 again: what it has now is what it gained.
 * - A series that appears after the first point begins at 0: it is a process that started.
 * - At a point that is not there nothing is known (null); the next one gains what came since the last known.
 */
export function increasesOf(points: readonly Point[]): readonly Point[] {
  const increases: Point[] = [];
  let last = points[0] ?? null;
  for (const point of points.slice(1)) {
    increases.push(point === null ? null : gain(last, point));
    last = point ?? last;
  }
  return increases;
}

function gain(last: Point, point: number): number {
  if (last === null) return point;
  return point >= last ? point - last : point;
}

/** The sum of what is known at each point; null where nothing is. */
export function sumOf(series: readonly (readonly Point[])[], points: number): readonly Point[] {
  const sums: Point[] = new Array<Point>(points).fill(null);
  for (const one of series) {
    for (const [index, value] of one.entries()) {
      if (value !== null && index < points) sums[index] = (sums[index] ?? 0) + value;
    }
  }
  return sums;
}
