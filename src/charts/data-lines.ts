import { holds } from "../core/expression.ts";
import type { Sample } from "../core/verdict.ts";
import { downsample, type Point } from "./downsample.ts";
import { type Area, LETTERS } from "./frame.ts";
import { PALETTE } from "./palette.ts";
import type { Scale } from "./scale.ts";
import { segments } from "./segments.ts";
import { element, pathData, type Svg, textElement } from "./svg.ts";
import { textWidth } from "./text-width.ts";
import type { WatchPlot } from "./watch-plot.ts";

/** Two for each pixel column of the area. */
const MOST_POINTS = 480;
/** Where points are at least this far apart, each is shown as a dot. */
const DOT_DISTANCE = 9;
/** Keeps letters readable on top of lines. */
const HALO = {
  stroke: PALETTE.background,
  "stroke-width": 4,
  "stroke-linejoin": "round",
  "paint-order": "stroke",
} as const;

export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** Stretches without data inside the line of the release, said in words where there is room. */
export function gapBands(samples: readonly Sample[], { x }: Scales, area: Area): readonly Svg[] {
  const parts = segments(samples);
  return parts.slice(1).flatMap((part, index) => {
    const start = x.place(parts[index]?.at(-1)?.at ?? 0);
    const end = x.place(part[0]?.at ?? 0);
    const band = element("rect", {
      x: start,
      y: area.top,
      width: end - start,
      height: area.bottom - area.top,
      fill: PALETTE.gap,
    });
    if (end - start < textWidth("no data", LETTERS) + 4) return [band];
    const words = textElement("no data", {
      x: (start + end) / 2,
      y: area.bottom - 6,
      "text-anchor": "middle",
      fill: PALETTE.quiet,
    });
    return [band, words];
  });
}

export function baselineLine({ baseline }: WatchPlot, scales: Scales): readonly Svg[] {
  return segments(baseline?.samples ?? []).flatMap((part) => [
    stroke(part, scales, {
      stroke: PALETTE.baseline,
      "stroke-width": 1.75,
      "stroke-dasharray": "2 2.5",
    }),
    ...(part.length === 1 ? dots(part, scales, () => PALETTE.baseline) : []),
  ]);
}

export function releaseLine({ release, limit }: WatchPlot, scales: Scales): readonly Svg[] {
  const parts = segments(release);
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const width =
    scales.x.place(parts.at(-1)?.at(-1)?.at ?? 0) - scales.x.place(parts[0]?.[0]?.at ?? 0);
  const isSparse = width / Math.max(1, count - 1) >= DOT_DISTANCE;
  const isBroken = (value: number) => limit !== null && !holds(value, limit.operator, limit.value);
  const colour = (value: number) => (isBroken(value) ? PALETTE.limit : PALETTE.release);
  return parts.flatMap((part) => [
    stroke(part, scales, {
      stroke: PALETTE.release,
      "stroke-width": 2.25,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
    }),
    ...(isSparse || part.length === 1 ? dots(part, scales, colour) : []),
  ]);
}

/** In place of the line, where there is nothing to draw. */
export function emptyNote(samples: readonly Sample[], area: Area): readonly Svg[] {
  if (samples.some(({ value }) => value !== null)) return [];
  return [
    textElement("no data", {
      x: (area.left + area.right) / 2,
      y: (area.top + area.bottom) / 2,
      "text-anchor": "middle",
      "font-size": 13,
      fill: PALETTE.quiet,
      ...HALO,
    }),
  ];
}

function stroke(
  part: readonly Point[],
  { x, y }: Scales,
  attributes: Readonly<Record<string, string | number>>,
): Svg {
  const places = downsample(part, MOST_POINTS).map(
    ({ at, value }) => [x.place(at), y.place(value)] as const,
  );
  return element("path", { d: pathData(places), fill: "none", ...attributes });
}

function dots(
  part: readonly Point[],
  { x, y }: Scales,
  colour: (value: number) => string,
): readonly Svg[] {
  return part.map(({ at, value }) =>
    element("circle", {
      cx: x.place(at),
      cy: y.place(value),
      r: 2.75,
      fill: colour(value),
      stroke: PALETTE.background,
      "stroke-width": 0.75,
    }),
  );
}
