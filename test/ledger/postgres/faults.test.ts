import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Duplicate, type Ledger, Unavailable } from "../../../src/ledger/ledger.ts";
import { openPostgresLedger } from "../../../src/ledger/postgres/open-postgres-ledger.ts";
import { claimReviews, keysOf, recorded } from "../../contracts/ledger/set-up.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { cuttingProxy } from "../../support/cutting-proxy.ts";
import { aCommit, aJob, FEED, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import {
  endConnections,
  holdingUpWriters,
  onlyReading,
  someoneWaits,
} from "../../support/postgres-faults.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";

const server = postgresServer();

/** A ledger whose connections go through a proxy. */
async function throughProxy(options: { readonly idleTimeout?: number } = {}) {
  const ledgers = postgresLedgers(server);
  const proxy = await cuttingProxy(server.port());
  const database = new URL(await ledgers.url()).pathname.slice(1);
  const ledger = await ledgers.replica({ ...options, url: server.url(database, proxy.port) });
  return { ...ledgers, proxy, ledger };
}

async function whyUnavailable(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => new Error("it succeeded"),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(Unavailable);
  return error instanceof Error ? error.message : "";
}

async function works(ledger: Ledger): Promise<void> {
  const { version } = await ledger.load(PYMK);
  await ledger.commit(nextCommit(PYMK, version));
  expect(ledger.health()).toEqual({ ok: true });
}

/** Connections that were ended are found out one by one. */
function eventually(attempt: () => Promise<void>): Promise<void> {
  return vi.waitFor(attempt, { timeout: 15_000, interval: 20 });
}

describe("an address that names two hosts", () => {
  it("leads to the one that answers, to the other when that is gone, and back", async () => {
    const ledgers = postgresLedgers(server);
    const [one, other] = [await cuttingProxy(server.port()), await cuttingProxy(server.port())];
    const address = await ledgers.url();
    const hosts = `127.0.0.1:${one.port},127.0.0.1:${other.port}`;
    const url = address.replace(/127\.0\.0\.1:\d+/, hosts);
    one.refuse();
    const { logger } = captureLogs();
    const ledger = await openPostgresLedger({ url, clock: ledgers.clock, logger });
    onTestFinished(() => ledger.close());
    await works(ledger);
    one.accept();
    other.refuse();
    await endConnections(address);
    await eventually(() => works(ledger));
    one.refuse();
    await endConnections(address);
    await eventually(async () => {
      const why = await whyUnavailable(ledger.commit(nextCommit(FEED, 0)));
      expect(why).toMatch(/cannot be reached: .+; .+/);
    });
    other.accept();
    await eventually(() => works(ledger));
  });
});

describe("a commit that its synchronous standby does not confirm", () => {
  it("is never acknowledged, and found when the standby is back", async () => {
    const { replica, url, clock } = postgresLedgers(server);
    const ledger = await replica({ statementTimeout: 300 });
    const address = await url();
    const standby = async (change: string) => {
      await onDatabase(address, `alter system ${change}`);
      await onDatabase(address, "select pg_reload_conf()");
    };
    onTestFinished(() => standby("reset synchronous_standby_names"));
    await standby("set synchronous_standby_names = 'stopped'");
    await vi.waitFor(async () => {
      const [row] = await onDatabase(address, "show synchronous_standby_names");
      expect(row).toEqual({ synchronous_standby_names: "stopped" });
    });
    const commit = nextCommit(FEED, 0, { commandIds: ["delivery-1"], jobs: [aJob()] });
    await whyUnavailable(ledger.commit(commit));
    expect(await recorded(ledger)).toEqual([]);
    await standby("reset synchronous_standby_names");
    await eventually(() => expect(ledger.commit(commit)).rejects.toThrow(Duplicate));
    expect(await claimReviews(ledger, clock)).toHaveLength(1);
  });
});

describe("a connection that is cut", () => {
  it("before the COMMIT arrives leaves nothing, and the next commit goes through", async () => {
    const { ledger, proxy } = await throughProxy();
    const commit = nextCommit(FEED, 0, { commandIds: ["delivery-1"], jobs: [aJob()] });
    const cut = proxy.next("commit\0", "cut-before");
    expect(await whyUnavailable(ledger.commit(commit))).toContain("is not there");
    await cut;
    expect(await recorded(ledger)).toEqual([]);
    await ledger.commit(commit);
    expect(await recorded(ledger)).toHaveLength(1);
  });

  it("before the answer to the COMMIT arrives loses nothing: the commit is found", async () => {
    const { ledger, proxy, clock } = await throughProxy();
    const cut = proxy.next("commit\0", "cut-answer");
    expect(await ledger.commit(nextCommit(FEED, 0, { jobs: [aJob()] }))).toBe(1);
    await cut;
    expect(await ledger.load(FEED)).toMatchObject({ version: 1 });
    const [claim] = await claimReviews(ledger, clock);
    if (claim === undefined) throw new Error("the job came with the commit");
    const again = proxy.next("commit\0", "cut-answer");
    await ledger.settle(claim, { kind: "done" }, null);
    await again;
    expect(await ledger.jobs(clock.now())).toMatchObject({ ready: 0, claimed: 0 });
  });

  it("for longer is unavailable, never a success; what was committed is then a duplicate", async () => {
    const { ledger, proxy } = await throughProxy();
    const commit = nextCommit(FEED, 0, { commandIds: ["delivery-1"] });
    const cut = proxy.next("commit\0", "cut-answer").then(() => proxy.refuse());
    expect(await whyUnavailable(ledger.commit(commit))).toContain(
      "cannot be asked whether it took effect",
    );
    await cut;
    expect(ledger.health()).toMatchObject({ ok: false });
    await whyUnavailable(ledger.load(FEED));
    proxy.accept();
    await expect(ledger.commit(commit)).rejects.toThrow(Duplicate);
    await works(ledger);
  });

  it("while nobody waits for it is replaced", async () => {
    const { ledger, url } = await throughProxy();
    await works(ledger);
    await endConnections(await url());
    await ledger.load(FEED).catch(() => {});
    await works(ledger);
  });
});

describe("a process that hangs while it writes", () => {
  it("does not hold up the other replicas: its transaction is ended, and nothing of it is there", async () => {
    const { ledger, proxy, replica } = await throughProxy({ idleTimeout: 200 });
    const other = await replica();
    const hung = proxy.next("for update", "hang-after");
    const lost = whyUnavailable(ledger.commit(nextCommit(FEED, 0)));
    await hung;
    await other.commit(nextCommit(PYMK, 0));
    await lost;
    expect((await recorded(other)).map(({ stream }) => stream)).toEqual([PYMK]);
  });
});

describe("a primary that has become read-only", () => {
  it("takes nothing and says so, until the writes go to a primary again", async () => {
    const ledgers = postgresLedgers(server);
    const ledger = await ledgers.open();
    await works(ledger);
    const becomePrimary = await onlyReading(await ledgers.url());
    await ledger.load(FEED).catch(() => {});
    const why = await whyUnavailable(ledger.commit(nextCommit(FEED, 0)));
    expect(why).toContain("point DATABASE_URL at the primary");
    expect(await whyUnavailable(claimReviews(ledger, ledgers.clock))).toBe(why);
    expect(ledger.health()).toEqual({ ok: false, why });
    expect(await ledger.load(PYMK)).toMatchObject({ version: 1 });
    expect(ledger.health()).toEqual({ ok: false, why });
    await becomePrimary();
    await works(ledger);
    expect(await ledger.load(FEED)).toMatchObject({ version: 0 });
  });
});

describe("a database that is too slow", () => {
  it("is unavailable after the statement timeout, and nothing is written later", async () => {
    const ledgers = postgresLedgers(server);
    const ledger = await ledgers.replica({ statementTimeout: 200 });
    const letGo = await holdingUpWriters(await ledgers.url());
    expect(await whyUnavailable(ledger.commit(nextCommit(FEED, 0)))).toContain("timeout");
    await letGo();
    await works(ledger);
    expect(await ledger.load(FEED)).toMatchObject({ version: 0 });
  });

  it("is unavailable when no connection comes free, and everybody is served afterwards", async () => {
    const ledgers = postgresLedgers(server);
    const ledger = await ledgers.replica({ connections: 1, connectTimeout: 200 });
    const letGo = await holdingUpWriters(await ledgers.url());
    const committed = ledger.commit(nextCommit(FEED, 0));
    await someoneWaits(await ledgers.url());
    await whyUnavailable(ledger.load(FEED));
    await letGo();
    await committed;
    await works(ledger);
  });
});

describe("a write that cannot be stored", () => {
  it("fails alone: those who share its transaction are written", async () => {
    const { open, clock } = postgresLedgers(server);
    const ledger = await open();
    const [stored, refused] = await Promise.allSettled([
      ledger.commit(nextCommit(FEED, 0, { jobs: [aJob({ key: "good" })] })),
      ledger.commit(aCommit({ jobs: [aJob({ key: "bad\0key" })] })),
    ]);
    expect([stored.status, refused.status]).toEqual(["fulfilled", "rejected"]);
    expect(keysOf(await claimReviews(ledger, clock))).toEqual(["good"]);
  });
});
