import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** 32 bytes, as `slipway report` signs with. */
export const REPORT_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

const HEAD = `
timezone: UTC
slack: { channel: releases }
sources:
  ci: { type: report, secret: "${REPORT_SECRET}" }
deployers:
  gate:
    type: http
    start:
      url: "http://127.0.0.1:DEPLOY_PORT/deploys"
      headers: { idempotency-key: "{{key}}" }
      body: { app: "{{component}}", version: "{{version}}", environment: "{{environment}}" }
      id: body.id
    observe:
      url: "http://127.0.0.1:DEPLOY_PORT/deploys/{{id}}"
      every: 100ms
      timeout: 30m
      succeeded: body.status == "done"
      failed: body.status == "failed"
components:
`.trimStart();

/** A model with the gates and the approvals of `examples/slipway.yml`. */
function component(name: string, channel: string | null): string {
  return `
  ${name}:
    kind: model${channel === null ? "" : `\n    channel: ${channel}`}
    repository: acme/${name}
    owners: ["@ml-leads"]
    intake:
      - { source: ci }
    storm: { releases: 0 }
    gates:
      - { name: AUC at least 0.80, check: "metrics.auc >= 0.80" }
      - { name: AUC no worse than live, check: "metrics.auc >= live.metrics.auc - 0.005" }
      - { name: every slice above 0.75, check: "slices.all(s, slices[s].auc >= 0.75)", level: warn }
      - { name: data quality, check: 'checks.all(c, c.status == "pass" || c.status == "warn")' }
    environments:
      staging:
        deploy: { use: gate }
      production:
        approval:
          - { from: ["@ml-leads"], count: 1 }
          - { from: ["@sre"], count: 1 }
        deploy: { use: gate }
`.slice(1);
}

export function componentName(n: number): string {
  return `model-${String(n).padStart(4, "0")}`;
}

export function componentNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => componentName(n));
}

/** A configuration of these components as it would be read in production. Port 9 discards what it gets. */
export function configurationText(
  components: readonly string[],
  deployPort = 9,
  channelOf: (component: string) => string | null = () => null,
): string {
  const text = HEAD + components.map((name) => component(name, channelOf(name))).join("");
  return text.replaceAll("DEPLOY_PORT", String(deployPort));
}

/**
 * Writes such a configuration; returns its path. `deployPort`: where the deployment system listens.
 * `channelOf`: where the cards of a component go, if not into the one channel that Slack lets nobody post
 * to more than once a second.
 */
export function writeConfiguration(
  folder: string,
  components: readonly string[],
  deployPort?: number,
  channelOf?: (component: string) => string | null,
): string {
  const path = join(folder, "slipway.yml");
  writeFileSync(path, configurationText(components, deployPort, channelOf));
  return path;
}
