import type { QueryLanguage } from "./queries/registry.ts";

/** What a check may ask a source for: a series of one form, or which alerts fire. */
export type MetricForm = "value" | "increase" | "buckets" | "patterns" | "alerts";

/** What the sources of a type understand. */
export interface MetricType {
  /** Of the queries; null: it takes none, only labels of alerts. */
  readonly language: QueryLanguage | null;
  readonly forms: readonly MetricForm[];
}

/** The types of metrics sources, by their name in the configuration. */
export const METRIC_TYPES = {
  prometheus: { language: "promql", forms: ["value", "increase", "buckets", "alerts"] },
  loki: { language: "logql", forms: ["value", "increase", "patterns"] },
  alertmanager: { language: null, forms: ["alerts"] },
  grafana: { language: null, forms: ["alerts"] },
  datadog: { language: "datadog", forms: ["value", "increase"] },
  cloudwatch: { language: "cloudwatch", forms: ["value", "increase"] },
  graphite: { language: "graphite", forms: ["value", "increase"] },
  influxdb: { language: "influxql", forms: ["value", "increase"] },
  http: { language: "request-path", forms: ["value", "increase"] },
} as const satisfies Readonly<Record<string, MetricType>>;

export type MetricTypeName = keyof typeof METRIC_TYPES;

/** null: there is no such type. */
export function metricType(name: string): MetricType | null {
  return Object.hasOwn(METRIC_TYPES, name) ? METRIC_TYPES[name as MetricTypeName] : null;
}
