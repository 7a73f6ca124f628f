import type { NativeChart } from "../core/chart.ts";
import type { Sample } from "../core/verdict.ts";
import { downsample, type Point } from "./downsample.ts";
import type { HistoryPlot } from "./history-plot.ts";
import { clockText, momentText } from "./time-ticks.ts";
import { baselineName, type WatchPlot } from "./watch-plot.ts";

/** What Slack's chart block takes (docs.slack.dev/reference/block-kit/blocks/data-visualization-block). */
const MOST_POINTS = 20;
const TITLE = 50;
const CATEGORY = 20;
const DAY = 24 * 3_600_000;

/**
 * The same as the picture in what Slack's chart block can show: no gaps and no moments, and each line has a
 * value at every time. null: there are not even two points.
 */
export function nativeWatchChart(plot: WatchPlot): NativeChart | null {
  const points = downsample(plot.release.flatMap(known), MOST_POINTS);
  if (points.length < 2) return null;
  const { baseline, limit } = plot;
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const category = ({ at }: Point) => (span > DAY ? momentText(at, span) : clockText(at, 8));
  const shown = points.filter((point, index) => {
    const before = points[index - 1];
    return before === undefined || category(before) !== category(point);
  });
  const compared = baseline === null ? null : baselineAt(baseline.samples, shown);
  return {
    title: clipped(`${plot.check}, ${plot.version}`, TITLE),
    categories: shown.map(category),
    series: [
      { name: "release", values: shown.map(({ value }) => value) },
      ...(baseline === null || compared === null
        ? []
        : [{ name: baselineName(baseline.with), values: compared }]),
      ...(limit === null ? [] : [{ name: "limit", values: shown.map(() => limit.value) }]),
    ],
  };
}

/** The same of a gate's numbers: the last of them, by version. */
export function nativeHistoryChart({ gate, points }: HistoryPlot): NativeChart | null {
  const shown = points
    .flatMap(({ version, value, limit }) =>
      value === null ? [] : [{ category: clipped(version, CATEGORY), value, limit }],
    )
    .slice(-MOST_POINTS);
  const isClear = new Set(shown.map(({ category }) => category)).size === shown.length;
  if (shown.length < 2 || !isClear) return null;
  const limits = shown.flatMap(({ limit }) => limit ?? []);
  return {
    title: clipped(gate, TITLE),
    categories: shown.map(({ category }) => category),
    series: [
      { name: "value", values: shown.map(({ value }) => value) },
      ...(limits.length === shown.length ? [{ name: "limit", values: limits }] : []),
    ],
  };
}

/** Its value at the nearest time; where the times do not meet (the time before), its mean throughout. */
function baselineAt(
  samples: readonly Sample[],
  points: readonly Point[],
): readonly number[] | null {
  const values = samples.flatMap(known);
  const [first] = values;
  const last = values.at(-1);
  const start = points[0]?.at ?? 0;
  if (first === undefined || last === undefined) return null;
  if (last.at <= start) {
    const mean = values.reduce((sum, { value }) => sum + value / values.length, 0);
    return points.map(() => mean);
  }
  return points.map(({ at }) => nearest(values, at, first).value);
}

function nearest(points: readonly Point[], at: number, first: Point): Point {
  return points.reduce(
    (best, point) => (Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best),
    first,
  );
}

function known({ at, value }: Sample): readonly Point[] {
  return value === null || !Number.isFinite(value) ? [] : [{ at, value }];
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
