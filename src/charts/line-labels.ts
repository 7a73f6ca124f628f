import { type Area, LETTERS } from "./frame.ts";
import { element, type Svg, textElement } from "./svg.ts";
import { fitText, textWidth } from "./text-width.ts";

/** The name and value of a line, written at its end in place of a legend. */
export interface LineLabel {
  readonly name: string;
  readonly value: string;
  readonly colour: string;
  /** Where the line ends. */
  readonly y: number;
}

const LINE = 13;
const GAP = 7;
const EDGE = 8;
const WIDEST = 104;
/** Further from its line than this, and a thin line leads there. */
const NEAR = 5;

/** How much room the labels need at the right. */
export function labelRoom(labels: readonly Pick<LineLabel, "name" | "value">[]): number {
  const widths = labels.map((label) => nameWidth(label) + textWidth(label.value, LETTERS, "bold"));
  return EDGE + GAP + Math.min(WIDEST, Math.max(0, ...widths));
}

export function lineLabels(labels: readonly LineLabel[], area: Area): readonly Svg[] {
  const x = area.right + GAP;
  return apart(labels, area).flatMap(({ label, y }) => {
    const value = fitText(label.value, WIDEST - nameWidth(label), {
      size: LETTERS,
      weight: "bold",
    });
    const leader =
      Math.abs(y - label.y) <= NEAR
        ? []
        : [
            element("line", {
              x1: area.right + 1,
              y1: label.y,
              x2: x - 2,
              y2: y,
              stroke: label.colour,
              "stroke-width": 0.75,
            }),
          ];
    return [
      ...leader,
      textElement(label.name, { x, y: y + 3.5, fill: label.colour }),
      textElement(value, {
        x: x + nameWidth(label),
        y: y + 3.5,
        fill: label.colour,
        "font-weight": 700,
      }),
    ];
  });
}

function nameWidth({ name }: Pick<LineLabel, "name">): number {
  return textWidth(`${name} `, LETTERS);
}

/** Each as near to its line as the others leave room. */
function apart(
  labels: readonly LineLabel[],
  area: Area,
): readonly { readonly label: LineLabel; readonly y: number }[] {
  const placed = [...labels].sort((a, b) => a.y - b.y).map((label) => ({ label, y: label.y }));
  let least = area.top;
  for (const one of placed) {
    one.y = Math.max(one.y, least);
    least = one.y + LINE;
  }
  let most = area.bottom;
  for (const one of placed.toReversed()) {
    one.y = Math.min(one.y, most);
    most = one.y - LINE;
  }
  return placed;
}
