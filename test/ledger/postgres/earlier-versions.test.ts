import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { Duplicate } from "../../../src/ledger/ledger.ts";
import { SCHEMA_VERSION } from "../../../src/ledger/postgres/migrations/migrations.ts";
import { aCommit, FEED, nextCommit } from "../../support/ledger-samples.ts";
import {
  answersOf,
  COMPONENTS,
  commandIdOf,
  jobsInTheirOrder,
} from "../../support/moved-ledger.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";

const server = postgresServer();
const VERSIONS = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1);

function dumpOf(version: number, ending: "sql" | "json"): string {
  const name = `${String(version).padStart(4, "0")}.${ending}`;
  return join(import.meta.dirname, "../../fixtures/postgres", name);
}

/** A database as that version left it. */
async function leftBy(version: number) {
  const ledgers = postgresLedgers(server);
  await onDatabase(await ledgers.url(), readFileSync(dumpOf(version, "sql"), "utf8"));
  const answers: unknown = JSON.parse(readFileSync(dumpOf(version, "json"), "utf8"));
  return { ...ledgers, answers };
}

it("there is a dump of each version of the tables but the newest: node test/support/dump-postgres.ts makes it before a migration is added", () => {
  const missing = VERSIONS.filter((version) => !existsSync(dumpOf(version, "sql")));
  expect(missing.filter((version) => version < SCHEMA_VERSION)).toEqual([]);
});

const DUMPED = VERSIONS.filter((version) => existsSync(dumpOf(version, "sql")));

describe.each(DUMPED)("a database that version %i of the tables was left in", (version) => {
  it("is brought up to date, and answers every question as it did", async () => {
    const { open, url, answers } = await leftBy(version);
    const ledger = await open();
    const versions = "select max(version) as version from slipway.migrations";
    expect(await onDatabase(await url(), versions)).toEqual([{ version: SCHEMA_VERSION }]);
    expect(JSON.parse(JSON.stringify(await answersOf(ledger)))).toEqual(answers);
    expect(await verifyLedger(ledger)).toEqual({ kind: "whole", events: 36, streams: 3 });
  });

  it("goes on: chains and positions follow, and every job runs in its order", async () => {
    const { open, clock } = await leftBy(version);
    const ledger = await open();
    expect(await ledger.commit(nextCommit(FEED, 12))).toBe(37);
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole", events: 37 });
    for (const component of COMPONENTS) {
      const commit = aCommit({ commandIds: [commandIdOf(component, 12)] });
      await expect(ledger.commit(commit)).rejects.toThrow(Duplicate);
    }
    const jobs = (await jobsInTheirOrder(ledger, clock)) as readonly { readonly key: string }[];
    expect(jobs.map(({ key }) => key)).toEqual([
      ...["claimed", "first", "of another", "tried", "later"],
      ...["second", "claimed"],
    ]);
  });
});
