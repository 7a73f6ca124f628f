import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Sample } from "../../core/verdict.ts";

/** The points that are asked for: every multiple of the step in the window, both ends included. */
export interface SampleGrid {
  readonly first: Instant;
  readonly last: Instant;
  readonly step: Milliseconds;
  readonly points: number;
}

/** Prometheus answers at most this many steps of one series, 11,001 points, at once. */
export const MOST_POINTS = 11_000;

/**
 * Whole multiples of the step since the epoch, so that the same points are asked for at each tick whatever
 * the moment of it, and servers that align by themselves agree.
 */
export function gridOf(from: Instant, to: Instant, step: Milliseconds): SampleGrid {
  const first = Math.ceil(from / step) * step;
  const last = Math.floor(to / step) * step;
  return { first, last, step, points: last < first ? 0 : (last - first) / step + 1 };
}

/** The grid in pieces that each fit into one answer. */
export function piecesOf({ first, last, step, points }: SampleGrid): readonly SampleGrid[] {
  const pieces: SampleGrid[] = [];
  for (let done = 0; done < points; done += MOST_POINTS) {
    const start = first + done * step;
    const end = Math.min(last, start + (MOST_POINTS - 1) * step);
    pieces.push({ first: start, last: end, step, points: (end - start) / step + 1 });
  }
  return pieces;
}

/** Prometheus keeps milliseconds, and prints them as seconds in floating point. */
const TOLERANCE: Milliseconds = 2;

/**
 * One sample for each point of the grid, `null` where the answer has none.
 * A value that is not on a point, or a second one on the same point, is no answer to what was asked.
 */
export function placeOnGrid(
  grid: SampleGrid,
  values: readonly Sample[],
): readonly Sample[] | { readonly misplaced: Instant } {
  const samples: Sample[] = Array.from({ length: grid.points }, (_none, index) => ({
    at: grid.first + index * grid.step,
    value: null,
  }));
  const taken = new Set<number>();
  for (const { at, value } of values) {
    const index = Math.round((at - grid.first) / grid.step);
    const point = grid.first + index * grid.step;
    const misplaced = Math.abs(at - point) > TOLERANCE || samples[index] === undefined;
    if (misplaced || taken.has(index)) return { misplaced: at };
    taken.add(index);
    samples[index] = { at: point, value };
  }
  return samples;
}
