import { createCommandDeployer } from "./command/command-deployer.ts";
import type { CommandDeployerSettings } from "./command/command-deployer-settings.ts";
import type { Deployer } from "./deployer.ts";
import type { DeployerServices } from "./deployer-services.ts";
import { createGitHubActionsDeployer } from "./github/github-actions-deployer.ts";
import type { GitHubActionsSettings } from "./github/github-actions-settings.ts";
import { createHttpDeployer } from "./http/http-deployer.ts";
import type { HttpDeployerSettings } from "./http/http-deployer-settings.ts";

/** The settings of each type of deployer, by its name in the configuration. */
export interface DeployerSettings {
  readonly http: HttpDeployerSettings;
  readonly command: CommandDeployerSettings;
  readonly "github-actions": GitHubActionsSettings;
}

export type DeployerType = keyof DeployerSettings;

/** One configured deployer: its type beside the settings of that type. */
export type DeployerConfig<T extends DeployerType = DeployerType> = {
  readonly [K in T]: { readonly type: K; readonly settings: DeployerSettings[K] };
}[T];

/** A type without a factory does not compile, and neither does a factory without a type. */
const FACTORIES: {
  readonly [T in DeployerType]: (
    settings: DeployerSettings[T],
    services: DeployerServices,
  ) => Deployer;
} = {
  http: createHttpDeployer,
  command: createCommandDeployer,
  "github-actions": createGitHubActionsDeployer,
};

export function createDeployer<T extends DeployerType>(
  { type, settings }: DeployerConfig<T>,
  services: DeployerServices,
): Deployer {
  return FACTORIES[type](settings, services);
}

/** All configured deployers by name. */
export function createDeployers(
  configs: readonly DeployerConfig[],
  services: DeployerServices,
): Readonly<Record<string, Deployer>> {
  const deployers = configs.map((config) => createDeployer(config, services));
  return Object.fromEntries(deployers.map((deployer) => [deployer.name, deployer]));
}
