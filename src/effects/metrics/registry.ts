import type { Clock } from "../../shared/clock.ts";
import type { MetricSource } from "./metric-source.ts";
import type { PrometheusSettings } from "./prometheus/prometheus-settings.ts";
import { createPrometheusSource } from "./prometheus/prometheus-source.ts";

/** The settings of each type of metrics source, by its name in the configuration. */
export interface MetricSourceSettings {
  readonly prometheus: PrometheusSettings;
}

export type MetricSourceType = keyof MetricSourceSettings;

export type MetricSourceConfig<T extends MetricSourceType = MetricSourceType> = {
  readonly [K in T]: { readonly type: K; readonly settings: MetricSourceSettings[K] };
}[T];

interface MetricServices {
  readonly clock: Clock;
}

/** A type without a factory does not compile, and neither does a factory without a type. */
const FACTORIES: {
  readonly [T in MetricSourceType]: (
    settings: MetricSourceSettings[T],
    services: MetricServices,
  ) => MetricSource;
} = {
  prometheus: createPrometheusSource,
};

export function createMetricSource<T extends MetricSourceType>(
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
