import type { Sample } from "../../../core/verdict.ts";
import { placeOnGrid, type SampleGrid } from "../sample-grid.ts";
import type { Point } from "./counter-increase.ts";
import type { LabelledSeries } from "./parse-answer.ts";

/** A series with a place for each point of a grid. */
export interface GridSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly Point[];
}

/** Puts the pieces of an answer together, series by series. */
export interface SeriesCollector {
  /** Takes what was answered about a piece of the grid. What it returns is wrong with it; null: nothing. */
  add(piece: SampleGrid, series: readonly LabelledSeries[]): string | null;
  series(): readonly GridSeries[];
}

export function createSeriesCollector(grid: SampleGrid, mostSeries: number): SeriesCollector {
  const known = new Map<string, { readonly labels: GridSeries["labels"]; values: Point[] }>();

  function take(piece: SampleGrid, key: string, series: LabelledSeries): string | null {
    const placed = placeOnGrid(piece, series.values);
    if ("misplaced" in placed) return misplacedText(placed.misplaced);
    const one = known.get(key) ?? {
      labels: series.labels,
      values: new Array<Point>(grid.points).fill(null),
    };
    known.set(key, one);
    const offset = Math.round((piece.first - grid.first) / grid.step);
    for (const [index, { value }] of placed.entries()) one.values[offset + index] = value;
    return null;
  }

  return {
    add: (piece, series) => {
      const seen = new Set<string>();
      for (const one of series) {
        const key = JSON.stringify(Object.entries(one.labels).toSorted());
        if (seen.has(key)) return `it answered twice with the series ${key}`;
        seen.add(key);
        const problem = take(piece, key, one);
        if (problem !== null) return problem;
      }
      if (known.size <= mostSeries) return null;
      return `the query gives more than ${mostSeries} series: select fewer, as by version="…"`;
    },
    series: () => [...known.values()],
  };
}

export function misplacedText(at: Sample["at"]): string {
  const date = new Date(at);
  const when = Number.isNaN(date.getTime()) ? "no time at all" : date.toISOString();
  return `it answered with a point that was not asked for: ${when}`;
}
