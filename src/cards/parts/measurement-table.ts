import type { CheckAssessment, ComparisonSummary, Sample } from "../../core/verdict.ts";
import type { Baseline } from "../../core/watch-policy.ts";
import { distinctly } from "../text/number.ts";
import { clockTime } from "../text/time.ts";

/** How a single value is judged, in a word; empty: nobody can say. */
export type Judge = (value: number) => string;

const NONE = "–";
const LEAST_WIDTH = 5;
const WEEK = 7 * 24 * 3_600_000;

const HEADINGS: Readonly<Record<Baseline, string>> = {
  stable: "stable",
  previous: "before",
  "last-week": "last week",
};

/**
 * Narrow enough for a phone: time, value, what the baseline had then, and the verdict. The time before a
 * deployment has no value of the same moment: its rows have what was expected.
 */
export function measurementTable(
  { samples, comparison }: Pick<CheckAssessment, "samples" | "comparison">,
  judge: Judge,
): string {
  const beside = comparison === undefined ? null : besideOf(comparison);
  const baselines = samples.map(({ at }) => beside?.(at) ?? null);
  const print = distinctly(
    [...samples.map(({ value }) => value), ...baselines].flatMap((one) => one ?? []),
  );
  const printed = (value: number | null) => (value === null ? NONE : print(value));
  const columns = [
    column(
      "UTC",
      samples.map(({ at }) => clockTime(at)),
      "start",
    ),
    column(
      "value",
      samples.map(({ value }) => printed(value)),
      "end",
    ),
    ...(comparison === undefined
      ? []
      : [column(HEADINGS[comparison.with], baselines.map(printed), "end")]),
    column(
      "verdict",
      samples.map(({ value }) => (value === null ? "no data" : judge(value))),
      "start",
    ),
  ];
  const rows = Array.from({ length: samples.length + 1 }, (_, index) =>
    columns
      .map((cells) => cells[index])
      .join("  ")
      .trimEnd(),
  );
  return rows.join("\n");
}

/** The heading and the cells, all of one width. */
function column(
  heading: string,
  cells: readonly string[],
  side: "start" | "end",
): readonly string[] {
  const width = Math.max(LEAST_WIDTH, heading.length, ...cells.map((cell) => cell.length));
  return [heading, ...cells].map((cell) =>
    side === "start" ? cell.padEnd(width) : cell.padStart(width),
  );
}

function besideOf({ with: baseline, expected, baseline: samples }: ComparisonSummary) {
  const ago = baseline === "last-week" ? WEEK : 0;
  const known = new Map(samples.map(({ at, value }: Sample) => [at + ago, value]));
  return (at: Sample["at"]) => (baseline === "previous" ? expected : (known.get(at) ?? null));
}
