import type { Instant } from "../core/json.ts";
import type { Sample } from "../core/verdict.ts";
import { baselineLine, emptyNote, gapBands, releaseLine } from "./data-lines.ts";
import { type Area, CONTENT_TOP, frame, HEIGHT, WIDTH } from "./frame.ts";
import { limitLine, limitRegion } from "./limit-marks.ts";
import { type LineLabel, labelRoom, lineLabels } from "./line-labels.ts";
import { momentMarks, placeMoments } from "./moment-marks.ts";
import { valueText } from "./number-text.ts";
import { PALETTE } from "./palette.ts";
import { domainOf, linearScale } from "./scale.ts";
import { timeAxis } from "./time-axis.ts";
import { axisRoom, valueAxis } from "./value-axis.ts";
import { baselineName, type WatchPlot } from "./watch-plot.ts";

const BOTTOM = HEIGHT - 24;
const MINUTE = 60_000;

/**
 * The chart of one check as SVG: the metric, its baseline and limit, when it was deployed and what happened.
 * Lines carry their names and last values; where there is no data there is no line.
 */
export function drawWatchChart(plot: WatchPlot): string {
  const bounds: readonly [number, number] =
    plot.unit === "share" ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const domain = domainOf(valuesOf(plot), bounds);
  const ends = endsOf(plot);
  const left = axisRoom(domain, plot.unit);
  const right = WIDTH - labelRoom(ends);
  const x = linearScale(timesOf(plot), [left + 4, right - 2]);
  const moments = placeMoments(plot.moments, x);
  const area: Area = { left, right, top: CONTENT_TOP + 6 + moments.height, bottom: BOTTOM };
  const y = linearScale(domain, [area.bottom, area.top]);
  const scales = { x, y };
  return frame(
    {
      title: `${plot.component} ${plot.version}`,
      subtitle: `${plot.check}, ${plot.environment}`,
    },
    [
      ...limitRegion(plot.limit, y, area),
      ...valueAxis(y, plot.unit, area),
      ...gapBands(plot.release, scales, area),
      ...timeAxis(x, area),
      ...limitLine(plot.limit, y, area),
      ...momentMarks(moments, x, area),
      ...baselineLine(plot, scales),
      ...releaseLine(plot, scales),
      ...emptyNote(plot.release, area),
      ...lineLabels(
        ends.map(({ at, ...label }) => ({ ...label, y: y.place(at) })),
        area,
      ),
    ],
  );
}

function valuesOf({ release, baseline, limit }: WatchPlot): readonly number[] {
  const samples = [...release, ...(baseline?.samples ?? [])];
  return [...samples.flatMap(({ value }) => value ?? []), ...(limit === null ? [] : [limit.value])];
}

function timesOf({ release, baseline, moments }: WatchPlot): readonly [Instant, Instant] {
  const times = [...release, ...(baseline?.samples ?? []), ...moments].map(({ at }) => at);
  const from = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const to = times.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  if (times.length === 0) return [0, MINUTE];
  return to > from ? [from, to] : [from - MINUTE / 2, to + MINUTE / 2];
}

interface End extends Omit<LineLabel, "y"> {
  /** The value at which the line ends. */
  readonly at: number;
}

function endsOf({ release, baseline, limit, unit }: WatchPlot): readonly End[] {
  const end = (name: string, at: number | undefined, colour: string): readonly End[] =>
    at === undefined ? [] : [{ name, value: valueText(at, unit), colour, at }];
  return [
    ...end("release", lastValue(release), PALETTE.release),
    ...(baseline === null
      ? []
      : end(baselineName(baseline.with), lastValue(baseline.samples), PALETTE.quiet)),
    ...end("limit", limit?.value, PALETTE.limitText),
  ];
}

function lastValue(samples: readonly Sample[]): number | undefined {
  return samples.findLast(({ value }) => value !== null)?.value ?? undefined;
}
