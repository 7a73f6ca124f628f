import { describe, expect, it } from "vitest";
import type { Claim, JobBody, Settlement } from "../../../src/core/job.ts";
import { Conflict, Duplicate, Fenced, KEPT_DEAD } from "../../../src/ledger/ledger.ts";
import { aCommit, aJob, FEED, NOON, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { claimOne, claimReviews, keysOf, LEASE, type LedgerSetUp, recorded } from "./set-up.ts";

const DONE: Settlement = { kind: "done" };

export function describeSettlements(setUp: LedgerSetUp): void {
  /** A ledger in which one job is claimed. */
  async function claimed() {
    const store = setUp();
    const ledger = await store.open();
    await ledger.commit(aCommit({ jobs: [aJob()] }));
    return { ...store, ledger, claim: await claimOne(ledger, store.clock) };
  }

  describe("settling a claim", () => {
    it("as done ends the job, also after a restart", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      await ledger.settle(claim, DONE, null);
      await clock.advance(LEASE);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      expect(await claimReviews(await reopen(), clock)).toEqual([]);
    });

    it("as a retry lets it run again then, as the next try, first due when it was", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      await ledger.settle(claim, { kind: "retry", at: NOON + 10, error: "503" }, null);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await clock.advance(10);
      expect(await claimOne(await reopen(), clock)).toMatchObject({ attempt: 2, due: NOON });
    });

    it("as later lets it run again then, as the first try of a new time", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      await ledger.settle(claim, { kind: "later", at: NOON + 10 }, null);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await clock.advance(10);
      expect(await claimOne(await reopen(), clock)).toMatchObject({ attempt: 1, due: NOON + 10 });
    });

    it("as later can leave something to the next run", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      const body = { kind: "review", component: "svc-feed", note: ["kept"] } as JobBody;
      await ledger.settle(claim, { kind: "later", at: NOON + 10, body }, null);
      expect(await ledger.pendingJob(FEED, claim.key)).toEqual(body);
      await clock.advance(10);
      const next = await claimOne(await reopen(), clock);
      expect(next).toMatchObject({ body, attempt: 1 });
    });

    it("as later gives way to a job of its key that came meanwhile", async () => {
      const { ledger, claim, clock } = await claimed();
      await ledger.commit(nextCommit(FEED, 0, { jobs: [aJob({ runAt: NOON + 5 })] }));
      const body = { kind: "review", component: "svc-feed", note: ["kept"] } as JobBody;
      await ledger.settle(claim, { kind: "later", at: NOON + 10, body }, null);
      await clock.advance(5);
      expect(await claimOne(ledger, clock)).toMatchObject({ body: aJob().body });
    });

    it("as dead buries it, to be looked at and never run again", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      await clock.advance(5);
      await ledger.settle(claim, { kind: "dead", error: "the channel is gone" }, null);
      const buried = {
        key: "review:svc-feed",
        kind: "review",
        stream: FEED,
        attempts: 1,
        error: "the channel is gone",
        at: NOON + 5,
      };
      expect(await ledger.deadJobs()).toEqual([buried]);
      await clock.advance(LEASE);
      const after = await reopen();
      expect(await after.deadJobs()).toEqual([buried]);
      expect(await claimReviews(after, clock)).toEqual([]);
    });

    it("keeps its commit and its end together", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      const commit = nextCommit(FEED, 0, {
        jobs: [aJob({ key: "next" })],
        commandIds: ["job-result-1"],
      });
      await ledger.settle(claim, DONE, commit);
      const after = await reopen();
      expect(await after.load(FEED)).toMatchObject({ version: 1 });
      expect(keysOf(await claimReviews(after, clock))).toEqual(["next"]);
      await expect(after.commit(commit)).rejects.toThrow(Duplicate);
    });
  });

  describe("a job that has not ended", () => {
    it("can be looked at, claimed or not, and by who knows its stream", async () => {
      const { ledger, claim } = await claimed();
      const { body } = aJob();
      expect(await ledger.pendingJob(FEED, claim.key)).toEqual(body);
      expect(await ledger.pendingJob(PYMK, claim.key)).toBe(null);
      expect(await ledger.pendingJob(FEED, "another")).toBe(null);
      expect(await ledger.pendingJob(FEED, "toString")).toBe(null);
      await ledger.settle(claim, DONE, null);
      expect(await ledger.pendingJob(FEED, claim.key)).toBe(null);
    });
  });

  describe("settling a claim that somebody else has taken over", () => {
    it("is refused, and its result is dropped", async () => {
      const { ledger, claim, clock, reopen } = await claimed();
      await clock.advance(LEASE);
      const successor = await claimOne(ledger, clock);
      const result = nextCommit(FEED, 0, { jobs: [aJob({ key: "next" })], commandIds: ["once"] });
      await expect(ledger.settle(claim, DONE, result)).rejects.toThrow(Fenced);
      expect(await recorded(ledger)).toEqual([]);
      await ledger.settle(successor, DONE, result);
      expect(await (await reopen()).load(FEED)).toMatchObject({ version: 1 });
    });

    it("is refused before it is asked whether its commit is a duplicate or has moved", async () => {
      const { ledger, claim } = await claimed();
      const result = nextCommit(FEED, 0, { commandIds: ["once"] });
      await ledger.settle(claim, DONE, result);
      await expect(ledger.settle(claim, DONE, result)).rejects.toThrow(Fenced);
    });

    it("is refused after a restart, by which the claim was lost", async () => {
      const { claim, reopen } = await claimed();
      await expect((await reopen()).settle(claim, DONE, null)).rejects.toThrow(Fenced);
    });

    it("lets one of two win who settle the same claim at once", async () => {
      const { ledger, claim } = await claimed();
      const both = await Promise.allSettled([
        ledger.settle(claim, DONE, nextCommit(FEED, 0)),
        ledger.settle(claim, DONE, nextCommit(PYMK, 0)),
      ]);
      expect(both.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toEqual([
        expect.any(Fenced),
      ]);
      expect(await recorded(ledger)).toHaveLength(1);
    });

    it("is allowed where the lease has ended and nobody was interested", async () => {
      const { ledger, claim, clock } = await claimed();
      await clock.advance(2 * LEASE);
      await ledger.settle(claim, DONE, null);
      expect(await claimReviews(ledger, clock)).toEqual([]);
    });
  });

  describe("settling with a commit that is refused", () => {
    const refused: readonly (readonly [string, (claim: Claim) => Parameters<typeof nextCommit>])[] =
      [
        ["a conflict", () => [FEED, 7]],
        ["a duplicate", () => [FEED, 1, { commandIds: ["known"] }]],
      ];
    for (const [why, commit] of refused) {
      it(`leaves the job claimed after ${why}`, async () => {
        const { ledger, claim, clock } = await claimed();
        await ledger.commit(nextCommit(FEED, 0, { commandIds: ["known"] }));
        const result = nextCommit(...commit(claim));
        await expect(ledger.settle(claim, DONE, result)).rejects.toThrow(
          why === "a conflict" ? Conflict : Duplicate,
        );
        expect(await ledger.jobs(clock.now())).toMatchObject({ ready: 0, claimed: 1 });
        await ledger.settle(claim, DONE, nextCommit(FEED, 1));
        expect(await ledger.load(FEED)).toMatchObject({ version: 2 });
      });
    }
  });

  describe("dead jobs", () => {
    it(`are kept in the order of their burial, the last ${KEPT_DEAD} of each stream`, async () => {
      const store = setUp();
      const ledger = await store.open();
      const keys = Array.from({ length: KEPT_DEAD + 3 }, (_, n) => `job-${n}`);
      await ledger.commit(aCommit({ jobs: keys.map((key) => aJob({ key })) }));
      await ledger.commit(aCommit({ jobs: [aJob({ key: "other", component: "model-pymk" })] }));
      const claims = await claimReviews(ledger, store.clock, KEPT_DEAD + 4);
      for (const claim of claims) {
        await store.clock.advance(1);
        await ledger.settle(claim, { kind: "dead", error: "no" }, null);
      }
      const kept = [...keys.slice(3), "other"];
      expect((await ledger.deadJobs()).map(({ key }) => key)).toEqual(kept);
      const after = await store.reopen();
      expect((await after.deadJobs()).map(({ key }) => key)).toEqual(kept);
      expect(await after.jobs(NOON)).toMatchObject({ dead: KEPT_DEAD + 1 });
    });

    it("leave their key free, and stand there once when it is buried again", async () => {
      const { ledger, claim, clock } = await claimed();
      await ledger.settle(claim, { kind: "dead", error: "first" }, null);
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      const again = await claimOne(ledger, clock);
      expect(again.attempt).toBe(1);
      await ledger.settle(again, { kind: "dead", error: "second" }, null);
      expect((await ledger.deadJobs()).map(({ error }) => error)).toEqual(["second"]);
    });
  });
}
