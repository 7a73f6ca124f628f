import { type Area, LETTERS } from "./frame.ts";
import { PALETTE } from "./palette.ts";
import type { Scale } from "./scale.ts";
import { element, type Svg, textElement } from "./svg.ts";
import { textWidth } from "./text-width.ts";
import { timeTicks } from "./time-ticks.ts";

const TIMES = 4;
/** Between the last time and the zone. */
const GAP = 4;

/** The times below the area, in UTC. */
export function timeAxis(x: Scale, area: Area): readonly Svg[] {
  const baseline = element("line", {
    x1: area.left,
    x2: area.right,
    y1: area.bottom,
    y2: area.bottom,
    stroke: PALETTE.baseline,
  });
  const y = area.bottom + 14;
  const zone = area.right + 7;
  const isClear = (at: number, text: string) =>
    x.place(at) + textWidth(text, LETTERS) / 2 < zone - GAP;
  const ticks = timeTicks(x.low, x.high, TIMES).filter(({ at, text }) => isClear(at, text));
  const labels = ticks.flatMap(({ at, text }) => [
    element("line", {
      x1: x.place(at),
      x2: x.place(at),
      y1: area.bottom,
      y2: area.bottom + 3,
      stroke: PALETTE.baseline,
    }),
    textElement(text, { x: x.place(at), y, "text-anchor": "middle", fill: PALETTE.quiet }),
  ]);
  return [baseline, ...labels, textElement("UTC", { x: zone, y, fill: PALETTE.quiet })];
}
