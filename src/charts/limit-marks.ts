import type { Area } from "./frame.ts";
import { PALETTE } from "./palette.ts";
import type { Scale } from "./scale.ts";
import { element, type Svg } from "./svg.ts";
import type { LimitLine } from "./watch-plot.ts";

/** Where a value breaks the limit. */
export function limitRegion(limit: LimitLine | null, y: Scale, area: Area): readonly Svg[] {
  if (limit === null || limit.operator === "==" || limit.operator === "!=") return [];
  const isAbove = limit.operator === "<=" || limit.operator === "<";
  const edge = y.place(limit.value);
  const [top, bottom] = isAbove ? [area.top, edge] : [edge, area.bottom];
  return [
    element("rect", {
      x: area.left,
      y: top,
      width: area.right - area.left,
      height: Math.max(0, bottom - top),
      fill: PALETTE.beyond,
    }),
  ];
}

export function limitLine(
  limit: LimitLine | null,
  y: Scale,
  { left, right }: Area,
): readonly Svg[] {
  if (limit === null) return [];
  const at = y.place(limit.value);
  return [
    element("line", {
      x1: left,
      x2: right,
      y1: at,
      y2: at,
      stroke: PALETTE.limit,
      "stroke-width": 1.5,
      "stroke-dasharray": "6 3",
    }),
  ];
}
