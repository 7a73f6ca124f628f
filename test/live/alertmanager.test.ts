import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { runApp } from "../support/running-app.ts";
import { aReport, card, send, startWorld, textOf, until } from "../support/system.ts";
import { startServer } from "./support/background-server.ts";
import { has, leftOut } from "./support/tools.ts";

const PROGRAM = "prometheus-alertmanager";
const found = has("which", PROGRAM);
const isLeftOut = leftOut(PROGRAM, found ? [] : [`apt-get install ${PROGRAM}`]);

const TOKEN = "a-token-of-the-alertmanager";
const SUMMARY = "5xx ratio 7.3% over 5m";
const ALERTS = "alerts: [{ source: am, match: { service: pymk, environment: production } }]";

/** The configuration of the tests without approvals, with alerts of an Alertmanager. */
function configured(yaml: string, length: string): string {
  return yaml
    .replace("sources:\n", `sources:\n  am: { type: alertmanager, token: ${TOKEN} }\n`)
    .replace(/ {8}approval:\n(?: {10}- .*\n)+/, "")
    .replace("for: 3s", `for: ${length}`)
    .replace("failure: rollback", "failure: ask")
    .replace("          checks:\n", `          ${ALERTS}\n          checks:\n`);
}

function alertmanagerYml(hook: string): string {
  return `
route: { receiver: slipway, group_by: [alertname], group_wait: 1s, group_interval: 1s }
receivers:
  - name: slipway
    webhook_configs:
      - url: ${hook}
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials: ${TOKEN} } }
`;
}

/** What Prometheus would post when a rule fires, and when it no longer does. */
async function post(
  url: string,
  startsAt: Date,
  endsAt: Date | null,
  alertname = "HighErrorRate",
): Promise<void> {
  const alert = {
    labels: { alertname, service: "pymk", environment: "production" },
    annotations: { summary: SUMMARY },
    startsAt: startsAt.toISOString(),
    ...(endsAt === null ? {} : { endsAt: endsAt.toISOString() }),
    generatorURL: "http://prometheus.example/graph",
  };
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([alert]),
  });
  expect(response.status).toBe(200);
}

/** What a person does who knows of it. */
async function silence(url: string, alertname: string): Promise<void> {
  const response = await fetch(`${url}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      matchers: [{ name: "alertname", value: alertname, isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: "dana",
      comment: "known",
    }),
  });
  expect(response.status).toBe(200);
}

it.skipIf(isLeftOut)(
  "a real Alertmanager breaches a watch, but not by what is silenced, and says when its alert is over",
  async () => {
    const world = await startWorld({ configure: (yaml) => configured(yaml, "3s") });
    const { slack, deploys, channel } = world;
    const { port, store } = await runApp(world);
    deploys.setAll("done");
    deploys.finishAtOnce();
    const file = join(world.folder, "alertmanager.yml");
    await writeFile(file, alertmanagerYml(`http://127.0.0.1:${port}/hooks/am`));
    const address = `127.0.0.1:${await freePort()}`;
    await startServer({
      program: PROGRAM,
      argv: [
        `--config.file=${file}`,
        `--storage.path=${join(world.folder, "alertmanager")}`,
        `--web.listen-address=${address}`,
        "--cluster.listen-address=",
        "--log.level=error",
      ],
      health: `http://${address}/-/ready`,
    });

    await send(port, aReport("1"));
    await card(world, "1", "live in production");
    world.configure((yaml) => configured(yaml, "5m"));
    store.reload();
    await send(port, aReport("2", { metrics: { auc: 0.82 } }));
    const second = await card(world, "2", "watch");

    const startsAt = new Date();
    await silence(`http://${address}`, "KnownNoise");
    await post(`http://${address}`, startsAt, null, "KnownNoise");
    await post(`http://${address}`, startsAt, null);
    const announced = await until(
      slack,
      () => slack.messages(channel).find((one) => textOf(one).includes("*Labels*")),
      "the announcement",
    );
    expect(textOf(announced)).toContain(SUMMARY);
    expect(textOf(announced)).toContain('service="pymk"');

    await post(`http://${address}`, startsAt, new Date());
    const line = await until(
      slack,
      () => slack.thread(channel, second.ts).find((one) => one.text.includes("resolved after")),
      "the line in the thread",
    );
    expect(line.text).toContain("alert HighErrorRate");
    const told = [...slack.messages(channel), ...slack.thread(channel, second.ts)];
    expect(told.filter((one) => JSON.stringify(one).includes("KnownNoise"))).toEqual([]);
    expect(deploys.begun()).toBe(4);
  },
);
