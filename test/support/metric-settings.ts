import type { MetricServerSettings } from "../../src/effects/metrics/metric-server.ts";

/** Settings of a metrics source that is asked by HTTP. */
export function metricSettings(overrides: Partial<MetricServerSettings>): MetricServerSettings {
  return {
    name: "it",
    url: "http://metrics.example",
    page: null,
    auth: { kind: "none" },
    headers: {},
    timeout: 30_000,
    ...overrides,
  };
}
