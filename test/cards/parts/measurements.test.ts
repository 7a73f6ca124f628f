import { describe, expect, it } from "vitest";
import { chartPart, simplerStyles } from "../../../src/cards/parts/chart-part.ts";
import { comparisonLine } from "../../../src/cards/parts/comparison-line.ts";
import { distanceLine } from "../../../src/cards/parts/limit-lines.ts";
import { judgeFor } from "../../../src/cards/parts/measurement-part.ts";
import { measurementTable } from "../../../src/cards/parts/measurement-table.ts";
import type { DrawnChart } from "../../../src/core/chart.ts";
import type { CheckAssessment, ComparisonSummary } from "../../../src/core/verdict.ts";
import type { WatchCheck } from "../../../src/core/watch-policy.ts";
import { checkBlocks } from "../../../src/demo/block-kit.ts";
import { anAssessment, aWatchCheck, MINUTE, NOW } from "../../support/builders.ts";
import { atLeast } from "../../support/expressions.ts";

const WEEK = 7 * 24 * 60 * MINUTE;

function aComparison(overrides: Partial<ComparisonSummary> = {}): ComparisonSummary {
  return {
    with: "stable",
    method: "sequential",
    observed: 0.9412,
    expected: 0.9837,
    since: NOW - 3 * MINUTE,
    points: 3,
    score: 14.2,
    limit: 12.5,
    baseline: [
      { at: NOW - 3 * MINUTE, value: 0.983 },
      { at: NOW - 2 * MINUTE, value: null },
    ],
    ...overrides,
  };
}

const judge = (value: number) => (value >= 0.97 ? "pass" : "fail");

describe("the table of measurements", () => {
  it("has time, value and verdict", () => {
    expect(measurementTable(anAssessment(), judge).split("\n")).toEqual([
      "UTC       value  verdict",
      "13:57:00  0.981  pass",
      "13:58:00  0.942  fail",
      "13:59:00      –  no data",
    ]);
  });

  it("has beside it what the version beside it had at the same moment", () => {
    const { samples } = anAssessment();
    const table = measurementTable({ samples, comparison: aComparison() }, judge);
    expect(table.split("\n")).toEqual([
      "UTC       value  stable  verdict",
      "13:57:00  0.981   0.983  pass",
      "13:58:00  0.942       –  fail",
      "13:59:00      –       –  no data",
    ]);
  });

  it("has what there was a week before", () => {
    const { samples } = anAssessment();
    const baseline = [{ at: NOW - 3 * MINUTE - WEEK, value: 0.99 }];
    const comparison = aComparison({ with: "last-week", baseline });
    expect(measurementTable({ samples, comparison }, judge).split("\n").slice(0, 2)).toEqual([
      "UTC       value  last week  verdict",
      "13:57:00  0.981       0.99  pass",
    ]);
  });

  it("has what was expected where the baseline is of the time before", () => {
    const { samples } = anAssessment();
    const comparison = aComparison({ with: "previous", expected: 0.984 });
    expect(measurementTable({ samples, comparison }, judge).split("\n").slice(0, 3)).toEqual([
      "UTC       value  before  verdict",
      "13:57:00  0.981   0.984  pass",
      "13:58:00  0.942   0.984  fail",
    ]);
  });

  it("has no more digits than it takes to see by what values were judged", () => {
    const values = [0.4671875, 0.4671874999999999, 0.47368421052631576];
    const samples = values.map((value, index) => ({ at: NOW + index * MINUTE, value }));
    expect(measurementTable({ samples }, () => "fail").split("\n")).toEqual([
      "UTC        value  verdict",
      "14:00:00  0.4672  fail",
      "14:01:00  0.4672  fail",
      "14:02:00  0.4737  fail",
    ]);
    const apart = measurementTable({ samples }, (value) => (value < 0.4671875 ? "pass" : "fail"));
    expect(apart.split("\n").slice(1, 3)).toEqual([
      "14:00:00           0.4671875  fail",
      "14:01:00  0.4671874999999999  pass",
    ]);
  });

  it("has no verdicts where nobody can say any", () => {
    const { samples } = anAssessment();
    const shown = measurementTable({ samples: samples.slice(0, 1) }, () => "").split("\n");
    expect(shown).toEqual(["UTC       value", "13:57:00  0.981"]);
  });
});

describe("the verdict on a single value", () => {
  const verdicts = (check: Partial<WatchCheck>, overrides: Partial<CheckAssessment>) => {
    const judged = judgeFor(anAssessment(overrides), [aWatchCheck(check)]);
    return [0.5, 0.98, 7].map(judged);
  };
  const condition = (...texts: readonly string[]) => ({ condition: texts.join(", and ") });

  it("is by the pass condition, also beside a comparison", () => {
    expect(verdicts({}, condition("value >= 0.97", "not worse than before"))).toEqual([
      "fail",
      "pass",
      "pass",
    ]);
  });

  it("is unclear where neither condition holds", () => {
    const both = { pass: atLeast("value", 0.97), fail: atLeast("value", 5) };
    expect(verdicts(both, condition("value >= 0.97", "not (value >= 5)"))).toEqual([
      "unclear",
      "pass",
      "fail",
    ]);
    const failing = { pass: null, fail: atLeast("value", 5) };
    expect(verdicts(failing, condition("not (value >= 5)"))).toEqual(["pass", "pass", "fail"]);
  });

  it("is not known where the condition cannot be evaluated, or was another one", () => {
    const unknown = {
      ...atLeast("value", 0.97),
      evaluate: () => ({ kind: "error", why: "no" }) as const,
    };
    expect(verdicts({ pass: unknown }, {})).toEqual(["unknown", "unknown", "unknown"]);
    expect(verdicts({}, condition("value >= 0.5"))).toEqual(["", "", ""]);
  });

  it("is by what was expected, where the condition reads it", () => {
    const asked: unknown[] = [];
    const reads = {
      ...atLeast("value", 0.97),
      evaluate: (scope: Readonly<Record<string, unknown>>) => {
        asked.push(scope.baseline);
        return { kind: "value", value: true, comparisons: [] } as const;
      },
    };
    verdicts({ pass: reads }, { comparison: aComparison() });
    expect(asked).toEqual([0.9837, 0.9837, 0.9837]);
  });
});

describe("how a comparison came out", () => {
  it.each<[string, Partial<ComparisonSummary>, string]>([
    [
      "by the sequential test",
      {},
      "*Compared* with the version beside it: 0.9412 against 0.9837 · score 14.2, trips above 12.5",
    ],
    [
      "by Mann and Whitney",
      { method: "mann-whitney", with: "last-week", score: 0.0123, limit: 0.02 },
      "*Compared* with the week before: 0.9412 against 0.9837 · p 0.0123, trips below 0.02",
    ],
    [
      "with no sample that looks worse",
      { with: "previous", observed: null, expected: null, score: null },
      "*Compared* with the version before it: it looks no worse",
    ],
    [
      "with nothing that was expected",
      { expected: null, score: null },
      "*Compared* with the version beside it: it looks no worse",
    ],
  ])("%s", (_name, overrides, says) => {
    expect(comparisonLine(aComparison(overrides)).mrkdwn).toBe(says);
  });
});

describe("how far a check is from tripping", () => {
  const samples = [0.99, 0.9, null, 0.91].map((value, index) => ({ at: NOW + index, value }));
  const pending = anAssessment({ verdict: "pending", samples });

  it("says failures in a row, which a gap does not end", () => {
    const check = aWatchCheck({ consecutiveFailures: 3 });
    expect(distanceLine(pending, check, judge)?.mrkdwn).toBe(
      "*Until it trips* 2 of 3 failures in a row",
    );
  });

  it("says failures in total", () => {
    const check = aWatchCheck({ consecutiveFailures: 1, failureLimit: 5 });
    const counts = { passed: 9, failed: 2, noData: 0 };
    expect(distanceLine({ ...pending, counts }, check, judge)?.mrkdwn).toBe(
      "*Until it trips* 2 of 1 failure in a row; 2 of at most 5 failures",
    );
  });

  it("says nothing where it has tripped, or where nothing is counted", () => {
    expect(distanceLine(anAssessment(), aWatchCheck(), judge)).toBe(null);
    const check = aWatchCheck({ consecutiveFailures: null });
    expect(distanceLine(pending, check, judge)).toBe(null);
    expect(distanceLine(pending, aWatchCheck({ pass: null }), judge)).toBe(null);
  });
});

describe("charts in a message", () => {
  const native = {
    title: "success rate, 2",
    categories: ["14:00:00", "14:00:30"],
    series: [{ name: "release", values: [0.98, 0.91] }],
  };
  const picture: DrawnChart = { check: "a", file: "F0CHART0001", alt: "numbers", native: null };
  const both: DrawnChart = { ...picture, native };

  it("are pictures with their numbers as alternative text", () => {
    expect(chartPart([picture], "image")[0]?.forms[0]).toEqual([
      { type: "image", slack_file: { id: "F0CHART0001" }, alt_text: "numbers" },
    ]);
  });

  it("are Slack's own where they were asked for, and pictures where they are not", () => {
    const blocks = chartPart([both, picture], "native")[0]?.forms[0] ?? [];
    expect(blocks).toEqual([
      {
        type: "data_visualization",
        title: "success rate, 2",
        chart: {
          type: "line",
          series: [
            {
              name: "release",
              data: [
                { label: "14:00:00", value: 0.98 },
                { label: "14:00:30", value: 0.91 },
              ],
            },
          ],
          axis_config: { categories: ["14:00:00", "14:00:30"] },
        },
      },
      { type: "image", slack_file: { id: "F0CHART0001" }, alt_text: "numbers" },
    ]);
    expect(checkBlocks("message", blocks)).toEqual([]);
    expect(checkBlocks("modal", blocks)).not.toEqual([]);
  });

  it("are at most two, and one where there is little room", () => {
    const [part] = chartPart([picture, both, picture], "native");
    expect(part?.forms.map((blocks) => blocks.length)).toEqual([2, 1]);
  });

  it("are not there without a file that Slack could know, or when they are not wanted", () => {
    expect(chartPart([{ ...picture, file: null }], "image")).toEqual([]);
    expect(chartPart([{ ...picture, file: "<script>" }], "image")).toEqual([]);
    expect(chartPart([both], "none")).toEqual([]);
  });

  it("never lack a value for a category", () => {
    const series = [{ name: "release", values: [1] }];
    const short = chartPart([{ ...both, native: { ...native, series } }], "native");
    expect(checkBlocks("message", short[0]?.forms[0])).toEqual([]);
  });

  it("become simpler step by step", () => {
    expect(simplerStyles([both])).toEqual(["image", "native"]);
    expect(simplerStyles([picture])).toEqual(["image"]);
    expect(simplerStyles([{ ...both, file: null }])).toEqual(["native"]);
    expect(simplerStyles([])).toEqual([]);
  });
});
