import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../../test/support/free-port.ts";
import { WEBHOOK_PATH } from "../world/people.ts";

export const ALERTMANAGER = "prometheus-alertmanager";

/** As many as Prometheus sends in one request. */
const BATCH = 64;

export interface AlertmanagerProcess {
  /** Hands over so many alerts; resolves when all were accepted. */
  send(count: number): Promise<void>;
  kill(): Promise<void>;
}

/**
 * Alertmanager, told to post each alert by itself and at once, with its data in this folder.
 * @throws when it does not start
 */
export async function startAlertmanager(
  folder: string,
  slackPort: number,
): Promise<AlertmanagerProcess> {
  const port = await freePort();
  const configuration = join(folder, "alertmanager.yml");
  writeFileSync(configuration, configurationFor(slackPort));
  const flags = [
    `--config.file=${configuration}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address=",
    "--log.level=error",
  ];
  const child = spawn(ALERTMANAGER, flags, { stdio: "ignore" });
  const gone = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`${ALERTMANAGER} does not start`);
    await setTimeout(50);
  }
  return {
    async send(count) {
      const alerts = Array.from({ length: count }, (_, n) => anAlert(n));
      for (let from = 0; from < count; from += BATCH) {
        await post(url, alerts.slice(from, from + BATCH));
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function configurationFor(slackPort: number): string {
  return `
route: { receiver: slack, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }
receivers:
  - name: slack
    slack_configs:
      - api_url: "http://127.0.0.1:${slackPort}${WEBHOOK_PATH}"
        channel: "#releases"
        send_resolved: false
        title: "{{ .CommonLabels.id }}"
`.trimStart();
}

function anAlert(n: number): object {
  return { labels: { alertname: "build", id: `build-${n}` }, annotations: { version: "1.0" } };
}

async function post(url: string, alerts: readonly object[]): Promise<void> {
  const { status } = await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts),
  });
  if (status !== 200) throw new Error(`${ALERTMANAGER} answered ${status}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}
