import type { Scope } from "../../src/core/expression.ts";

/** The variables of a gate, for a model that was retrained, while an older one is live. */
export function evidence(overrides: Scope = {}): Scope {
  return {
    metrics: { auc: 0.8132, p95_latency_ms: 21.4, coverage: 100 },
    slices: {
      "country=BR": { auc: 0.79, rows: 200 },
      "country=US": { auc: 0.74, rows: 900 },
      "country=CL": { auc: 0.81, rows: 12 },
    },
    tests: { passed: 812, failed: 0, skipped: 3 },
    checks: [
      { name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" },
      { name: "label balance", status: "warn", expected: null, actual: null },
    ],
    datasets: [
      { name: "hive.pymk_edges", version: "2026-11-21", digest: null, rows: 81_233_411 },
      { name: "hive.pymk_users", version: "2026-11-21", digest: null, rows: 9000 },
    ],
    commit: {
      repository: "acme/pymk",
      sha: "1111111111111111111111111111111111111111",
      tag: null,
      branch: "main",
      author: "dana@acme.test",
      subject: "Train on one more week",
    },
    release: {
      version: "2026.11.22-3",
      trigger: "data",
      source: "ci",
      artifact: { uri: "registry.example/pymk:2026.11.22-3", digest: null },
      run: { id: "train_pymk/2026-11-22", attempt: 1, url: null },
    },
    live: { metrics: { auc: 0.81 }, tests: null },
    ...overrides,
  };
}
