import type { DrawnChart } from "../core/chart.ts";
import type { Message } from "./message.ts";
import { type ChartStyle, simplerStyles } from "./parts/chart-part.ts";

/**
 * A message with charts, and in its place the same with simpler ones where Slack does not take them: it has
 * no chart blocks everywhere, and a picture may have been deleted.
 */
export function withSimpler(
  charts: readonly DrawnChart[],
  draw: (style: ChartStyle) => Message,
): Message {
  return simplerStyles(charts).reduce<Message>(
    (instead, style) => ({ ...draw(style), instead }),
    draw("none"),
  );
}
