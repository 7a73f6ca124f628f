import { expect, it } from "vitest";
import { checkBlocks } from "../../src/demo/block-kit.ts";

const CATEGORIES = ["14:00", "14:01"];

function aChart(chart: Readonly<Record<string, unknown>> = {}, title: unknown = "errors") {
  const data = CATEGORIES.map((label, index) => ({ label, value: index }));
  return {
    type: "data_visualization",
    title,
    chart: {
      type: "line",
      series: [{ name: "release", data }],
      axis_config: { categories: CATEGORIES },
      ...chart,
    },
  };
}

it("takes a chart with a value for each category", () => {
  expect(checkBlocks("message", [aChart(), aChart()])).toEqual([]);
});

const [series] = aChart().chart.series;
const many = Array.from({ length: 21 }, (_, index) => `${index}`);

it.each([
  { name: "three of them", blocks: [aChart(), aChart(), aChart()], says: "3 charts, at most 2" },
  { name: "a long title", blocks: [aChart({}, "x".repeat(51))], says: "title" },
  { name: "no chart", blocks: [{ ...aChart(), chart: null }], says: "not an object" },
  { name: "another kind", blocks: [aChart({ type: "radar" })], says: 'not "line"' },
  { name: "no series", blocks: [aChart({ series: [] })], says: "empty" },
  { name: "no axis", blocks: [aChart({ axis_config: null })], says: "categories: empty" },
  { name: "a series that is none", blocks: [aChart({ series: [1] })], says: "not an object" },
  {
    name: "a series twice",
    blocks: [aChart({ series: [series, series] })],
    says: "a series twice",
  },
  {
    name: "seven series",
    blocks: [aChart({ series: many.slice(0, 7).map((name) => ({ ...series, name })) })],
    says: "7, at most 6",
  },
  {
    name: "more than twenty points",
    blocks: [aChart({ axis_config: { categories: many } })],
    says: "21, at most 20",
  },
  {
    name: "a category twice",
    blocks: [aChart({ axis_config: { categories: ["a", "a"] } })],
    says: "a category twice",
  },
  {
    name: "a category without a value",
    blocks: [aChart({ series: [{ name: "release", data: [] }] })],
    says: "not a value for each category",
  },
  {
    name: "what is no number",
    blocks: [
      aChart({
        series: [{ name: "r", data: CATEGORIES.map((label) => ({ label, value: Number.NaN })) }],
      }),
    ],
    says: "not a number",
  },
])("refuses $name", ({ blocks, says }) => {
  expect(checkBlocks("message", blocks).join("\n")).toContain(says);
});

it("refuses a chart in a modal", () => {
  expect(checkBlocks("modal", [aChart()])).toEqual(["/blocks/0: a chart outside of a message"]);
});
