import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { quietLog } from "../support/quiet-log.ts";
import { runApp } from "../support/running-app.ts";
import { aReport, send, startWorld } from "../support/system.ts";
import {
  type DebianPostgres,
  findDebianPostgres,
  startDebianPostgres,
} from "./support/debian-postgres.ts";
import { leftOut } from "./support/tools.ts";

const PROGRAMS = findDebianPostgres();
const isLeftOut = leftOut(
  "backups of PostgreSQL",
  PROGRAMS === null ? ["no PostgreSQL under /usr/lib/postgresql: apt-get install postgresql"] : [],
);

/** Builds that were accepted before the backup is begun. */
const BEFORE = 5;

async function postgres(): Promise<DebianPostgres> {
  if (PROGRAMS === null) throw new Error("there is no PostgreSQL under /usr/lib/postgresql");
  const server = await startDebianPostgres(PROGRAMS);
  onTestFinished(() => server.remove());
  return server;
}

function opened(url: string): Promise<Ledger> {
  return openPostgresLedger({ url, clock, logger: quietLog });
}

/** As docs/backup.md says: of the schema alone, while Slipway works. */
async function dumped(server: DebianPostgres): Promise<string> {
  const file = join(server.folder, "slipway.dump");
  const from = `--dbname=${server.url("slipway")}`;
  await server.tool("pg_dump", "--schema=slipway", "--format=custom", `--file=${file}`, from);
  return file;
}

async function restoredFromDump(server: DebianPostgres, file: string): Promise<string> {
  await server.tool("createdb", `--maintenance-db=${server.url("postgres")}`, "restored");
  const to = `--dbname=${server.url("restored")}`;
  await server.tool(
    "pg_restore",
    "--exit-on-error",
    "--single-transaction",
    "--no-owner",
    to,
    file,
  );
  return server.url("restored");
}

async function baseBackup(server: DebianPostgres): Promise<string> {
  const cluster = join(server.folder, "backup");
  const from = `--dbname=${server.url("postgres")}`;
  await server.tool(
    "pg_basebackup",
    `--pgdata=${cluster}`,
    "--wal-method=stream",
    "--checkpoint=fast",
    from,
  );
  return cluster;
}

async function restoredFromBaseBackup(server: DebianPostgres, cluster: string): Promise<string> {
  await server.tool("pg_verifybackup", cluster);
  return server.url("slipway", await server.startOn(cluster));
}

async function registered(ledger: Ledger): Promise<readonly string[]> {
  const releases = [];
  for await (const { event } of ledger.read({ stream: null, since: null })) {
    if (event.type === "ReleaseRegistered") releases.push(event.release.replace("model-pymk@", ""));
  }
  return releases;
}

/** Sends builds for as long as `backUp` runs, and some before. */
async function underLoad(port: number, backUp: () => Promise<string>) {
  const accepted: string[] = [];
  const sendNext = async () => {
    const version = `${accepted.length + 1}`;
    expect((await send(port, aReport(version), `msg_${version}`)).status).toBe(202);
    accepted.push(version);
  };
  while (accepted.length < BEFORE) await sendNext();
  const before = [...accepted];
  let backup: string | null = null;
  const backingUp = backUp().then((made) => {
    backup = made;
  });
  while (backup === null) await sendNext();
  await backingUp;
  return { accepted, before, backup };
}

describe.skipIf(isLeftOut)("a backup of PostgreSQL, made while Slipway works", () => {
  it.each([
    ["pg_dump", dumped, restoredFromDump],
    ["pg_basebackup", baseBackup, restoredFromBaseBackup],
  ] as const)(
    "by %s, restores to a whole chain with all that was accepted before it",
    async (_, backUp, restore) => {
      const server = await postgres();
      const world = await startWorld();
      world.deploys.finishAtOnce();
      await server.tool("createdb", `--maintenance-db=${server.url("postgres")}`, "slipway");
      const app = await runApp(world, { openLedger: () => opened(server.url("slipway")) });
      const { accepted, before, backup } = await underLoad(app.port, () => backUp(server));
      await app.stop();

      const url = await restore(server, backup);
      const restored = await runApp(world, {
        openLedger: () => opened(url),
        withoutDeployments: true,
      });
      expect(await verifyLedger(restored.ledger)).toMatchObject({ kind: "whole" });
      const found = await registered(restored.ledger);
      // A beginning of what was accepted: nothing is missing in between, and nothing is made up.
      expect(found).toEqual(accepted.slice(0, found.length));
      expect(found.length).toBeGreaterThanOrEqual(before.length);
      for (const version of accepted) {
        const { body } = await send(restored.port, aReport(version), `msg_${version}`);
        const expected = found.includes(version) ? "duplicate" : "accepted";
        expect({ version, outcome: body.outcome }).toEqual({ version, outcome: expected });
      }
      expect(await registered(restored.ledger)).toEqual(accepted);
      expect(await verifyLedger(restored.ledger)).toMatchObject({ kind: "whole" });
      await restored.stop();
    },
  );
});
