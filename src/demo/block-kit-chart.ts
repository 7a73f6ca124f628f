import {
  isObject,
  type JsonObject,
  type Problems,
  tooLong,
  unknownMembers,
} from "./block-kit-texts.ts";

/** docs.slack.dev/reference/block-kit/blocks/data-visualization-block; of its kinds, the one that is used. */
const MOST = { title: 50, series: 6, points: 20, label: 20 } as const;

/** What Slack would refuse of a chart block. */
export function checkChart(path: string, block: JsonObject): Problems {
  const { title, chart } = block;
  return [
    ...unknownMembers(path, block, ["block_id", "title", "chart"]),
    ...tooLong(`${path}/title`, title, MOST.title),
    ...(isObject(chart) ? checkLines(`${path}/chart`, chart) : [`${path}/chart: not an object`]),
  ];
}

function checkLines(path: string, chart: JsonObject): Problems {
  const { type, series, axis_config: axis } = chart;
  const categories = isObject(axis) && Array.isArray(axis.categories) ? axis.categories : [];
  const lines = Array.isArray(series) ? series : [];
  const names = lines.map((line) => (isObject(line) ? line.name : undefined));
  return [
    ...unknownMembers(path, chart, ["type", "series", "axis_config"]),
    ...(type === "line" ? [] : [`${path}/type: not "line"`]),
    ...counted(`${path}/series`, lines, MOST.series),
    ...counted(`${path}/axis_config/categories`, categories, MOST.points),
    ...categories.flatMap((one, index) =>
      tooLong(`${path}/axis_config/categories/${index}`, one, MOST.label),
    ),
    ...(new Set(categories).size < categories.length ? [`${path}: a category twice`] : []),
    ...(new Set(names).size < names.length ? [`${path}: a series twice`] : []),
    ...lines.flatMap((line, index) => checkSeries(`${path}/series/${index}`, line, categories)),
  ];
}

/** Every series has a value for every category, in their order. */
function checkSeries(path: string, line: unknown, categories: readonly unknown[]): Problems {
  if (!isObject(line)) return [`${path}: not an object`];
  const data: readonly unknown[] = Array.isArray(line.data) ? line.data : [];
  const labels = data.map((point) => (isObject(point) ? point.label : undefined));
  const values = data.map((point) => (isObject(point) ? point.value : undefined));
  return [
    ...tooLong(`${path}/name`, line.name, MOST.label),
    ...(JSON.stringify(labels) === JSON.stringify(categories)
      ? []
      : [`${path}/data: not a value for each category`]),
    ...values.flatMap((value, index) =>
      typeof value === "number" && Number.isFinite(value)
        ? []
        : [`${path}/data/${index}/value: not a number`],
    ),
  ];
}

function counted(path: string, items: readonly unknown[], most: number): Problems {
  if (items.length === 0) return [`${path}: empty`];
  return items.length > most ? [`${path}: ${items.length}, at most ${most}`] : [];
}
