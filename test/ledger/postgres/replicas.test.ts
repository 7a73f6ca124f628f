import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { Conflict, Duplicate, Fenced } from "../../../src/ledger/ledger.ts";
import { claimOne, claimReviews, keysOf, LEASE, recorded } from "../../contracts/ledger/set-up.ts";
import { aCommit, aJob, FEED, NOON, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { postgresServer } from "../../support/postgres-server.ts";

const server = postgresServer();

async function twoReplicas() {
  const ledgers = postgresLedgers(server);
  return { ...ledgers, one: await ledgers.replica(), other: await ledgers.replica() };
}

describe("two replicas on one database", () => {
  it("see what the other has committed, and refuse what it has overtaken", async () => {
    const { one, other } = await twoReplicas();
    await one.commit(nextCommit(FEED, 0, { commandIds: ["delivery-1"] }));
    expect(await other.load(FEED)).toEqual(await one.load(FEED));
    await expect(other.commit(nextCommit(FEED, 0))).rejects.toThrow(Conflict);
    await expect(other.commit(nextCommit(PYMK, 0, { commandIds: ["delivery-1"] }))).rejects.toThrow(
      Duplicate,
    );
  });

  it("record a command once that comes to both at the same moment", async () => {
    const { one, other } = await twoReplicas();
    const commandIds = ["delivery-1"];
    const both = await Promise.allSettled([
      one.commit(nextCommit(FEED, 0, { commandIds })),
      other.commit(nextCommit(PYMK, 0, { commandIds })),
    ]);
    expect(both.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toEqual([
      expect.any(Duplicate),
    ]);
    expect(await recorded(one)).toHaveLength(1);
  });

  it("never claim the same job, and never two of one lane", async () => {
    const { one, other, clock } = await twoReplicas();
    const jobs = Array.from({ length: 40 }, (_, n) =>
      aJob({ key: `job-${n}`, lane: n % 2 === 0 ? null : `lane-${n % 8}` }),
    );
    await one.commit(aCommit({ jobs }));
    const rounds = await Promise.all(
      [one, other, one, other].map((ledger) => claimReviews(ledger, clock, 10)),
    );
    const keys = rounds.flatMap(keysOf);
    expect(keys).toHaveLength(new Set(keys).size);
    const odd = keys.filter((key) => Number(key.slice(4)) % 2 === 1);
    const lanes = odd.map((key) => Number(key.slice(4)) % 8);
    expect(lanes).toHaveLength(new Set(lanes).size);
    await claimReviews(other, clock, 100);
    // The twenty without a lane, and the first of each of four lanes.
    expect(await one.jobs(NOON)).toMatchObject({ claimed: 24 });
  });

  it("take over a job when its lease has ended, and fence who held it", async () => {
    const { one, other, clock } = await twoReplicas();
    await one.commit(aCommit({ jobs: [aJob()] }));
    const lost = await claimOne(one, clock);
    expect(await claimReviews(other, clock)).toEqual([]);
    await clock.advance(LEASE);
    const held = await claimOne(other, clock);
    expect(held).toMatchObject({ key: lost.key, attempt: 2 });
    expect(await one.extend(lost, LEASE)).toBe(false);
    await expect(one.settle(lost, { kind: "done" }, nextCommit(FEED, 0))).rejects.toThrow(Fenced);
    expect(await one.load(FEED)).toMatchObject({ version: 0 });
    await other.settle(held, { kind: "done" }, nextCommit(FEED, 0));
    expect(await one.load(FEED)).toMatchObject({ version: 1 });
  });

  it("give back their own claims when they close, and not those of the other", async () => {
    const { one, other, clock } = await twoReplicas();
    await one.commit(aCommit({ jobs: [aJob({ key: "a" }), aJob({ key: "b" })] }));
    const [a] = await claimReviews(one, clock, 1);
    const [b] = await claimReviews(other, clock, 1);
    await one.close();
    expect(keysOf(await claimReviews(other, clock))).toEqual([a?.key]);
    if (b !== undefined) await other.settle(b, { kind: "done" }, null);
    expect(b?.key).toBe("b");
  });

  it("give out positions in the order of commits, and one whole chain", async () => {
    const { one, other, replica } = await twoReplicas();
    const writers = [one, other, await replica()].map(async (ledger, writer) => {
      for (let version = 0; version < 30; version += 1) {
        await ledger.commit(nextCommit(`component/svc-${writer}`, version));
      }
    });
    let seen = 0;
    let writing = true;
    const done = Promise.all(writers).then(() => {
      writing = false;
    });
    while (writing) {
      const positions = (await recorded(other)).map(({ position }) => position);
      // What was read before is there again, and nothing has come in between.
      expect(positions).toEqual(Array.from(positions, (_, index) => index + 1));
      expect(positions.length).toBeGreaterThanOrEqual(seen);
      seen = positions.length;
    }
    await done;
    expect(await verifyLedger(one)).toEqual({ kind: "whole", events: 90, streams: 3 });
  });

  it("hear from the other that there may be work", async () => {
    const { one, other, clock } = await twoReplicas();
    let hints = 0;
    let heard = () => {};
    const hint = new Promise<void>((resolve) => {
      heard = resolve;
    });
    // The first hint may be that it has begun to listen.
    other.onWork(() => {
      hints += 1;
      if (hints === 2) heard();
    });
    let waiting = true;
    const stop = hint.then(() => {
      waiting = false;
    });
    for (let n = 0; waiting; n += 1) {
      await one.commit(aCommit({ jobs: [aJob({ key: `job-${n}` })] }));
      await clock.advance(10);
    }
    await stop;
  });
});
