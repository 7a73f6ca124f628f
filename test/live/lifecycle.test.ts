import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkBlocks } from "../../src/demo/block-kit.ts";
import { startLocalSlack } from "../../src/demo/gateway/local-slack.ts";
import { APP_TOKEN, BOT_TOKEN } from "../../src/demo/gateway/workspace.ts";
import { HUMAN_PACE, type SampleWorld, startSampleWorld } from "../../src/demo/sample-world.ts";
import { runReport } from "../../src/report/run-report.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { startChild } from "../support/child-app.ts";
import { quietLog } from "../support/quiet-log.ts";
import { findPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { runSlipway } from "../support/run-slipway.ts";
import { REPORT_SECRET } from "../support/signed-request.ts";
import { card, GROUPS, LEA, PEOPLE, SAM, textOf, until } from "../support/system.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const found = findPrometheus();
process.stdout.write(`prometheus: ${found ?? "not found"}\n`);

const CONFIGURATION = join(import.meta.dirname, "../../src/demo/slipway.yml");

/** A real Prometheus that scrapes the two sample runtimes each second. */
async function scraping({ environment }: SampleWorld): Promise<string> {
  const targets = [environment.DEMO_STAGING_URL, environment.DEMO_PRODUCTION_URL].map(
    (url) => `"${new URL(url ?? "").host}"`,
  );
  const prometheus = await startPrometheus(
    [
      "global: { scrape_interval: 1s, scrape_timeout: 1s }",
      "scrape_configs:",
      `  - { job_name: runtime, static_configs: [{ targets: [${targets.join(", ")}] }] }`,
    ].join("\n"),
  );
  onTestFinished(() => prometheus.close());
  return prometheus.url;
}

describe("the whole of it on a real Prometheus", () => {
  it.skipIf(found === null && process.env.SLIPWAY_LIVE !== "all")(
    "report, staging, two approvals, production, degrade, rollback",
    async () => {
      const folder = temporaryFolder();
      const slack = await startLocalSlack({
        people: PEOPLE,
        groups: GROUPS,
        channels: [{ name: "releases" }, { name: "ml-releases" }],
        checkBlocks,
      });
      onTestFinished(() => slack.close());
      let hooks = "";
      const samples = await startSampleWorld({
        folder,
        report: (argv) =>
          runReport(
            argv,
            { SLIPWAY_URL: hooks, SLIPWAY_REPORT_SECRET: REPORT_SECRET },
            {
              directory: folder,
              stdout: () => {},
              stderr: (text) => void process.stderr.write(text),
              fetch,
              clock: systemClock,
              newId: () => crypto.randomUUID(),
            },
          ),
        author: () => "dana@acme.test",
        pace: HUMAN_PACE,
        clock: systemClock,
        log: quietLog,
      });
      onTestFinished(() => samples.close());
      const config = join(folder, "slipway.yml");
      const yaml = await readFile(CONFIGURATION, "utf8");
      await writeFile(config, yaml.replaceAll("for: 1m", "for: 25s"));
      const environment = {
        ...samples.environment,
        DEMO_METRICS_URL: await scraping(samples),
        SLACK_BOT_TOKEN: BOT_TOKEN,
        SLACK_APP_TOKEN: APP_TOKEN,
        SLACK_API_URL: slack.apiUrl,
        SLIPWAY_CONFIG: config,
        SLIPWAY_DATA: join(folder, "ledger"),
        SLIPWAY_REPORT_SECRET: REPORT_SECRET,
        HOST: "127.0.0.1",
        PORT: "0",
      };
      const slipway = await startChild({ environment });
      hooks = `http://127.0.0.1:${slipway.port}/hooks/ci`;
      const channel = slack.channelId("ml-releases");
      const place = { slack, channel };
      const served = async () => {
        const status = await fetch(`${samples.environment.DEMO_PRODUCTION_URL}/status`);
        return JSON.stringify(await status.json());
      };

      const approveBoth = async (version: string) => {
        const { ts } = await card(place, version, "approval needed for production");
        await slack.click(LEA, channel, ts, "Approve");
        await card(place, version, "*1 of 1* from @ml-leads");
        await slack.click(SAM, channel, ts, "Approve");
      };

      const first = await samples.ci.retrain();
      expect(first).toMatchObject({ outcome: "success", reported: true });
      await approveBoth(first.version);
      await card(place, first.version, "being watched in production");
      await card(place, first.version, "live in production");
      expect(await served()).toContain(first.version);

      const second = await samples.ci.retrain();
      await approveBoth(second.version);
      await card(place, second.version, "watch");
      expect(await served()).toContain(second.version);
      expect(await samples.makeWorse("production", "model-pymk")).toBe(true);

      const alert = await until(
        slack,
        () =>
          slack.messages(channel).find((message) => textOf(message).includes("predictions_total")),
        "the announcement",
      );
      expect(textOf(alert)).toContain("of the version beside it");
      await card(place, second.version, "was rolled back");
      const now = await served();
      expect(now).toContain(first.version);
      expect(now).not.toContain(second.version);

      expect(await slipway.terminate()).toBe(0);
      expect(await runSlipway(["audit", "verify"], environment)).toMatchObject({
        exitCode: 0,
        out: expect.stringMatching(/^whole: \d+ events/),
      });
    },
  );
});
