import type { Area } from "./frame.ts";
import { LETTERS } from "./frame.ts";
import { tickText, type Unit } from "./number-text.ts";
import { PALETTE } from "./palette.ts";
import { type Scale, ticks } from "./scale.ts";
import { element, type Svg, textElement } from "./svg.ts";
import { textWidth } from "./text-width.ts";

const WANTED = 4;
const GAP = 6;
const EDGE = 12;

interface Labels {
  readonly values: readonly number[];
  readonly text: (value: number) => string;
}

function labels(domain: readonly [number, number], unit: Unit): Labels {
  const { step, values } = ticks(domain, WANTED);
  return { values, text: (value) => tickText(value, step, unit) };
}

/** Where the area begins, so that the numbers have room beside it. */
export function axisRoom(domain: readonly [number, number], unit: Unit): number {
  const { values, text } = labels(domain, unit);
  return EDGE + GAP + Math.max(0, ...values.map((value) => textWidth(text(value), LETTERS)));
}

/** The numbers at the left, each with a thin line across. */
export function valueAxis(scale: Scale, unit: Unit, { left, right }: Area): readonly Svg[] {
  const { values, text } = labels([scale.low, scale.high], unit);
  return values.flatMap((value) => {
    const y = scale.place(value);
    return [
      element("line", { x1: left, x2: right, y1: y, y2: y, stroke: PALETTE.grid }),
      textElement(text(value), {
        x: left - GAP,
        y: y + 3.5,
        "text-anchor": "end",
        fill: PALETTE.quiet,
      }),
    ];
  });
}
