import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { GLOBAL_STREAM, type Ledger, Unavailable } from "../../../src/ledger/ledger.ts";
import { SCHEMA } from "../../../src/ledger/schema.ts";
import { claimOne, claimReviews, keysOf, recorded } from "../../contracts/ledger/set-up.ts";
import { aCommit, aJob, aWrite, FEED, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";

const server = postgresServer();

const NEXT = SCHEMA + 1;
const FEED_REVIEW = aJob({ key: "feed", component: "svc-feed" });
const PYMK_REVIEW = aJob({ key: "pymk", component: "model-pymk" });

/** Version N and version N+1 of the program on one database. */
async function bothVersions() {
  const ledgers = postgresLedgers(server);
  const older = await ledgers.replica();
  const newer = await ledgers.replica({ schema: NEXT });
  return { ...ledgers, older, newer };
}

function why(what: string): string {
  return `${what} was written by a newer version of Slipway (schema ${NEXT}, and this one knows ${SCHEMA})`;
}

async function refuses(call: Promise<unknown>, what: string): Promise<void> {
  await expect(call).rejects.toThrow(Unavailable);
  await expect(call).rejects.toThrow(why(what));
}

async function outdated(ledger: Ledger, what: string): Promise<void> {
  expect(ledger.health()).toEqual({ ok: false, why: expect.stringContaining(why(what)) });
}

describe("while version N and version N+1 both run", () => {
  it("both write, each what the other has not touched", async () => {
    const { older, newer } = await bothVersions();
    await older.commit(nextCommit(FEED, 0));
    await newer.commit(nextCommit(PYMK, 0));
    await older.commit(nextCommit(FEED, 1));
    expect(await older.load(FEED)).toMatchObject({ version: 2 });
    expect(await verifyLedger(newer)).toEqual({ kind: "whole", events: 3, streams: 2 });
  });

  it("the newer one goes on with what the older one has written, and events say who wrote them", async () => {
    const { older, newer } = await bothVersions();
    await older.commit(nextCommit(FEED, 0));
    await newer.commit(nextCommit(FEED, 1));
    expect((await recorded(newer)).map(({ version, schema }) => [version, schema])).toEqual([
      [1, undefined],
      [2, NEXT],
    ]);
    expect(newer.health()).toEqual({ ok: true });
  });

  it("who changes that is found by the audit", async () => {
    const { newer, url } = await bothVersions();
    await newer.commit(nextCommit(FEED, 0));
    await onDatabase(await url(), "update slipway.events set schema = 1");
    expect(await verifyLedger(newer)).toMatchObject({ kind: "broken", at: { fault: "changed" } });
  });

  it("the older one neither reads nor writes a stream of the newer one, and says so", async () => {
    const { older, newer } = await bothVersions();
    await newer.commit(nextCommit(FEED, 0));
    const before = await newer.load(FEED);
    await refuses(older.load(FEED), FEED);
    await outdated(older, FEED);
    await refuses(older.commit(nextCommit(FEED, 1)), FEED);
    await refuses(
      older.commit(nextCommit(PYMK, 0, { expect: [{ stream: FEED, version: 1 }] })),
      FEED,
    );
    expect(await newer.load(FEED)).toEqual(before);
    expect(await newer.load(PYMK)).toMatchObject({ version: 0 });
  });

  it("the older one says so as soon as it writes anything at all", async () => {
    const { older, newer } = await bothVersions();
    await newer.commit(nextCommit(FEED, 0));
    expect(older.health()).toEqual({ ok: true });
    await older.commit(nextCommit(PYMK, 0));
    await outdated(older, "a part of the ledger");
  });

  it("the older one names the part once it meets it, though it knew before that there is one", async () => {
    const { older, newer } = await bothVersions();
    await newer.commit(nextCommit(FEED, 0));
    await older.commit(nextCommit(PYMK, 0));
    await refuses(older.commit(nextCommit(FEED, 1)), FEED);
    await outdated(older, FEED);
  });

  it("what shares a transaction with a refused write is written", async () => {
    const { older, newer } = await bothVersions();
    await newer.commit(nextCommit(FEED, 0));
    const [refused, written] = await Promise.allSettled([
      older.commit(nextCommit(FEED, 1)),
      older.commit(nextCommit(PYMK, 0)),
    ]);
    expect([refused.status, written.status]).toEqual(["rejected", "fulfilled"]);
    expect(await older.load(PYMK)).toMatchObject({ version: 1 });
  });

  it("the older one claims no job of the newer one, and none about what that one has written", async () => {
    const { older, newer, clock } = await bothVersions();
    await older.commit(aCommit({ jobs: [FEED_REVIEW, PYMK_REVIEW] }));
    await newer.commit(nextCommit(FEED, 0, { jobs: [aJob({ key: "new", component: "svc-new" })] }));
    expect(keysOf(await claimReviews(older, clock))).toEqual(["pymk"]);
    expect(keysOf(await claimReviews(newer, clock))).toEqual(["feed", "new"]);
  });

  it("a freeze of the newer one stops every decision of the older one", async () => {
    const { older, newer } = await bothVersions();
    const freeze = aWrite({ stream: GLOBAL_STREAM });
    await newer.commit(aCommit({ writes: [freeze] }));
    await refuses(older.load(GLOBAL_STREAM), GLOBAL_STREAM);
  });

  it("a job that the newer one has replaced, or waits to replace, is left to it", async () => {
    const { older, newer, clock } = await bothVersions();
    await older.commit(aCommit({ jobs: [FEED_REVIEW, PYMK_REVIEW] }));
    const held = await claimReviews(older, clock, 1);
    await newer.commit(aCommit({ jobs: [FEED_REVIEW, PYMK_REVIEW] }));
    await refuses(older.commit(aCommit({ jobs: [PYMK_REVIEW] })), "the job pymk");
    const [claim] = held;
    if (claim === undefined) throw new Error("one was claimed");
    await refuses(older.settle(claim, { kind: "done" }, null), "the job feed");
    await older.close();
    // Nothing is lost: the newer one has both, and the one that was being run counts that try.
    const claims = await claimReviews(newer, clock);
    expect(claims.map(({ key, attempt }) => [key, attempt])).toEqual([
      ["feed", 2],
      ["pymk", 1],
    ]);
  });

  it("an older one does not start any more once the newer one has written", async () => {
    const { newer, replica, clock } = await bothVersions();
    await newer.commit(aCommit({ jobs: [FEED_REVIEW] }));
    await expect(replica()).rejects.toThrow(`DATABASE_URL: ${why("a part of the ledger")}`);
    expect(await claimOne(newer, clock)).toMatchObject({ key: "feed" });
  });
});
