import type {
  Configuration,
  DeployerSettings,
  GithubActionsSettings,
} from "./config/configuration.ts";
import type { MetricSettings } from "./config/metric-settings.ts";
import type { PolicyStore } from "./config/policy-store.ts";
import { countedDeployer } from "./effects/deployers/counted-deployer.ts";
import type { Deployer } from "./effects/deployers/deployer.ts";
import type { DeployerServices } from "./effects/deployers/deployer-services.ts";
import type { GitHubActionsSettings } from "./effects/deployers/github/github-actions-settings.ts";
import { createDeployers, type DeployerConfig } from "./effects/deployers/registry.ts";
import { parseRepository } from "./effects/github/github-client.ts";
import type { MetricSource } from "./effects/metrics/metric-source.ts";
import { createMetricSources, type MetricSourceConfig } from "./effects/metrics/registry.ts";
import { ConfigError } from "./shared/errors.ts";
import type { Telemetry } from "./shared/telemetry.ts";

/** What the configuration connects to, made anew whenever it changes. */
export interface Connections {
  deployers(): Readonly<Record<string, Deployer>>;
  metrics(): Readonly<Record<string, MetricSource>>;
}

export function createConnections(
  store: Pick<PolicyStore, "current" | "onChange">,
  services: DeployerServices & { readonly telemetry: Pick<Telemetry, "deployerCalls"> },
): Connections {
  const counted = (deployers: Readonly<Record<string, Deployer>>) =>
    Object.fromEntries(
      Object.entries(deployers).map(([name, deployer]) => [
        name,
        countedDeployer(deployer, services.telemetry),
      ]),
    );
  const connect = (configuration: Configuration) => ({
    deployers: counted(
      createDeployers(Object.values(configuration.deployers).map(asConfig), services),
    ),
    metrics: createMetricSources(
      Object.values(configuration.metrics).map(asMetricSource),
      services,
    ),
  });
  let connected = connect(store.current());
  store.onChange((configuration) => {
    connected = connect(configuration);
  });
  return {
    deployers: () => connected.deployers,
    metrics: () => connected.metrics,
  };
}

/** The settings of a type are those of its factory: what they lack does not compile. */
export function asMetricSource(settings: MetricSettings): MetricSourceConfig {
  switch (settings.type) {
    case "prometheus":
    case "alertmanager":
    case "grafana":
      return { type: settings.type, settings };
    case "datadog":
    case "graphite":
      return { type: settings.type, settings };
    case "loki":
      return { type: settings.type, settings };
    case "influxdb":
      return { type: settings.type, settings };
    case "http":
      return { type: settings.type, settings };
    case "cloudwatch":
      return { type: settings.type, settings };
  }
}

function asConfig(settings: DeployerSettings): DeployerConfig {
  switch (settings.type) {
    case "http":
      return { type: "http", settings };
    case "command":
      return { type: "command", settings };
    case "github-actions":
      return { type: "github-actions", settings: githubActions(settings) };
  }
}

function githubActions(settings: GithubActionsSettings): GitHubActionsSettings {
  const repository = parseRepository(settings.repository);
  if (repository === null) {
    throw new ConfigError([`deployers.${settings.name}.repository: must be owner/name`]);
  }
  return { ...settings, repository, recordDeployments: settings.deployments };
}
