import { PALETTE } from "./palette.ts";
import { element, type Svg, textElement } from "./svg.ts";
import { fitText } from "./text-width.ts";

/** In the pixels of a narrow phone: the picture is drawn at twice this, and nothing in it is smaller than 10. */
export const WIDTH = 360;
export const HEIGHT = 232;
const FONT = "Lato";
export const LETTERS = 10.5;

const MARGIN = 12;
const TITLE = 14;
const SUBTITLE = 11.5;

/** Below the titles. */
export const CONTENT_TOP = 46;

/** The whole picture: its background, what it is about, and what is drawn inside. */
export function frame(
  titles: { readonly title: string; readonly subtitle: string },
  children: readonly Svg[],
): string {
  const room = WIDTH - 2 * MARGIN;
  const picture = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      "font-family": FONT,
      "font-size": LETTERS,
    },
    [
      element("rect", {
        x: 0.5,
        y: 0.5,
        width: WIDTH - 1,
        height: HEIGHT - 1,
        rx: 6,
        fill: PALETTE.background,
        stroke: PALETTE.frame,
      }),
      textElement(fitText(titles.title, room, { size: TITLE, weight: "bold" }), {
        x: MARGIN,
        y: 21,
        "font-size": TITLE,
        "font-weight": 700,
        fill: PALETTE.text,
      }),
      textElement(fitText(titles.subtitle, room, { size: SUBTITLE }), {
        x: MARGIN,
        y: 37,
        "font-size": SUBTITLE,
        fill: PALETTE.quiet,
      }),
      ...children,
    ],
  );
  return picture.svg;
}

/** The rectangle in which values have their places. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
