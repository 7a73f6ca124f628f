import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Reading, Sample } from "../../core/verdict.ts";
import { placeOnGrid, type SampleGrid } from "./sample-grid.ts";

/** The time that the points of a grid are about: each is about the step that ends at it. */
export function spanOf({ first, last, step }: SampleGrid): {
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
} {
  return { start: first - step, end: last };
}

/**
 * The samples of a grid from buckets that a system names by when they begin. A bucket that begins elsewhere
 * was made with another length than was asked for, and its number means something else.
 * Buckets outside of the window are left out: some systems round it outwards.
 */
export function samplesOfBuckets(
  grid: SampleGrid,
  buckets: readonly Sample[],
  system: string,
): Reading {
  const { start, end } = spanOf(grid);
  const ended = buckets
    .filter(({ at }) => !(at < start || at >= end))
    .map(({ at, value }) => ({ at: at + grid.step, value }));
  const placed = placeOnGrid(grid, ended);
  if (!("misplaced" in placed)) return { kind: "samples", samples: placed };
  const at = placed.misplaced - grid.step;
  const when = Number.isFinite(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : `${at}`;
  const why = `${system} answered with other steps than the ${grid.step / 1_000} s that were asked for (a point at ${when}): measure at a step that it keeps, or say so in the query`;
  return { kind: "error", why };
}

/** The points of which everything should have come by now. */
export function settledGrid(grid: SampleGrid, now: Instant, delay: Milliseconds): SampleGrid {
  if (delay === 0) return grid;
  const last = Math.min(grid.last, Math.floor((now - delay) / grid.step) * grid.step);
  const points = last < grid.first ? 0 : (last - grid.first) / grid.step + 1;
  return { ...grid, last, points };
}
