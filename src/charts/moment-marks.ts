import type { Area } from "./frame.ts";
import { LETTERS, WIDTH } from "./frame.ts";
import { PALETTE } from "./palette.ts";
import type { Scale } from "./scale.ts";
import { element, type Svg, textElement } from "./svg.ts";
import { textWidth } from "./text-width.ts";
import { momentText } from "./time-ticks.ts";
import type { Moment } from "./watch-plot.ts";

const ROW = 13;
const EDGE = 8;
const GAP = 5;

const COLOURS: Readonly<Record<Moment["kind"], string>> = {
  deploy: PALETTE.text,
  breach: PALETTE.limitText,
  undecided: PALETTE.quiet,
  rollback: PALETTE.text,
};

interface Placed {
  readonly moment: Moment;
  readonly text: string;
  readonly x: number;
  readonly start: number;
  readonly row: number;
}

/** Each moment's words above the area, in as few rows as keep them apart. */
export function placeMoments(
  moments: readonly Moment[],
  scale: Scale,
): { readonly placed: readonly Placed[]; readonly height: number } {
  const ends: number[] = [];
  const placed = [...moments]
    .sort((a, b) => a.at - b.at)
    .map((moment) => {
      const text = `${moment.kind} ${momentText(moment.at, scale.high - scale.low)}`;
      const width = textWidth(text, LETTERS);
      const x = scale.place(moment.at);
      const start = Math.max(EDGE, Math.min(x - 3, WIDTH - EDGE - width));
      const free = ends.findIndex((end) => end + GAP <= start);
      const row = free === -1 ? ends.length : free;
      ends[row] = start + width;
      return { moment, text, x, start, row };
    });
  return { placed, height: ends.length * ROW };
}

export function momentMarks(
  { placed }: Pick<ReturnType<typeof placeMoments>, "placed">,
  scale: Scale,
  area: Area,
): readonly Svg[] {
  const rows = Math.max(0, ...placed.map(({ row }) => row + 1));
  return placed.flatMap(({ moment, text, start, row }) => {
    const x = scale.place(moment.at);
    const y = area.top - (rows - row) * ROW + 6;
    const colour = COLOURS[moment.kind];
    return [
      element("line", {
        x1: x,
        x2: x,
        y1: y + 3,
        y2: area.bottom,
        stroke: colour,
        "stroke-width": 1,
        ...(moment.kind === "deploy" ? {} : { "stroke-dasharray": "3 2" }),
      }),
      textElement(text, { x: start, y, fill: colour }),
    ];
  });
}
