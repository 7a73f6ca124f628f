import type { Clock } from "../../shared/clock.ts";
import type { MetricTypeName } from "../../shared/metric-types.ts";
import {
  createAlertmanagerSource,
  createGrafanaSource,
} from "./alertmanager/alertmanager-source.ts";
import type { CloudwatchSettings } from "./cloudwatch/cloudwatch-settings.ts";
import { createCloudwatchSource } from "./cloudwatch/cloudwatch-source.ts";
import { createDatadogSource } from "./datadog/datadog-source.ts";
import { createGraphiteSource } from "./graphite/graphite-source.ts";
import type { HttpMetricSettings } from "./http/http-settings.ts";
import { createHttpSource } from "./http/http-source.ts";
import { createInfluxdbSource, type InfluxdbSettings } from "./influxdb/influxdb-source.ts";
import type { LokiSettings } from "./loki/loki-settings.ts";
import { createLokiSource } from "./loki/loki-source.ts";
import type { DelayedServerSettings, MetricServerSettings } from "./metric-server.ts";
import type { MetricSource } from "./metric-source.ts";
import { createPrometheusSource } from "./prometheus/prometheus-source.ts";

/** The settings of each type of metrics source, by its name in the configuration. */
export interface MetricSourceSettings extends Readonly<Record<MetricTypeName, unknown>> {
  readonly prometheus: MetricServerSettings;
  readonly alertmanager: MetricServerSettings;
  readonly grafana: MetricServerSettings;
  readonly loki: LokiSettings;
  readonly datadog: DelayedServerSettings;
  readonly cloudwatch: CloudwatchSettings;
  readonly graphite: DelayedServerSettings;
  readonly influxdb: InfluxdbSettings;
  readonly http: HttpMetricSettings;
}

export type MetricSourceConfig<T extends MetricTypeName = MetricTypeName> = {
  readonly [K in T]: { readonly type: K; readonly settings: MetricSourceSettings[K] };
}[T];

interface MetricServices {
  readonly clock: Clock;
}

/** A type without a factory does not compile, and neither does a factory without a type. */
const FACTORIES: {
  readonly [T in MetricTypeName]: (
    settings: MetricSourceSettings[T],
    services: MetricServices,
  ) => MetricSource;
} = {
  prometheus: createPrometheusSource,
  alertmanager: createAlertmanagerSource,
  grafana: createGrafanaSource,
  loki: createLokiSource,
  datadog: createDatadogSource,
  cloudwatch: createCloudwatchSource,
  graphite: createGraphiteSource,
  influxdb: createInfluxdbSource,
  http: createHttpSource,
};

export function createMetricSource<T extends MetricTypeName>(
  { type, settings }: MetricSourceConfig<T>,
  services: MetricServices,
): MetricSource {
  return FACTORIES[type](settings, services);
}

/** All configured sources by name. */
export function createMetricSources(
  configs: readonly MetricSourceConfig[],
  services: MetricServices,
): Readonly<Record<string, MetricSource>> {
  const sources = configs.map((config) => createMetricSource(config, services));
  return Object.fromEntries(sources.map((source) => [source.name, source]));
}
