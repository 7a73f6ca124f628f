import { describe, expect, it } from "vitest";
import { aCommit, aJob, FEED, NOON, nextCommit } from "../../support/ledger-samples.ts";
import { claimOne, claimReviews, keysOf, LEASE, type LedgerSetUp } from "./set-up.ts";

export function describeClaims(setUp: LedgerSetUp): void {
  describe("claiming", () => {
    it("gives a due job with its body, its first try, and when it was due", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(nextCommit(FEED, 0, { jobs: [aJob({ runAt: NOON - 5 })] }));
      expect(await claimReviews(ledger, clock)).toEqual([
        {
          token: expect.any(String),
          key: "review:svc-feed",
          body: { kind: "review", component: "svc-feed" },
          attempt: 1,
          due: NOON - 5,
        },
      ]);
    });

    it("gives no job before it is due, of another kind, or of a commit that was refused", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob({ runAt: NOON + 1 })] }));
      await ledger.commit(nextCommit(FEED, 1, { jobs: [aJob({ key: "no" })] })).catch(() => {});
      expect(await claimReviews(ledger, clock)).toEqual([]);
      expect(await ledger.claim(["watch"], 1, LEASE, NOON + 1)).toEqual([]);
      expect(keysOf(await ledger.claim(["watch", "review"], 1, LEASE, NOON + 1))).toEqual([
        "review:svc-feed",
      ]);
    });

    it("gives at most as many as asked for, those due longest first", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      const jobs = [3, 1, 5, 2, 4].map((n) => aJob({ key: `job-${n}`, runAt: NOON - 10 + n }));
      await ledger.commit(aCommit({ jobs }));
      expect(keysOf(await claimReviews(ledger, clock, 2))).toEqual(["job-1", "job-2"]);
      expect(keysOf(await claimReviews(ledger, clock, 0))).toEqual([]);
      expect(keysOf(await claimReviews(ledger, clock))).toEqual(["job-3", "job-4", "job-5"]);
    });

    it("gives jobs of the same instant in the order of their commits", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      for (const key of ["b", "a", "c"]) await ledger.commit(aCommit({ jobs: [aJob({ key })] }));
      expect(keysOf(await claimReviews(ledger, clock))).toEqual(["b", "a", "c"]);
    });

    it("gives each of those who ask at once what they ask for", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      const reviews = ["a", "b", "c"].map((key) => aJob({ key }));
      const expiry = { kind: "expire", component: "svc-feed", promotion: "p" } as const;
      await ledger.commit(aCommit({ jobs: [...reviews, aJob({ key: "d", body: expiry })] }));
      const now = clock.now();
      const claimed = await Promise.all([
        ledger.claim(["watch"], 9, LEASE, now),
        ledger.claim(["expire", "digest"], 9, LEASE, now),
        ledger.claim(["review"], 2, LEASE, now),
      ]);
      expect(claimed.map(keysOf)).toEqual([[], ["d"], ["a", "b"]]);
    });

    it("never gives a job that somebody holds, also not to two who ask at once", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "a" }), aJob({ key: "b" })] }));
      const both = await Promise.all([
        claimReviews(ledger, clock, 1),
        claimReviews(ledger, clock, 2),
      ]);
      expect(both.flatMap(keysOf).sort()).toEqual(["a", "b"]);
      expect(await claimReviews(ledger, clock)).toEqual([]);
    });
  });

  describe("a lease", () => {
    it("that has ended lets the job be claimed again, as another try, under a new token", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      const first = await claimOne(ledger, clock);
      await clock.advance(LEASE - 1);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await clock.advance(1);
      const second = await claimOne(ledger, clock);
      expect(second).toEqual({ ...first, token: second.token, attempt: 2 });
      expect(second.token).not.toBe(first.token);
    });

    it("is renewed from the moment of asking", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      const claim = await claimOne(ledger, clock);
      await clock.advance(LEASE - 1);
      expect(await ledger.extend(claim, LEASE)).toBe(true);
      await clock.advance(LEASE - 1);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await clock.advance(1);
      expect(await claimReviews(ledger, clock)).toHaveLength(1);
    });

    it("that has ended may be renewed while nobody else has the job", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      const claim = await claimOne(ledger, clock);
      await clock.advance(2 * LEASE);
      expect(await ledger.extend(claim, LEASE)).toBe(true);
      expect(await claimReviews(ledger, clock)).toEqual([]);
    });

    it("cannot be renewed by who lost the job, or by who has settled it", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      const lost = await claimOne(ledger, clock);
      await clock.advance(LEASE);
      const held = await claimOne(ledger, clock);
      expect(await ledger.extend(lost, LEASE)).toBe(false);
      await ledger.settle(held, { kind: "done" }, null);
      expect(await ledger.extend(held, LEASE)).toBe(false);
    });

    it("is neither ended nor prolonged by a jump of the wall clock", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      await claimOne(ledger, clock);
      clock.jump(24 * 3_600_000);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      clock.jump(-23 * 3_600_000);
      await clock.advance(LEASE);
      expect(await claimReviews(ledger, clock)).toHaveLength(1);
    });
  });

  describe("a restart", () => {
    it("frees what was claimed, and the try that was never settled counts", async () => {
      const store = setUp();
      const ledger = await store.open();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "a" }), aJob({ key: "b" })] }));
      const [first] = await claimReviews(ledger, store.clock, 1);
      const after = await store.reopen();
      const claims = await claimReviews(after, store.clock);
      expect(claims.map(({ key, attempt }) => [key, attempt])).toEqual([
        ["a", 2],
        ["b", 1],
      ]);
      expect(claims[0]?.token).not.toBe(first?.token);
    });

    it("keeps the jobs, when they are due, and their order", async () => {
      const store = setUp();
      const ledger = await store.open();
      const jobs = ["c", "a", "b"].map((key, n) => aJob({ key, lane: "lane", runAt: NOON + n }));
      await ledger.commit(aCommit({ jobs }));
      const after = await store.reopen();
      expect(await claimReviews(after, store.clock)).toMatchObject([{ key: "c", due: NOON }]);
      expect(await after.jobs(NOON)).toEqual({
        ready: 0,
        waiting: 2,
        claimed: 1,
        dead: 0,
        oldestReady: null,
      });
    });
  });

  describe("a hint that there may be work", () => {
    it("comes after a commit that brought a job, until it is stopped", async () => {
      const { open } = setUp();
      const ledger = await open();
      let hints = 0;
      let stop = () => {};
      const hinted = new Promise<void>((resolve) => {
        stop = ledger.onWork(() => {
          hints += 1;
          resolve();
        });
      });
      await ledger.commit(aCommit({ jobs: [aJob()] }));
      await hinted;
      stop();
      const before = hints;
      await ledger.commit(aCommit({ jobs: [aJob({ key: "other" })] }));
      expect(hints).toBe(before);
    });

    it("is not needed: who asks gets the job", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      await ledger.commit(aCommit({ jobs: [aJob({ runAt: NOON + 10 })] }));
      await clock.advance(10);
      expect(await claimReviews(ledger, clock)).toHaveLength(1);
    });
  });

  describe("counting jobs", () => {
    it("tells ready, waiting, claimed and dead ones apart, and how old the oldest ready one is", async () => {
      const { open, clock } = setUp();
      const ledger = await open();
      const at = (key: string, runAt: number) => aJob({ key, runAt });
      await ledger.commit(aCommit({ jobs: [at("a", NOON - 9), at("b", NOON - 8)] }));
      const [a, b] = await claimReviews(ledger, clock);
      if (a === undefined || b === undefined) throw new Error("both are due");
      await ledger.settle(a, { kind: "dead", error: "the channel is gone" }, null);
      await ledger.commit(aCommit({ jobs: [at("c", NOON - 7), at("d", NOON), at("e", NOON + 1)] }));
      const counts = { ready: 2, waiting: 1, claimed: 1, dead: 1, oldestReady: NOON - 7 };
      expect(await ledger.jobs(NOON)).toEqual(counts);
      await clock.advance(LEASE);
      expect(await ledger.jobs(NOON)).toEqual({
        ...counts,
        ready: 3,
        claimed: 0,
        oldestReady: NOON - 8,
      });
    });
  });
}
