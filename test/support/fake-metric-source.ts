import type { Reading } from "../../src/core/verdict.ts";
import type { MetricSource, RangeQuery } from "../../src/effects/metrics/metric-source.ts";
import { renderQuery } from "../../src/shared/queries/registry.ts";

/** A metrics source that answers what a test tells it, and remembers what it was asked. */
export interface FakeMetricSource extends MetricSource {
  asked(): readonly RangeQuery[];
  answer(reading: Reading | ((query: RangeQuery) => Reading)): void;
  /** Answers nothing until the signal fires. */
  goSilent(): void;
}

export function createFakeMetricSource(name = "prom"): FakeMetricSource {
  const asked: RangeQuery[] = [];
  let answer: (query: RangeQuery) => Reading = () => ({ kind: "samples", samples: [] });
  let silent = false;
  return {
    name,
    render: (query, variables) => renderQuery("promql", query, variables),
    alerts: async () => ({ kind: "error", why: `${name} knows no alerts` }),
    range: async (query, signal) => {
      asked.push(query);
      if (!silent) return answer(query);
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
      });
      return { kind: "error", why: "given up" };
    },
    link: (query) => `https://prom.example/graph?${query}`,
    asked: () => asked,
    answer: (next) => {
      answer = typeof next === "function" ? next : () => next;
    },
    goSilent: () => {
      silent = true;
    },
  };
}
