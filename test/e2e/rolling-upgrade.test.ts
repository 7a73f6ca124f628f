import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SCHEMA } from "../../src/ledger/schema.ts";
import { onDatabase, postgresServer } from "../support/postgres-server.ts";
import { readiness, runReplica, scrape, startReplicaWorld } from "../support/replicas.ts";
import { aReport, card, cards, LEA, SAM, send, type World } from "../support/system.ts";

const server = postgresServer();
/** A beat comes every five seconds. */
const SOON = { timeout: 15_000 };

describe("an upgrade from N to N+1 with both running", () => {
  it("the newer one goes on, and the older one says why it does not, and takes nothing from Slack", async () => {
    const world = await startReplicaWorld(server);
    const { slack, channel, deploys } = world;
    deploys.finishAtOnce();
    const older = await runReplica(world, { host: "older" });
    await send(older.port, aReport("1"));
    await card(world, "1", "approval needed");
    const newer = await runReplica(world, { host: "newer", schema: SCHEMA + 1 });
    expect((await readiness(older.port)).status).toBe(200);

    expect((await send(newer.port, aReport("2", { run: { id: "train/2" } }))).status).toBe(202);
    const { ts } = await card(world, "2", "approval needed");
    expect((await send(older.port, aReport("3"))).status).toBe(503);
    expect(await readiness(older.port)).toMatchObject({
      status: 503,
      reasons: expect.arrayContaining([
        `the ledger: component/model-pymk was written by a newer version of Slipway (schema ${SCHEMA + 1}, ` +
          `and this one knows ${SCHEMA}): start the newer version in place of this one. Nothing was changed`,
      ]),
    });
    await expect.poll(() => slack.socketMode.connections(), SOON).toBe(1);

    expect(await slack.click(LEA, channel, ts, "Approve")).toMatchObject({ status: 200 });
    await slack.click(SAM, channel, ts, "Approve");
    await card(world, "2", "live in production");
    expect(cards(world, "2")).toHaveLength(1);
    expect(await readiness(newer.port)).toMatchObject({ status: 200, warnings: [] });
    const known = await scrape(newer.port, "slipway_replica_info");
    expect(known.map((line) => /host="(\w+)".*schema="(\d)"/.exec(line)?.slice(1)).sort()).toEqual([
      ["newer", String(SCHEMA + 1)],
      ["older", String(SCHEMA)],
    ]);
    await expect(runReplica(world)).rejects.toThrow("was written by a newer version of Slipway");
  }, 60_000);
});

/** The same world by other files. */
function configuredOtherwise(world: World): World {
  const path = join(world.folder, "other.yml");
  const own = readFileSync(world.environment.SLIPWAY_CONFIG ?? "", "utf8");
  writeFileSync(path, own.replace("timezone: UTC", "timezone: Europe/Vienna"));
  return { ...world, environment: { ...world.environment, SLIPWAY_CONFIG: path } };
}

describe("replicas with different configurations", () => {
  it("each say so when it has lasted, and are ready all the same", async () => {
    const world = await startReplicaWorld(server);
    const one = await runReplica(world, { host: "one" });
    const other = await runReplica(configuredOtherwise(world), { host: "other" });
    const url = world.environment.DATABASE_URL ?? "";
    await expect
      .poll(() => onDatabase(url, "select from slipway.replicas").then(({ length }) => length))
      .toBe(2);
    expect(await readiness(one.port)).toMatchObject({ status: 200, warnings: [] });

    await onDatabase(
      url,
      "update slipway.replicas set configured = configured - interval '1 hour'",
    );
    for (const { port, store } of [one, other]) {
      const warned = async () => (await readiness(port)).warnings.join();
      await expect
        .poll(warned, SOON)
        .toContain("replicas run with different configurations since 36");
      expect(await warned()).toContain(`${store.current().digest} on `);
      expect((await readiness(port)).status).toBe(200);
    }
    expect(await scrape(one.port, "slipway_replicas")).toEqual([
      'slipway_replicas{state="other-configuration"} 1',
      'slipway_replicas{state="same-configuration"} 1',
    ]);
    await other.stop();
    const warnings = async () => (await readiness(one.port)).warnings;
    await expect.poll(warnings, SOON).toEqual([]);
  }, 60_000);
});
