import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { Conflict } from "../../src/ledger/ledger.ts";
import { describeLedgerContract } from "../contracts/ledger-contract.ts";
import { aJob, FEED, nextCommit, PYMK } from "../support/ledger-samples.ts";
import { filledFolder } from "../support/moved-ledger.ts";
import { postgresLedgers } from "../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../support/postgres-server.ts";
import { findPgbouncer, type RealPgbouncer, startPgbouncer } from "../support/real-pgbouncer.ts";
import { runSlipway } from "../support/run-slipway.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FOUND = findPgbouncer();
const MISSING = "no pgbouncer on this machine: apt-get install pgbouncer";

it("PgBouncer is there", ({ skip }) => {
  if (FOUND === null && process.env.SLIPWAY_LIVE !== "all") skip(MISSING);
  expect(FOUND, MISSING).not.toBeNull();
});

describe.runIf(FOUND !== null)(`PgBouncer ${FOUND?.version} in transaction mode`, () => {
  const server = postgresServer();
  let bouncer: RealPgbouncer | null = null;
  const port = () => {
    if (bouncer === null) throw new Error("it is started before the first test");
    return bouncer.port;
  };
  const ledgers = () => postgresLedgers(server, port);

  beforeAll(async () => {
    if (FOUND !== null) bouncer = await startPgbouncer(FOUND, server.port());
  });
  afterAll(async () => {
    await bouncer?.close();
  });

  describeLedgerContract("PostgreSQL behind PgBouncer", ledgers);

  it("replicas behind it share the ledger, and its chain is whole", async () => {
    const { replica } = ledgers();
    const [one, other] = await Promise.all([replica(), replica()]);
    const writers = [one, other].map(async (ledger, writer) => {
      for (let version = 0; version < 25; version += 1) {
        const jobs = [aJob({ key: `job-${writer}-${version}` })];
        await ledger.commit(nextCommit(`component/svc-${writer}`, version, { jobs }));
      }
    });
    await Promise.all(writers);
    await one.commit(nextCommit(FEED, 0));
    await expect(other.commit(nextCommit(FEED, 0))).rejects.toThrow(Conflict);
    expect(await verifyLedger(other)).toEqual({ kind: "whole", events: 51, streams: 3 });
  });

  it("leaves no setting of ours in the sessions that others get", async () => {
    const { open, url } = ledgers();
    const ledger = await open();
    await ledger.commit(nextCommit(PYMK, 0));
    const name = new URL(await url()).pathname.slice(1);
    const settings = `select current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`;
    for (let n = 0; n < 6; n += 1) {
      expect(await onDatabase(server.url(name, port()), settings)).toEqual([
        { statement: "0", lock: "0", idle: "0" },
      ]);
    }
  });

  it("a ledger is moved through it, and back", async () => {
    const { directory } = await filledFolder();
    const { url } = ledgers();
    const to = server.url(new URL(await url()).pathname.slice(1), port());
    const argv = ["migrate", "--from", `lowdb:${directory}`, "--to", to];
    expect(await runSlipway(argv)).toMatchObject({ exitCode: 0, err: "" });
    const back = ["migrate", "--from", to, "--to", `lowdb:${join(temporaryFolder(), "back")}`];
    expect(await runSlipway(back)).toMatchObject({ exitCode: 0, err: "" });
  });
});
