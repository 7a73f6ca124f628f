import { describe, expect, it } from "vitest";
import { watchAltText } from "../../src/charts/alt-text.ts";
import { historyAltText } from "../../src/charts/history-alt-text.ts";
import { historyPlots } from "../../src/charts/history-plot.ts";
import { nativeHistoryChart, nativeWatchChart } from "../../src/charts/native-chart.ts";
import { aGateJudgement, aGateNumber, aGateResult, aRelease } from "../support/builders.ts";
import { AT, aHistoryPlot, aWatchPlot, STEP, samples } from "../support/plots.ts";

describe("the alternative text of a check's chart", () => {
  it("has every number that the chart shows", () => {
    expect(watchAltText(aWatchPlot())).toBe(
      "Chart of prediction success rate of model-pymk 2026.11.22-3 in production, 2026-11-22 14:02 to 14:04:00 UTC. " +
        "Release: last 0.91, from 0.91 to 0.981, 5 values. " +
        "Stable: last 0.983, from 0.983 to 0.985, 5 values. " +
        "Limit: at least 0.97. Deploy: 14:02:00 UTC. Breach: 14:04:00 UTC.",
    );
  });

  it("says what is not there", () => {
    const plot = aWatchPlot({ release: samples([null]), baseline: null, limit: null, moments: [] });
    expect(watchAltText(plot)).toContain("Release: no data.");
    expect(watchAltText({ ...plot, release: [] })).toMatch(/in production\. Release: no data\.$/);
    const gaps = samples([1, null, null, null, 1, null, null, 2]);
    expect(watchAltText({ ...plot, release: gaps })).toContain(
      "No data: 14:02:00 to 14:04:00, 14:04:00 to 14:05:30.",
    );
  });

  it("is never longer than Slack takes", () => {
    const long = "x".repeat(5_000);
    const release = samples(Array.from({ length: 100 }, (_, index) => (index % 2 ? null : 1)));
    const text = watchAltText(aWatchPlot({ component: long, check: long, release }));
    expect(text.length).toBeLessThanOrEqual(2_000);
    expect(text).toContain("and 44 more times");
  });

  it("of one value says that one, and of equal ones says it once", () => {
    const one = watchAltText(aWatchPlot({ release: samples([0.5]) }));
    expect(one).toContain("Release: 0.5, one value.");
    expect(watchAltText(aWatchPlot({ release: samples([1, 1]) }))).toContain(
      "Release: 1, 2 values.",
    );
  });
});

describe("Slack's own chart of a check", () => {
  it("has the release, the baseline at the same times, and the limit", () => {
    expect(nativeWatchChart(aWatchPlot())).toEqual({
      title: "prediction success rate, 2026.11.22-3",
      categories: ["14:02:00", "14:02:30", "14:03:00", "14:03:30", "14:04:00"],
      series: [
        { name: "release", values: [0.98, 0.981, 0.979, 0.93, 0.91] },
        { name: "stable", values: [0.984, 0.983, 0.985, 0.984, 0.983] },
        { name: "limit", values: [0.97, 0.97, 0.97, 0.97, 0.97] },
      ],
    });
  });

  it("has at most twenty points, the extremes among them", () => {
    const values = Array.from({ length: 3_000 }, (_, index) => (index === 1_234 ? 99 : 1));
    const chart = nativeWatchChart(aWatchPlot({ release: samples(values), limit: null }));
    expect(chart?.categories.length).toBeLessThanOrEqual(20);
    expect(new Set(chart?.categories).size).toBe(chart?.categories.length);
    expect(chart?.series[0]?.values).toContain(99);
    expect(chart?.categories[0]).toBe("Nov 22 14:02");
  });

  it("has the mean of a baseline that is of the time before", () => {
    const before = samples([1, 3], AT - 10 * STEP);
    const chart = nativeWatchChart(aWatchPlot({ baseline: { with: "previous", samples: before } }));
    expect(chart?.series[1]).toEqual({ name: "previous", values: [2, 2, 2, 2, 2] });
  });

  it("leaves out what has no value, and a baseline without any", () => {
    const plot = aWatchPlot({
      release: samples([1, null, 2]),
      baseline: { with: "stable", samples: samples([null]) },
      limit: null,
      check: "x".repeat(80),
    });
    expect(nativeWatchChart(plot)).toEqual({
      title: `${"x".repeat(49)}…`,
      categories: ["14:02:00", "14:03:00"],
      series: [{ name: "release", values: [1, 2] }],
    });
  });

  it("is not there for fewer than two points", () => {
    expect(nativeWatchChart(aWatchPlot({ release: samples([1, null]) }))).toBe(null);
  });
});

describe("the numbers of gates over the last releases", () => {
  const judged = (version: string, auc: number, verdict: "pass" | "fail" = "pass") =>
    aRelease({
      version,
      gates: {
        production: aGateJudgement({
          results: [
            aGateResult({ verdict, numbers: [aGateNumber({ actual: auc })] }),
            aGateResult({ name: "no numbers", numbers: [] }),
          ],
        }),
      },
    });

  const request = { component: "model-pymk", environment: "production", live: "model-pymk@1" };

  it("are those of gates that have numbers, oldest first", () => {
    const releases = [judged("2", 0.82), aRelease({ version: "x" }), judged("1", 0.81)];
    expect(historyPlots({ ...request, releases })).toEqual([
      {
        component: "model-pymk",
        environment: "production",
        gate: "AUC at least 0.80",
        subject: "metrics.auc",
        operator: ">=",
        points: [
          { version: "1", value: 0.81, limit: 0.8, verdict: "pass", isLive: true },
          { version: "2", value: 0.82, limit: 0.8, verdict: "pass", isLive: false },
        ],
      },
    ]);
  });

  it("are not there for one release", () => {
    expect(historyPlots({ ...request, releases: [judged("1", 0.81)] })).toEqual([]);
  });

  it("show first what failed last, and no more than two", () => {
    const many = (version: string, failing: string | null) =>
      aRelease({
        version,
        gates: {
          production: aGateJudgement({
            results: ["a", "b", "c"].map((name) =>
              aGateResult({ name, verdict: name === failing ? "fail" : "pass" }),
            ),
          }),
        },
      });
    const releases = [many("3", null), many("2", "c"), many("1", "b")];
    expect(historyPlots({ ...request, releases }).map(({ gate }) => gate)).toEqual(["c", "b"]);
  });

  it("are said in a line", () => {
    expect(historyAltText(aHistoryPlot())).toBe(
      "metrics.auc of model-pymk, gate AUC at least 0.80 of production. Must be at least 0.8. Newest first: 4 0.812, 3 none, 2 0.795, 1 (live) 0.801.",
    );
    const points = aHistoryPlot().points.map((point) => ({ ...point, limit: null }));
    expect(historyAltText(aHistoryPlot({ points }))).not.toContain("Must be");
  });

  it("are a chart of Slack's, by version", () => {
    expect(nativeHistoryChart(aHistoryPlot())).toEqual({
      title: "AUC at least 0.80",
      categories: ["1", "2", "4"],
      series: [
        { name: "value", values: [0.801, 0.795, 0.812] },
        { name: "limit", values: [0.8, 0.8, 0.8] },
      ],
    });
    const same = aHistoryPlot().points.map((point) => ({ ...point, version: "v".repeat(30) }));
    expect(nativeHistoryChart(aHistoryPlot({ points: same }))).toBe(null);
    const points = aHistoryPlot().points.map((point) => ({ ...point, limit: null }));
    expect(nativeHistoryChart(aHistoryPlot({ points }))?.series).toHaveLength(1);
  });
});
