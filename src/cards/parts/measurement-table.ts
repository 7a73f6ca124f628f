import type { CheckAssessment, ComparisonSummary, Sample } from "../../core/verdict.ts";
import type { Baseline } from "../../core/watch-policy.ts";
import { distinctlyInEach } from "../text/number.ts";
import { clockTime } from "../text/time.ts";

/** How a single value is judged, in a word; empty: nobody can say. */
export type Judge = (value: number) => string;

const NONE = "–";
const NO_DATA = "no data";
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
  const verdicts = samples.map(({ value }) => (value === null ? NO_DATA : judge(value)));
  const values = samples.map(({ value }) => value);
  const print = distinctlyInEach([
    ...values.map((value, index) => known([value, baselines[index]])),
    ...judgedApart(values, verdicts),
  ]);
  const printed = (value: number | null) => (value === null ? NONE : print(value));
  const columns = [
    column(
      "UTC",
      samples.map(({ at }) => clockTime(at)),
      "start",
    ),
    column("value", values.map(printed), "end"),
    ...(comparison === undefined
      ? []
      : [column(HEADINGS[comparison.with], baselines.map(printed), "end")]),
    ...(verdicts.every((verdict) => verdict === "") ? [] : [column("verdict", verdicts, "start")]),
  ];
  const rows = Array.from({ length: samples.length + 1 }, (_, index) =>
    columns
      .map((cells) => cells[index])
      .join("  ")
      .trimEnd(),
  );
  return rows.join("\n");
}

/** Pairs of values that were judged differently: people want to see by what. */
function judgedApart(
  values: readonly (number | null)[],
  verdicts: readonly string[],
): readonly (readonly number[])[] {
  return values.flatMap((one, index) =>
    values
      .filter((_, other) => other < index && verdicts[other] !== verdicts[index])
      .map((other) => known([one, other])),
  );
}

function known(values: readonly (number | null | undefined)[]): readonly number[] {
  return values.flatMap((value) => value ?? []);
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
