import type { Milliseconds } from "../core/json.ts";
import type { Sample } from "../core/verdict.ts";
import type { Point } from "./downsample.ts";

/** Points further apart than this many usual distances have a gap between them. */
const GAP = 2.5;

/** The stretches in which there is data, oldest first: a gap is never bridged by a line. */
export function segments(samples: readonly Sample[]): readonly (readonly Point[])[] {
  const longest = usualDistance(samples) * GAP;
  const found: Point[][] = [];
  let open: Point[] = [];
  for (const { at, value } of samples) {
    const before = open.at(-1);
    if (value === null || (before !== undefined && at - before.at > longest)) {
      if (open.length > 0) found.push(open);
      open = [];
    }
    if (value !== null) open.push({ at, value });
  }
  return open.length > 0 ? [...found, open] : found;
}

/** The median distance of two neighbours; endless where there is only one. */
function usualDistance(samples: readonly Sample[]): Milliseconds {
  const distances = samples
    .slice(1)
    .map(({ at }, index) => at - (samples[index]?.at ?? at))
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? Number.POSITIVE_INFINITY;
}
