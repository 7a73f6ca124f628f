import type { Configuration } from "../../src/config/configuration.ts";
import type { Environment } from "../../src/config/environment.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import { ConfigError } from "../../src/shared/errors.ts";
import { memoryFiles } from "./memory-files.ts";

/** 32 bytes, as `slipway report` signs with. */
export const REPORT_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export const ENVIRONMENT: Environment = {
  SLIPWAY_REPORT_SECRET: REPORT_SECRET,
  GITHUB_WEBHOOK_SECRET: "github-webhook-secret",
  DEPLOY_TOKEN: "deploy-token",
};

/** The least that is valid: one component, one environment. */
export const SMALLEST = `
slack: { channel: releases }
sources:
  ci: { type: report, secret: "\${SLIPWAY_REPORT_SECRET}" }
deployers:
  run: { type: command, start: [/bin/deploy, "{{version}}"] }
components:
  svc-feed:
    kind: service
    intake: [{ source: ci }]
    environments:
      production:
        deploy: { use: run }
`.trimStart();

/** Loads one text as `slipway.yml`. @throws ConfigError */
export function load(text: string, environment: Environment = ENVIRONMENT): Configuration {
  return loadConfiguration("slipway.yml", environment, memoryFiles({ "slipway.yml": text }));
}

/** The problems of a text; none when it is valid. */
export function problemsOf(
  text: string,
  environment: Environment = ENVIRONMENT,
): readonly string[] {
  return problemsOfLoading(() => load(text, environment));
}

export function problemsOfLoading(loading: () => unknown): readonly string[] {
  try {
    loading();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The smallest configuration with a line replaced by others, which are indented as it is. */
export function smallestWith(line: string, ...lines: readonly string[]): string {
  const found = SMALLEST.split("\n").find((candidate) => candidate.trim() === line);
  if (found === undefined) throw new Error(`the smallest configuration has no line ${line}`);
  const indent = found.slice(0, found.length - line.length);
  return SMALLEST.replace(found, lines.map((text) => `${indent}${text}`).join("\n"));
}
