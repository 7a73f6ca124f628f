import type { MetricSettings } from "./metric-settings.ts";
import type { ParsedConfiguration } from "./schema/configuration.ts";

type ParsedMetrics = ParsedConfiguration["metrics"][string];
type Parsed<T extends ParsedMetrics["type"]> = Extract<ParsedMetrics, { readonly type: T }>;

export function buildMetrics(name: string, metrics: ParsedMetrics): MetricSettings {
  switch (metrics.type) {
    case "prometheus":
    case "alertmanager":
    case "grafana":
      return { ...serverOf(name, metrics), type: metrics.type };
    case "graphite":
      return { ...serverOf(name, metrics), type: metrics.type, delay: metrics.delay };
    case "loki": {
      const { type, delay, datasource = null, linesAtOnce, mostLines } = metrics;
      return { ...serverOf(name, metrics), type, delay, datasource, linesAtOnce, mostLines };
    }
    case "influxdb": {
      const { type, delay, database, retentionPolicy = null } = metrics;
      return { ...serverOf(name, metrics), type, delay, database, retentionPolicy };
    }
    case "http": {
      const { type, value = null, points = null } = metrics;
      return { ...serverOf(name, metrics), type, value, points };
    }
    case "datadog":
      return datadog(name, metrics);
    case "cloudwatch":
      return cloudwatch(name, metrics);
  }
}

type Server = Pick<
  Parsed<"prometheus">,
  "url" | "page" | "headers" | "timeout" | "bearer" | "basic"
>;

function serverOf(name: string, server: Server) {
  return {
    name,
    url: server.url.replace(/\/+$/, ""),
    page: server.page ?? null,
    auth: authorization(server),
    headers: server.headers,
    timeout: server.timeout,
  };
}

function authorization({ bearer, basic }: Server) {
  if (bearer !== undefined) return { kind: "bearer", token: bearer } as const;
  return basic === undefined ? ({ kind: "none" } as const) : ({ kind: "basic", ...basic } as const);
}

function datadog(name: string, metrics: Parsed<"datadog">): MetricSettings {
  const { type, site, apiKey, applicationKey, timeout, delay } = metrics;
  const { url = `https://api.${site}`, page = `https://app.${site}` } = metrics;
  const headers = { "DD-API-KEY": apiKey, "DD-APPLICATION-KEY": applicationKey };
  return { ...serverOf(name, { url, page, headers, timeout }), type, delay };
}

function cloudwatch(name: string, metrics: Parsed<"cloudwatch">): MetricSettings {
  const { type, region, endpoint = null, timeout, delay } = metrics;
  const { accessKeyId, secretAccessKey, sessionToken = null } = metrics;
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined
      ? ({ kind: "found" } as const)
      : ({ kind: "keys", accessKeyId, secretAccessKey, sessionToken } as const);
  return { name, type, region, endpoint, credentials, timeout, delay };
}
