import { type RatePoint, SHOWN_SECONDS } from "../serving.ts";
import { type Html, html, NOTHING } from "./html.ts";

const WIDTH = 120;
const HEIGHT = 28;
/** Room for the line's own thickness at 0 and at 100 %. */
const MARGIN = 2;

/** A minute of a share, from 0 at the bottom to 1 at the top; now is at the right. */
export function sparkline(points: readonly RatePoint[], limit: number): Html {
  const place = ({ ago, value }: RatePoint) =>
    `${(WIDTH * (1 - ago / SHOWN_SECONDS)).toFixed(1)},${height(value)}`;
  const line =
    points.length < 2 ? NOTHING : html`<polyline points="${points.map(place).join(" ")}"/>`;
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><line x1="0" x2="${WIDTH}" y1="${height(limit)}" y2="${height(limit)}"/>${line}</svg>`;
}

function height(value: number): string {
  const share = Math.min(1, Math.max(0, value));
  return (MARGIN + (HEIGHT - 2 * MARGIN) * (1 - share)).toFixed(1);
}
