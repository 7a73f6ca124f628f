import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { checkBlocks } from "../../src/demo/block-kit.ts";
import {
  type LocalSlack,
  type LocalSlackOptions,
  startLocalSlack,
} from "../../src/demo/gateway/local-slack.ts";
import type { LocalMessage } from "../../src/demo/gateway/message-log.ts";
import { APP_TOKEN, BOT_TOKEN } from "../../src/demo/gateway/workspace.ts";
import { type FakePrometheus, startFakePrometheus } from "./fake-prometheus.ts";
import { type HttpDeploySystem, startHttpDeploySystem } from "./http-deploy-system.ts";
import { REPORT_SECRET, signedReport } from "./signed-request.ts";

export const LEA = "U0LEA";
export const SAM = "U0SAM";
export const DANA = "U0DANA";
export const GUS = "U0GUS";

export const PEOPLE = [
  { id: LEA, name: "lea", realName: "Lea", email: "lea@acme.test" },
  { id: SAM, name: "sam", realName: "Sam", email: "sam@acme.test" },
  { id: DANA, name: "dana", realName: "Dana", email: "dana@acme.test" },
  { id: GUS, name: "gus", realName: "Gus", email: "gus@elsewhere.test", guest: true },
];

export const GROUPS = [
  { id: "S0LEADS", handle: "ml-leads", members: [LEA, DANA] },
  { id: "S0SRE", handle: "sre", members: [SAM] },
];

/** The world around Slipway: a Slack, a deployment system and a metrics server, all real servers. */
export interface World {
  readonly slack: LocalSlack;
  readonly deploys: HttpDeploySystem;
  readonly prometheus: FakePrometheus;
  /** Holds the configuration and the ledger. */
  readonly folder: string;
  /** What `slipway serve` needs of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Rewrites the configuration with other texts in it. */
  configure(change: (yaml: string) => string): void;
  channel: string;
}

export async function startWorld(
  options: {
    readonly slack?: Partial<LocalSlackOptions>;
    readonly configure?: (yaml: string) => string;
  } = {},
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  const [slack, deploys, prometheus] = await Promise.all([
    startLocalSlack({
      people: PEOPLE,
      groups: GROUPS,
      channels: [{ name: "releases" }],
      checkBlocks,
      ...options.slack,
    }),
    startHttpDeploySystem(),
    startFakePrometheus(),
  ]);
  onTestFinished(async () => {
    await Promise.all([slack.close(), deploys.server.close(), prometheus.server.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  const config = join(folder, "slipway.yml");
  const plain = CONFIGURATION.replaceAll("DEPLOY_URL", deploys.server.url).replaceAll(
    "PROMETHEUS_URL",
    prometheus.server.url,
  );
  const configure = (change: (yaml: string) => string) => writeFileSync(config, change(plain));
  configure(options.configure ?? ((yaml) => yaml));
  return {
    slack,
    deploys,
    prometheus,
    folder,
    configure,
    channel: slack.channelId("releases"),
    environment: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_APP_TOKEN: APP_TOKEN,
      SLACK_API_URL: slack.apiUrl,
      SLIPWAY_CONFIG: config,
      SLIPWAY_DATA: join(folder, "data"),
      SLIPWAY_REPORT_SECRET: REPORT_SECRET,
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "error",
    },
  };
}

const CONFIGURATION = `
timezone: UTC
slack: { channel: releases }
sources:
  ci: { type: report, secret: "\${SLIPWAY_REPORT_SECRET}" }
metrics:
  prom: { type: prometheus, url: "PROMETHEUS_URL" }
deployers:
  gate:
    type: http
    start:
      method: POST
      url: "DEPLOY_URL/deploys"
      headers: { idempotency-key: "{{key}}" }
      body: { app: "{{component}}", version: "{{version}}", environment: "{{environment}}" }
      id: body.id
    lookup: { url: "DEPLOY_URL/deploys?key={{key}}", id: body.id }
    observe:
      url: "DEPLOY_URL/deploys/{{id}}"
      every: 1s
      timeout: 2m
      succeeded: body.status == "done"
      failed: body.status == "failed"
      detail: body.message
admins: ["lea@acme.test"]
components:
  model-pymk:
    kind: model
    repository: acme/pymk
    owners: ["lea@acme.test"]
    intake: [{ source: ci }]
    gates:
      - { name: AUC at least 0.80, check: "metrics.auc >= 0.80" }
      - { name: AUC no worse than live, check: "metrics.auc >= live.metrics.auc - 0.005" }
    environments:
      staging:
        deploy: { use: gate }
      production:
        approval:
          - { from: ["@ml-leads"], count: 1 }
          - { from: ["@sre"], count: 1 }
        deploy: { use: gate }
        watch:
          for: 3s
          every: 1s
          on: { failure: rollback, inconclusive: ask, error: ask }
          checks:
            - name: success rate
              source: prom
              query: success_rate{version="{{version}}"}
              pass: value >= 0.97
              consecutiveFailures: 2
              minSamples: 2
`;

export function aReport(
  version: string,
  overrides: Readonly<Record<string, unknown>> = {},
): object {
  return {
    component: "model-pymk",
    version,
    outcome: "success",
    run: { id: `train/${version}`, url: "https://airflow.example/train" },
    trigger: "data",
    commit: {
      repository: "acme/pymk",
      sha: "a".repeat(40),
      branch: "main",
      author: "dana@acme.test",
    },
    artifact: { uri: `registry.example/pymk:${version}` },
    metrics: { auc: 0.81 },
    datasets: [{ name: "edges", version: "2026-11-21" }],
    ...overrides,
  };
}

/** Sends a report as a training job does. */
export async function send(
  port: number,
  report: object,
  id = `msg_${crypto.randomUUID()}`,
): Promise<{
  readonly status: number;
  /** Seconds; null: the answer does not say. */
  readonly retryAfter: number | null;
  readonly body: { readonly outcome: string; readonly code: string };
}> {
  const { headers, body } = signedReport(report, { id, at: Date.now() });
  const response = await fetch(`http://127.0.0.1:${port}/hooks/ci`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  const after = response.headers.get("retry-after");
  const retryAfter = after === null ? null : Number(after);
  return { status: response.status, retryAfter, body: (await response.json()) as never };
}

/** All text that a message shows. */
export function textOf(message: LocalMessage): string {
  const texts: string[] = [];
  JSON.stringify(message.blocks, (key, value: unknown) => {
    if (key === "text" && typeof value === "string") texts.push(value);
    return value;
  });
  return texts.join("\n");
}

/** Resolves when something about the workspace is so: looked at now, and after every change. */
export function until<T>(
  slack: LocalSlack,
  look: () => T | undefined | false,
  what: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      stop();
      const shown = slack.messages(slack.channelId("releases")).map((message) => message.text);
      reject(new Error(`never happened: ${what}; the channel shows ${JSON.stringify(shown)}`));
    }, 30_000);
    const check = () => {
      const found = look();
      if (found === undefined || found === false) return;
      clearTimeout(late);
      stop();
      resolve(found);
    };
    const stop = slack.subscribe(check);
    check();
  });
}

/** The card of a version, once its text holds all of these. */
export function card(
  world: Pick<World, "slack" | "channel">,
  version: string,
  ...holding: readonly string[]
): Promise<LocalMessage> {
  return until(
    world.slack,
    () =>
      world.slack.messages(world.channel).find((message) => {
        const text = textOf(message);
        const isCard = keyOf(message) === `model-pymk@${version}/card`;
        return isCard && holding.every((part) => text.includes(part));
      }),
    `the card of ${version} with ${holding.join(", ")}`,
  );
}

export function cards(world: World, version: string): readonly LocalMessage[] {
  return world.slack
    .messages(world.channel)
    .filter((message) => keyOf(message) === `model-pymk@${version}/card`);
}

function keyOf({ metadata }: LocalMessage): string {
  const payload = (metadata as { readonly event_payload?: { readonly key?: string } } | null)
    ?.event_payload;
  return payload?.key ?? "";
}
