import { describe, expect, it, onTestFinished } from "vitest";
import { comparing, releaseVersion } from "../support/compared-release.ts";
import {
  findPrometheus,
  type RealPrometheus,
  startPrometheus,
} from "../support/real-prometheus.ts";
import { type RunningApp, runApp } from "../support/running-app.ts";
import { type ScriptedServer, startServer } from "../support/scripted-server.ts";
import { card, startWorld } from "../support/system.ts";

const found = findPrometheus();
process.stdout.write(`prometheus: ${found ?? "not found"}\n`);

const TRAFFIC = 2_000;

/** Two versions beside one another, each with its counters; a share of what version 2 does fails. */
async function startVersions(bad: number): Promise<ScriptedServer> {
  const begun = Date.now();
  const server = await startServer(() => {
    const total = Math.round(((Date.now() - begun) / 1_000) * TRAFFIC);
    const lines = [
      ["1", 0.01],
      ["2", bad],
    ].flatMap(([version, share]) => {
      const failed = Math.round(total * Number(share));
      return [
        `predictions_total{version="${version}",outcome="bad"} ${failed}`,
        `predictions_total{version="${version}",outcome="ok"} ${total - failed}`,
      ];
    });
    const text = ["# TYPE predictions_total counter", ...lines, ""].join("\n");
    return { text, headers: { "content-type": "text/plain; version=0.0.4" } };
  });
  onTestFinished(() => server.close());
  return server;
}

async function startWatched(bad: number) {
  const versions = await startVersions(bad);
  const prometheus: RealPrometheus = await startPrometheus(
    [
      "global: { scrape_interval: 1s, scrape_timeout: 1s }",
      "scrape_configs:",
      `  - { job_name: versions, static_configs: [{ targets: ["${new URL(versions.url).host}"] }] }`,
    ].join("\n"),
  );
  onTestFinished(() => prometheus.close());
  // Each point of the watch is to have its scrape.
  await versions.received(4);
  const world = await startWorld({
    configure: (yaml) =>
      comparing(yaml).replace(/(prom: \{ type: prometheus, url: )"[^"]*"/, `$1"${prometheus.url}"`),
  });
  world.deploys.setAll("done");
  world.deploys.finishAtOnce();
  const app = await runApp(world);
  return { world, app, prometheus };
}

async function countOf({ ledger }: RunningApp, type: string): Promise<number> {
  let count = 0;
  for await (const { event } of ledger.read({ stream: null, since: null })) {
    if (event.type === type) count += 1;
  }
  return count;
}

describe("a comparison on a real Prometheus", () => {
  const absent = found === null && process.env.SLIPWAY_LIVE !== "all";

  it.skipIf(absent)("rolls back what is worse than the version beside it", async () => {
    const { world, app } = await startWatched(0.2);
    await releaseVersion(world, app.port, "1");
    await card(world, "1", "live in production");
    await releaseVersion(world, app.port, "2");
    await card(world, "2", "was rolled back");
    expect(await countOf(app, "WatchBreached")).toBe(1);
  });

  it.skipIf(absent)("asks people where the metrics go away in the middle", async () => {
    const { world, app, prometheus } = await startWatched(0.01);
    await releaseVersion(world, app.port, "1");
    await card(world, "1", "live in production");
    await releaseVersion(world, app.port, "2");
    await card(world, "2", "watch");
    await prometheus.close();
    await card(world, "2", "Override");
    expect(await countOf(app, "RollbackStarted")).toBe(0);
    expect(await countOf(app, "WatchPassed")).toBe(1);
  });
});
