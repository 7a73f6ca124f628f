import type { NativeChart } from "../core/chart.ts";
import { watchAltText } from "./alt-text.ts";
import { drawHistoryChart } from "./draw-history-chart.ts";
import { drawWatchChart } from "./draw-watch-chart.ts";
import { historyAltText } from "./history-alt-text.ts";
import type { HistoryPlot } from "./history-plot.ts";
import { nativeHistoryChart, nativeWatchChart } from "./native-chart.ts";
import type { WatchPlot } from "./watch-plot.ts";

/** One chart in every form in which it may be shown. */
export interface Drawing {
  /** Of what it is: the name of the check or the gate. */
  readonly of: string;
  readonly svg: string;
  readonly alt: string;
  readonly native: NativeChart | null;
}

export function watchDrawing(plot: WatchPlot): Drawing {
  return {
    of: plot.check,
    svg: drawWatchChart(plot),
    alt: watchAltText(plot),
    native: nativeWatchChart(plot),
  };
}

export function historyDrawing(plot: HistoryPlot): Drawing {
  return {
    of: plot.gate,
    svg: drawHistoryChart(plot),
    alt: historyAltText(plot),
    native: nativeHistoryChart(plot),
  };
}
