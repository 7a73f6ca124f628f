import type { Instant } from "../core/json.ts";

export interface Point {
  readonly at: Instant;
  readonly value: number;
}

/**
 * At most `most` points, oldest first, with every extreme kept: of each stretch of time the lowest and
 * the highest, in the order in which they came, and the ends as they are.
 */
export function downsample(points: readonly Point[], most: number): readonly Point[] {
  const [first] = points;
  const last = points.at(-1);
  if (points.length <= most || first === undefined || last === undefined) return points;
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const length = (last.at - first.at) / stretches;
  const extremes = new Map<number, { lowest: Point; highest: Point }>();
  for (const point of points) {
    const stretch = Math.min(stretches - 1, Math.floor((point.at - first.at) / length));
    const known = extremes.get(stretch);
    if (known === undefined) extremes.set(stretch, { lowest: point, highest: point });
    else if (point.value < known.lowest.value) known.lowest = point;
    else if (point.value > known.highest.value) known.highest = point;
  }
  const kept = [...extremes.values()].flatMap(({ lowest, highest }) => [lowest, highest]);
  return [...new Set([first, ...kept, last])].sort((a, b) => a.at - b.at);
}
