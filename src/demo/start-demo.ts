import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReport } from "../report/run-report.ts";
import { startServing } from "../serve.ts";
import { systemClock } from "../shared/clock.ts";
import { checkBlocks } from "./block-kit.ts";
import { DEMO_WORKSPACE } from "./demo-workspace.ts";
import { startLocalSlack } from "./gateway/local-slack.ts";
import { APP_TOKEN, BOT_TOKEN } from "./gateway/workspace.ts";
import { HUMAN_PACE, startSampleWorld } from "./sample-world.ts";

const folder = await mkdtemp(join(tmpdir(), "slipway-demo-"));
const t0 = Date.now();
const secret = `whsec_${randomBytes(24).toString("base64")}`;
const log = openSync(join(folder, "log"), "a");
const slack = await startLocalSlack({ ...DEMO_WORKSPACE, checkBlocks });
let to = "";
const world = await startSampleWorld({
  folder,
  report: (argv) =>
    runReport(argv, { SLIPWAY_URL: to, SLIPWAY_REPORT_SECRET: secret }, {
      directory: folder, stdout: (t) => console.log("report:", t), stderr: (t) => console.log("report!", t), fetch, clock: systemClock, newId: randomUUID,
    }),
  author: () => "dana@acme.test",
  pace: HUMAN_PACE,
  clock: systemClock,
  log: { error() {}, warn() {}, info() {}, debug() {} } as never,
});
console.log("world", Date.now() - t0);
const served = await startServing({
  SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, SLACK_API_URL: slack.apiUrl,
  SLIPWAY_CONFIG: join(import.meta.dirname, "slipway.yml"),
  SLIPWAY_DATA: join(folder, "ledger"), SLIPWAY_REPORT_SECRET: secret, HOST: "127.0.0.1", PORT: "0", LOG_LEVEL: "debug",
  ...world.environment,
}, { write: (text: string) => void writeSync(log, text) });
to = `http://127.0.0.1:${served.port}/hooks/ci`;
console.log("served", Date.now() - t0, folder);
slack.subscribe((c) => {
  if (c.kind === "views") return;
  console.log(Date.now() - t0, c.kind, c.message.channel, c.message.threadTs ?? "-", c.message.text.slice(0, 150), JSON.stringify(c.message.blocks.filter(b => b.type === "actions").flatMap(b => (b.elements as any[]).map(e => e.text.text))));
  if (c.kind==="posted"||c.kind==="edited") {
    const ok = c.message.blocks.some((b) => b.type === "actions" && JSON.stringify(b).includes('"Approve"'));
    if (ok) for (const who of ["U0ANA", "U0BEN"]) setTimeout(() => slack.click(who, c.message.channel, c.message.ts, "Approve").then((d) => console.log("click", who, JSON.stringify(d)), console.log), 300);
  }
});
console.log(await world.ci.buildService(), Date.now() - t0);
console.log(await world.ci.retrain(), Date.now() - t0);
setTimeout(async () => {
  console.log(JSON.stringify(slack.messages(slack.channelId("ml-releases")).map((m) => m.blocks)));
  await served.app.stop(1000); await world.close(); await slack.close(); process.exit();
}, 40000);
