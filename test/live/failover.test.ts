import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { readiness, runReplica } from "../support/replicas.ts";
import { aReport, send, startWorld, until } from "../support/system.ts";
import { findDebianPostgres, startDebianPostgres } from "./support/debian-postgres.ts";
import { leftOut } from "./support/tools.ts";

const PROGRAMS = findDebianPostgres();
const isLeftOut = leftOut(
  "a failover of PostgreSQL",
  PROGRAMS === null ? ["no PostgreSQL under /usr/lib/postgresql: apt-get install postgresql"] : [],
);

/** Builds that are acknowledged before the primary is killed, and after the standby was promoted. */
const SOME = 5;
const SOON = { timeout: 30_000 };

/** Two replicas on a primary with a synchronous standby, both of which their address names. */
async function replicasOnTwoServers() {
  if (PROGRAMS === null) throw new Error("there is no PostgreSQL under /usr/lib/postgresql");
  const server = await startDebianPostgres(PROGRAMS);
  onTestFinished(() => server.remove());
  const world = await startWorld();
  world.deploys.finishAtOnce();
  await server.tool("createdb", `--maintenance-db=${server.url("postgres")}`, "slipway");
  const standby = await server.startStandby();
  const [first, second] = [server.url("slipway"), server.url("slipway", standby.port)];
  const DATABASE_URL = first.replace(/\/slipway$/, `,${new URL(second).host}/slipway`);
  const on = { ...world, environment: { ...world.environment, DATABASE_URL } };
  const replicas = await Promise.all(["one", "other"].map((host) => runReplica(on, { host })));
  return { world, server, standby, replicas };
}

/** Posts one build after the other, each to the next replica, again and again until it is acknowledged. */
function aSender(ports: readonly number[]) {
  const acknowledged: string[] = [];
  const statuses: number[] = [];
  const stopped = new AbortController();
  const sending = (async () => {
    for (let number = 1; !stopped.signal.aborted; ) {
      const version = String(number);
      const port = ports[statuses.length % ports.length] ?? 0;
      const { status } = await send(port, aReport(version), `msg_${version}`);
      statuses.push(status);
      if (status === 503) {
        // Longer than Slipway takes to refuse, so that the machine does something else too.
        await setTimeout(50);
        continue;
      }
      acknowledged.push(version);
      number += 1;
    }
  })();
  const stop = async () => {
    stopped.abort();
    await sending;
  };
  return { acknowledged, statuses, stop };
}

async function registered(ledger: Ledger): Promise<readonly string[]> {
  const releases: string[] = [];
  for await (const { event } of ledger.read({ stream: null, since: null })) {
    if (event.type === "ReleaseRegistered") releases.push(event.release);
  }
  return releases;
}

describe.skipIf(isLeftOut)("a primary that is killed, and its synchronous standby promoted", () => {
  it("loses nothing that was acknowledged: 503 in between, and then the work goes on", {
    timeout: 120_000,
  }, async () => {
    const { world, server, standby, replicas } = await replicasOnTwoServers();
    const sender = aSender(replicas.map(({ port }) => port));
    onTestFinished(() => sender.stop());
    await expect.poll(() => sender.acknowledged.length, SOON).toBeGreaterThanOrEqual(SOME);

    server.kill();
    await expect.poll(() => sender.statuses.at(-1), SOON).toBe(503);
    const before = sender.acknowledged.length;
    for (const { port } of replicas) {
      await expect
        .poll(() => readiness(port), SOON)
        .toMatchObject({
          status: 503,
          reasons: expect.arrayContaining([expect.stringContaining("takes no writes: it is a")]),
        });
    }
    expect(sender.acknowledged).toHaveLength(before);

    await server.tool("pg_ctl", "promote", "-D", standby.cluster);
    await expect.poll(() => sender.acknowledged.length, SOON).toBeGreaterThanOrEqual(before + SOME);
    await sender.stop();
    for (const { port } of replicas) {
      await expect.poll(() => readiness(port), SOON).toMatchObject({ status: 200 });
    }
    const newest = sender.acknowledged.at(-1) ?? "";
    // Whose message it is that shows the newest of so many builds is not the point here.
    const asks = `model-pymk ${newest}: approval needed`;
    const { slack, channel } = world;
    const isShown = () => slack.messages(channel).some(({ text }) => text.startsWith(asks));
    await until(slack, isShown, asks);

    // 200: what was on the standby already when the primary died, and had been answered by nobody.
    expect(sender.statuses.filter((status) => ![200, 202, 503].includes(status))).toEqual([]);
    const acknowledged = sender.acknowledged.map((version) => `model-pymk@${version}`);
    for (const { ledger } of replicas) {
      await expect.poll(() => registered(ledger), SOON).toEqual(acknowledged);
      expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole" });
    }
    const begun = Object.entries(world.deploys.begunByKey());
    expect(begun.filter(([, times]) => times !== 1)).toEqual([]);
  });
});
