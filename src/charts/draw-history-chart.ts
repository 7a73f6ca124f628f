import { holds } from "../core/expression.ts";
import { type Area, CONTENT_TOP, frame, HEIGHT, LETTERS, WIDTH } from "./frame.ts";
import type { HistoryPlot, HistoryPoint } from "./history-plot.ts";
import { labelRoom, lineLabels } from "./line-labels.ts";
import { valueText } from "./number-text.ts";
import { PALETTE } from "./palette.ts";
import { domainOf, linearScale, type Scale } from "./scale.ts";
import { element, pathData, type Svg, textElement } from "./svg.ts";
import { fitText, textWidth } from "./text-width.ts";
import { axisRoom, valueAxis } from "./value-axis.ts";

const BOTTOM = HEIGHT - 24;
const INSET = 8;
const ENDLESS: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

type Shown = HistoryPoint & { readonly x: number };

/** A gate's number for each of the last releases, with what was asked of it, and which one is live. */
export function drawHistoryChart(plot: HistoryPlot): string {
  const { points, operator } = plot;
  const values = points.flatMap(({ value, limit }) => [value ?? [], limit ?? []].flat());
  const domain = domainOf(values, ENDLESS);
  const newest = points.findLast(({ value }) => value !== null);
  const limit = points.findLast((point) => point.limit !== null)?.limit ?? null;
  const labels = [
    ...label("newest", newest?.value, PALETTE.release),
    ...label("limit", limit, PALETTE.limitText),
  ];
  const left = axisRoom(domain, "number");
  const area: Area = {
    left,
    right: WIDTH - labelRoom(labels),
    top: CONTENT_TOP + 16,
    bottom: BOTTOM,
  };
  const x = linearScale([0, Math.max(1, points.length - 1)], [left + INSET, area.right - INSET]);
  const y = linearScale(domain, [area.bottom, area.top]);
  const shown = points.map((point, index) => ({ ...point, x: x.place(index) }));
  return frame(
    {
      title: `${plot.component}: ${plot.gate}`,
      subtitle: `${plot.subject} by release, ${plot.environment}`,
    },
    [
      ...valueAxis(y, "number", area),
      ...limitSteps(shown, y),
      ...liveMark(shown, y, area),
      ...valueLine(shown, y),
      ...shown.flatMap((point) => dot(point, y, operator)),
      ...versions(shown, area),
      ...lineLabels(
        labels.map(({ at, ...one }) => ({ ...one, y: y.place(at) })),
        area,
      ),
    ],
  );
}

function label(name: string, at: number | null | undefined, colour: string) {
  return at == null ? [] : [{ name, value: valueText(at, "number"), colour, at }];
}

/** The limit of each release: it may follow what was live then. */
function limitSteps(points: readonly Shown[], y: Scale): readonly Svg[] {
  const places = points.flatMap(({ x, limit }, index) => {
    if (limit === null) return [];
    const before = points[index - 1]?.x ?? x - 2 * INSET;
    const after = points[index + 1]?.x ?? x + 2 * INSET;
    const at = y.place(limit);
    return [[(before + x) / 2, at] as const, [(after + x) / 2, at] as const];
  });
  if (places.length === 0) return [];
  return [
    element("path", {
      d: pathData(places),
      fill: "none",
      stroke: PALETTE.limit,
      "stroke-width": 1.5,
      "stroke-dasharray": "6 3",
    }),
  ];
}

function liveMark(points: readonly Shown[], y: Scale, area: Area): readonly Svg[] {
  const live = points.find(({ isLive }) => isLive);
  if (live === undefined) return [];
  const text = `live ${fitText(live.version, 140, { size: LETTERS })}`;
  const half = textWidth(text, LETTERS) / 2;
  const start = Math.max(8, Math.min(live.x - half, WIDTH - 8 - 2 * half));
  const bottom = live.value === null ? area.bottom : y.place(live.value) - 6;
  const words = textElement(text, { x: start, y: area.top - 6, fill: PALETTE.text });
  const line = element("line", {
    x1: live.x,
    x2: live.x,
    y1: area.top - 2,
    y2: Math.max(area.top - 2, bottom),
    stroke: PALETTE.text,
  });
  return [words, line];
}

/** Broken where a release has no number. */
function valueLine(points: readonly Shown[], y: Scale): readonly Svg[] {
  const parts: (readonly [number, number])[][] = [[]];
  for (const { x, value } of points) {
    if (value === null) parts.push([]);
    else parts.at(-1)?.push([x, y.place(value)]);
  }
  return parts
    .filter((part) => part.length > 1)
    .map((part) =>
      element("path", {
        d: pathData(part),
        fill: "none",
        stroke: PALETTE.release,
        "stroke-width": 2,
      }),
    );
}

function dot(point: Shown, y: Scale, operator: HistoryPlot["operator"]): readonly Svg[] {
  const { x, value, limit, isLive } = point;
  if (value === null) return [];
  const isBroken = limit !== null && !holds(value, operator, limit);
  return [
    element("circle", {
      cx: x,
      cy: y.place(value),
      r: isLive ? 5 : 3.25,
      fill: isBroken ? PALETTE.limit : PALETTE.release,
      stroke: isLive ? PALETTE.text : PALETTE.background,
      "stroke-width": isLive ? 1.5 : 1,
    }),
  ];
}

/** The oldest and the newest version: for those between there is no room. */
function versions(points: readonly Shown[], area: Area): readonly Svg[] {
  const [oldest] = points;
  const newest = points.at(-1);
  const room = (area.right - area.left) / 2 - 6;
  const y = area.bottom + 14;
  const line = element("line", {
    x1: area.left,
    x2: area.right,
    y1: area.bottom,
    y2: area.bottom,
    stroke: PALETTE.baseline,
  });
  const words = (point: Shown | undefined, x: number, anchor: string) =>
    point === undefined
      ? []
      : [
          textElement(fitText(point.version, room, { size: LETTERS }), {
            x,
            y,
            "text-anchor": anchor,
            fill: PALETTE.quiet,
          }),
        ];
  return [
    line,
    ...words(oldest, area.left, "start"),
    ...(points.length > 1 ? words(newest, area.right, "end") : []),
  ];
}
