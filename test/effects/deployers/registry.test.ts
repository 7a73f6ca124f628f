import { describe, expect, it } from "vitest";
import {
  createDeployer,
  createDeployers,
  type DeployerConfig,
} from "../../../src/effects/deployers/registry.ts";
import { createGitHub } from "../../../src/effects/github/github-client.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { gitHubActionsSettings } from "../../support/github-actions-settings.ts";
import { httpDeployerSettings } from "../../support/http-deployer-settings.ts";
import { template } from "../../support/text-template.ts";

const clock = createFakeClock();
const { logger } = captureLogs();
const services = {
  clock,
  logger,
  github: createGitHub({ credentials: { kind: "none" }, apiUrl: null, clock, logger }),
  environment: {},
  releaseUrl: async () => null,
};

const COMMAND: DeployerConfig<"command"> = {
  type: "command",
  settings: {
    name: "tool",
    every: 1_000,
    timeout: 60_000,
    start: [template("deploy")],
    observe: null,
    rollback: null,
    stop: null,
    env: {},
    workingFolder: null,
  },
};

describe("deployers are made from the configuration", () => {
  it("each by its type, under its name", () => {
    const deployers = createDeployers(
      [
        { type: "http", settings: httpDeployerSettings("https://deploy.example") },
        COMMAND,
        { type: "github-actions", settings: gitHubActionsSettings() },
      ],
      services,
    );
    const summary = Object.entries(deployers).map(([name, { every, timeout }]) => [
      name,
      every,
      timeout,
    ]);
    expect(summary).toEqual([
      ["gate", 2_000, 1_800_000],
      ["tool", 1_000, 60_000],
      ["actions", 10_000, 1_800_000],
    ]);
  });

  it("and a type that does not exist does not compile", () => {
    // @ts-expect-error -- there is no such type of deployer
    const unknown = () => createDeployer({ type: "helm", settings: COMMAND.settings }, services);
    // @ts-expect-error -- the settings of one type are not those of another
    const mixed = () => createDeployer({ type: "http", settings: COMMAND.settings }, services);
    expect([unknown, mixed]).toHaveLength(2);
  });
});
