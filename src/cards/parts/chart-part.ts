import type { DrawnChart, NativeChart } from "../../core/chart.ts";
import { MOST_CHARTS } from "../../core/chart.ts";
import type { Part } from "../blocks/compose.ts";
import { LIMITS } from "../limits.ts";
import type { Block } from "../message.ts";
import { clip } from "../text/clip.ts";
import { cleanLine } from "../text/plain.ts";

/** How the charts of a message are shown this time: what Slack refuses is shown more simply. */
export type ChartStyle = "native" | "image" | "none";

/** What Slack takes as an id of a file. */
const FILE = /^F[A-Z0-9]{8,}$/;
const CHART = { title: 50, label: 20 } as const;

/** Pictures, or Slack's own charts where they were asked for. They go first when there is no room. */
export function chartPart(charts: readonly DrawnChart[], style: ChartStyle): readonly Part[] {
  const blocks = charts.slice(0, MOST_CHARTS).flatMap((chart) => chartBlock(chart, style));
  if (blocks.length === 0) return [];
  return [{ name: "charts", title: "charts", rank: 65, forms: [blocks, blocks.slice(0, 1)] }];
}

/** The styles that show a chart, the simplest first. */
export function simplerStyles(charts: readonly DrawnChart[]): readonly ChartStyle[] {
  return [
    ...(charts.some(({ file }) => isFile(file)) ? (["image"] as const) : []),
    ...(charts.some(({ native }) => native !== null) ? (["native"] as const) : []),
  ];
}

function chartBlock({ native, file, alt }: DrawnChart, style: ChartStyle): readonly Block[] {
  if (style === "native" && native !== null) return [nativeBlock(native)];
  if (style === "none" || !isFile(file)) return [];
  const text = clip(cleanLine(alt, LIMITS.image.alt), LIMITS.image.alt);
  return [{ type: "image", slack_file: { id: file }, alt_text: text }];
}

function isFile(file: string | null): file is string {
  return file !== null && FILE.test(file);
}

function nativeBlock({ title, categories, series }: NativeChart): Block {
  const labels = categories.map((category) => label(category, CHART.label));
  return {
    type: "data_visualization",
    title: label(title, CHART.title),
    chart: {
      type: "line",
      series: series.map(({ name, values }) => ({
        name: label(name, CHART.label),
        data: labels.map((category, index) => ({ label: category, value: values[index] ?? 0 })),
      })),
      axis_config: { categories: labels },
    },
  };
}

function label(text: string, most: number): string {
  return clip(cleanLine(text, most), most);
}
