import { limitWords } from "./alt-text.ts";
import type { HistoryPlot } from "./history-plot.ts";
import { valueText } from "./number-text.ts";

/** What Slack takes as alternative text. */
const LONGEST = 2000;

/** The numbers of the chart, newest first: also the line for those who see no picture. Plain text. */
export function historyAltText(plot: HistoryPlot): string {
  const { component, environment, gate, subject, operator, points } = plot;
  const print = (value: number) => valueText(value, "number");
  const numbers = points.toReversed().map(({ version, value, isLive }) => {
    const shown = value === null ? "none" : print(value);
    return `${version}${isLive ? " (live)" : ""} ${shown}`;
  });
  const limit = points.findLast((point) => point.limit !== null)?.limit ?? null;
  const asked = limit === null ? "" : ` Must be ${limitWords(operator)} ${print(limit)}.`;
  return `${subject} of ${component}, gate ${gate} of ${environment}.${asked} Newest first: ${numbers.join(", ")}.`.slice(
    0,
    LONGEST,
  );
}
