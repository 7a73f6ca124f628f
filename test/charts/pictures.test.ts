import { describe, expect, it } from "vitest";
import { drawHistoryChart } from "../../src/charts/draw-history-chart.ts";
import { drawWatchChart } from "../../src/charts/draw-watch-chart.ts";
import { HEIGHT, WIDTH } from "../../src/charts/frame.ts";
import { PALETTE } from "../../src/charts/palette.ts";
import { createRasteriser } from "../../src/effects/charts/rasteriser.ts";
import { AT, aHistoryPlot, aWatchPlot, samples } from "../support/plots.ts";
import { readPng } from "../support/read-png.ts";

const rasteriser = createRasteriser();
const picture = async (svg: string) => readPng(await rasteriser.png(svg));

describe("the picture of a check", () => {
  it("is twice as large as a phone shows it, and the same every time", async () => {
    const svg = drawWatchChart(aWatchPlot());
    const [first, second] = [await rasteriser.png(svg), await rasteriser.png(svg)];
    expect(Buffer.compare(first, second)).toBe(0);
    const { width, height } = readPng(first);
    expect({ width, height }).toEqual({ width: 2 * WIDTH, height: 2 * HEIGHT });
  });

  it("brings its own background, so that a dark window does not matter", async () => {
    const pixels = await picture(drawWatchChart(aWatchPlot()));
    expect(pixels.at(WIDTH, 16)).toBe(PALETTE.background);
    expect(pixels.at(0, 0)).toBe("clear");
  });

  it("draws the release over the limit where it holds, and under it where it does not", async () => {
    const pixels = await picture(drawWatchChart(aWatchPlot()));
    const beyond = pixels.extent(PALETTE.beyond);
    const line = pixels.extent(PALETTE.release);
    expect(line?.top).toBeLessThan(beyond?.top ?? 0);
    expect(line?.bottom).toBeGreaterThan(beyond?.top ?? 0);
    // The dots of what breaks the limit are all on its wrong side, the line of the limit aside.
    expect(pixels.extent(PALETTE.limit)?.bottom).toBeGreaterThan((beyond?.top ?? 0) + 20);
  });

  it("draws no line across a gap", async () => {
    const plot = { baseline: null, limit: null, moments: [] };
    const values = [1, 2, 1, null, null, null, null, null, 1, 2, 1];
    const pixels = await picture(drawWatchChart(aWatchPlot({ ...plot, release: samples(values) })));
    const gap = pixels.extent(PALETTE.gap);
    const middle = Math.round(((gap?.left ?? 0) + (gap?.right ?? 0)) / 2);
    const column = Array.from({ length: 2 * HEIGHT }, (_, y) => pixels.at(middle, y));
    expect(column).toContain(PALETTE.gap);
    expect(column).not.toContain(PALETTE.release);
  });

  it("shades the side of a limit that must not be reached, and neither for one exact value", async () => {
    const over = await picture(
      drawWatchChart(aWatchPlot({ limit: { operator: "<=", value: 0.95 } })),
    );
    const under = await picture(
      drawWatchChart(aWatchPlot({ limit: { operator: ">", value: 0.95 } })),
    );
    expect(over.extent(PALETTE.beyond)?.top).toBeLessThan(under.extent(PALETTE.beyond)?.top ?? 0);
    const exact = await picture(
      drawWatchChart(aWatchPlot({ limit: { operator: "==", value: 0.95 } })),
    );
    expect(exact.extent(PALETTE.beyond)).toBe(null);
  });
});

describe("a chart of unusual numbers", () => {
  const bare = { baseline: null, limit: null, moments: [] };

  it.each([
    { name: "no point", plot: { ...bare, release: [] }, shows: ["no data"] },
    { name: "only gaps", plot: { ...bare, release: samples([null, null]) }, shows: ["no data"] },
    { name: "one point", plot: { ...bare, release: samples([0.5]) }, shows: [">0.5<", "<circle"] },
    { name: "all the same", plot: { ...bare, release: samples([7, 7, 7]) }, shows: [">7<"] },
    { name: "all zero", plot: { ...bare, release: samples([0, 0, 0]) }, shows: [">0<"] },
    { name: "tiny ones", plot: { ...bare, release: samples([3e-7, 4e-7]) }, shows: ["4.0e−7"] },
    { name: "huge ones", plot: { ...bare, release: samples([3e20, 4e20]) }, shows: ["4.0e20"] },
    { name: "thousands", plot: { ...bare, release: samples([12_000, 13_000]) }, shows: ["13k"] },
    { name: "below zero", plot: { ...bare, release: samples([-2, -3.25]) }, shows: ["−3.25"] },
    {
      name: "the widest that there are",
      plot: { ...bare, release: samples([-Number.MAX_VALUE, Number.MAX_VALUE]) },
      shows: ["<circle"],
    },
    {
      name: "shares",
      plot: { ...bare, unit: "share" as const, release: samples([0.0123, 0.04681]) },
      shows: [">4.68%<"],
    },
    {
      name: "several days",
      plot: { ...bare, release: samples(Array.from({ length: 6000 }, () => 1)) },
      shows: [">Nov 23<"],
    },
    {
      name: "last week's beside them",
      plot: { ...bare, baseline: { with: "last-week" as const, samples: samples([1, null, 2]) } },
      shows: [">last week<"],
    },
    {
      name: "a few seconds",
      plot: { ...bare, moments: [{ kind: "deploy" as const, at: AT }] },
      shows: ["deploy 14:02:00"],
    },
  ])("$name: is drawn, and no number is lost on the way", ({ plot, shows }) => {
    const svg = drawWatchChart(aWatchPlot(plot));
    for (const text of shows) expect(svg).toContain(text);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("keeps every extreme of a hundred thousand points, and stays small", () => {
    const values = Array.from({ length: 100_000 }, (_, index) => index % 7);
    values[777] = 1_000;
    values[88_888] = -1_000;
    const svg = drawWatchChart(aWatchPlot({ ...bare, release: samples(values) }));
    expect(svg.length).toBeLessThan(20_000);
    const ys = [...svg.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    const places = [Math.min(...ys), Math.max(...ys)];
    const without = ys.filter((y) => !places.includes(y));
    expect(Math.max(...without) - Math.min(...without)).toBeLessThan(20);
  });

  it("keeps names within the picture and their letters within the font", () => {
    const check = `${"very long ".repeat(20)}<script>&"`;
    const svg = drawWatchChart(aWatchPlot({ check, version: "中文", component: "a<b>&c" }));
    expect(svg).toContain("a&lt;b&gt;&amp;c ??");
    expect(svg).toContain("…");
    expect(svg).not.toContain("<script>");
  });

  it("writes moments that are close to each other in rows", () => {
    const moments = (["deploy", "breach", "undecided", "rollback"] as const).map((kind, index) => ({
      kind,
      at: AT + index * 1_000,
    }));
    const svg = drawWatchChart(aWatchPlot({ moments }));
    const rows = [
      ...svg.matchAll(/y="([\d.]+)" fill="[^"]+">(?:deploy|breach|undecided|rollback)/g),
    ];
    expect(new Set(rows.map(([, y]) => y)).size).toBe(4);
  });
});

describe("the picture of a gate over the last releases", () => {
  it("has a dot for each release with a number, and says which one is live", () => {
    const svg = drawHistoryChart(aHistoryPlot());
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg).toContain(">live 1<");
    expect(svg).toContain("metrics.auc by release, production");
  });

  it("has the limit that was asked of each", async () => {
    const pixels = await picture(drawHistoryChart(aHistoryPlot()));
    expect(pixels.count(PALETTE.limit)).toBeGreaterThan(50);
    const points = aHistoryPlot().points.map((point) => ({ ...point, limit: null, isLive: false }));
    const svg = drawHistoryChart(aHistoryPlot({ points }));
    expect(svg).not.toContain(PALETTE.limit);
    expect(svg).not.toContain("live ");
  });

  it("is drawn of one release, and of none", () => {
    expect(drawHistoryChart(aHistoryPlot({ points: aHistoryPlot().points.slice(0, 1) }))).toContain(
      "<circle",
    );
    expect(drawHistoryChart(aHistoryPlot({ points: [] }))).not.toMatch(/NaN|Infinity/);
    const lost = aHistoryPlot().points.map((point) => ({ ...point, value: null }));
    expect(drawHistoryChart(aHistoryPlot({ points: lost }))).toContain(">live 1<");
  });
});

it("uses the widths that the letters really have", async () => {
  const { textWidth } = await import("../../src/charts/text-width.ts");
  const text = "prediction success rate 0.9712";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 60" width="600" height="60"><text x="0" y="40" font-family="Lato" font-size="30" fill="#000000">${text}</text></svg>`;
  const drawn = (await picture(svg)).extent("#000000");
  const width = ((drawn?.right ?? 0) - (drawn?.left ?? 0)) / 2;
  expect(textWidth(text, 30) / width).toBeGreaterThan(0.98);
  expect(textWidth(text, 30) / width).toBeLessThan(1.05);
});
