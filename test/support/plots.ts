import type { HistoryPlot } from "../../src/charts/history-plot.ts";
import type { WatchPlot } from "../../src/charts/watch-plot.ts";
import type { Sample } from "../../src/core/verdict.ts";

/** 2026-11-22 14:02 UTC */
export const AT = Date.UTC(2026, 10, 22, 14, 2);
export const STEP = 30_000;

/** Samples of these values, one every half minute. */
export function samples(values: readonly (number | null)[], from: number = AT): readonly Sample[] {
  return values.map((value, index) => ({ at: from + index * STEP, value }));
}

export function aWatchPlot(overrides: Partial<WatchPlot> = {}): WatchPlot {
  return {
    component: "model-pymk",
    version: "2026.11.22-3",
    environment: "production",
    check: "prediction success rate",
    unit: "number",
    release: samples([0.98, 0.981, 0.979, 0.93, 0.91]),
    baseline: { with: "stable", samples: samples([0.984, 0.983, 0.985, 0.984, 0.983]) },
    limit: { operator: ">=", value: 0.97 },
    moments: [
      { kind: "deploy", at: AT },
      { kind: "breach", at: AT + 4 * STEP },
    ],
    ...overrides,
  };
}

export function aHistoryPlot(overrides: Partial<HistoryPlot> = {}): HistoryPlot {
  return {
    component: "model-pymk",
    environment: "production",
    gate: "AUC at least 0.80",
    subject: "metrics.auc",
    operator: ">=",
    points: [0.801, 0.795, null, 0.812].map((value, index) => ({
      version: `${index + 1}`,
      value,
      limit: 0.8,
      verdict: value === null ? "missing" : value >= 0.8 ? "pass" : "fail",
      isLive: index === 0,
    })),
    ...overrides,
  };
}
