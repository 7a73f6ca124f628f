import { describe, expect, it } from "vitest";
import type { Claim, JobBody, Settlement } from "../../../src/core/job.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { aCommit, aJob, NOON } from "../../support/ledger-samples.ts";
import { claimOne, claimReviews, keysOf, LEASE, type LedgerSetUp } from "./set-up.ts";

/** A review of another component: a body that can be told from the sample's. */
const CHANGED: JobBody = { kind: "review", component: "svc-feed-next" };

export function describeJobOrder(setUp: LedgerSetUp): void {
  async function opened() {
    const store = setUp();
    return { ...store, ledger: await store.open() };
  }

  describe("a second job of the same key", () => {
    it("replaces one that waits, with its own body and its own time", async () => {
      const { ledger, clock, reopen } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", runAt: NOON + 99 })] }));
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
      expect(await ledger.jobs(NOON)).toMatchObject({ ready: 1, waiting: 0 });
      const claim = await claimOne(await reopen(), clock);
      expect(claim).toMatchObject({ key: "k", body: CHANGED, attempt: 1, due: NOON });
    });

    it("of the same commit replaces the first", async () => {
      const { ledger, clock } = await opened();
      const jobs = [aJob({ key: "k" }), aJob({ key: "k", body: CHANGED })];
      await ledger.commit(aCommit({ jobs }));
      expect(await claimOne(ledger, clock)).toMatchObject({ body: CHANGED });
    });

    it("keeps the tries of the one it replaces: they may have taken effect", async () => {
      const { ledger, clock, reopen } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      const claim = await claimOne(ledger, clock);
      await ledger.settle(claim, { kind: "retry", at: NOON + 99, error: "503" }, null);
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
      expect(await claimOne(await reopen(), clock)).toMatchObject({ body: CHANGED, attempt: 2 });
    });

    it("runs after one that is claimed, and not before", async () => {
      const { ledger, clock } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      const claim = await claimOne(ledger, clock);
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await ledger.settle(claim, { kind: "done" }, null);
      expect(await claimOne(ledger, clock)).toMatchObject({ body: CHANGED, attempt: 1 });
    });

    it("replaces, as a third, one whose claim a restart has ended and the one behind it", async () => {
      const { ledger, clock, reopen } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      await claimOne(ledger, clock);
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      const again = await reopen();
      await again.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
      const claim = await claimOne(again, clock);
      expect(claim).toMatchObject({ body: CHANGED, attempt: 2 });
      await again.settle(claim, { kind: "done" }, null);
      expect(await claimReviews(again, clock)).toEqual([]);
    });

    it("that runs after a claimed one is itself replaced by a third", async () => {
      const { ledger, clock } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      const claim = await claimOne(ledger, clock);
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", runAt: NOON + 99 })] }));
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
      await ledger.settle(claim, { kind: "done" }, null);
      expect(await claimReviews(ledger, clock)).toMatchObject([{ body: CHANGED, due: NOON }]);
      expect(await ledger.jobs(NOON)).toMatchObject({ ready: 0, waiting: 0, claimed: 1 });
    });

    it("survives, together with the claimed one, a restart", async () => {
      const { ledger, clock, reopen } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      await claimOne(ledger, clock);
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
      const after = await reopen();
      const again = await claimOne(after, clock);
      expect(again).toMatchObject({ body: aJob().body, attempt: 2 });
      await after.settle(again, { kind: "done" }, null);
      expect(await claimOne(after, clock)).toMatchObject({ body: CHANGED, attempt: 1 });
    });

    it("that the result of the claimed one brings along takes its place", async () => {
      const { ledger, clock } = await opened();
      await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
      const claim = await claimOne(ledger, clock);
      const jobs = [aJob({ key: "k", body: CHANGED })];
      await ledger.settle(claim, { kind: "done" }, aCommit({ jobs }));
      expect(await claimOne(ledger, clock)).toMatchObject({ body: CHANGED, attempt: 1 });
    });

    const endings: readonly {
      readonly settlement: Settlement;
      readonly attempt: number;
    }[] = [
      { settlement: { kind: "retry", at: NOON + 99, error: "503" }, attempt: 2 },
      { settlement: { kind: "later", at: NOON + 99 }, attempt: 1 },
      { settlement: { kind: "dead", error: "gone" }, attempt: 1 },
    ];
    for (const { settlement, attempt } of endings) {
      it(`takes over, as try ${attempt}, when the claimed one ends as ${settlement.kind}`, async () => {
        const { ledger, clock, reopen } = await opened();
        await ledger.commit(aCommit({ jobs: [aJob({ key: "k" })] }));
        const claim = await claimOne(ledger, clock);
        await ledger.commit(aCommit({ jobs: [aJob({ key: "k", body: CHANGED })] }));
        await ledger.settle(claim, settlement, null);
        expect(await claimOne(await reopen(), clock)).toMatchObject({ body: CHANGED, attempt });
      });
    }
  });

  describe("jobs of one lane", () => {
    /** Three jobs of one lane, the first of them claimed. */
    async function inOneLane(): Promise<{
      readonly ledger: Ledger;
      readonly first: Claim;
      readonly clock: ReturnType<LedgerSetUp>["clock"];
      readonly reopen: () => Promise<Ledger>;
    }> {
      const { ledger, clock, reopen } = await opened();
      for (const key of ["first", "second", "third"]) {
        await ledger.commit(aCommit({ jobs: [aJob({ key, lane: "slack:1" })] }));
      }
      return { ledger, clock, reopen, first: await claimOne(ledger, clock) };
    }

    it("run one after the other, in the order of their commits", async () => {
      const { ledger, clock, first } = await inOneLane();
      const order = [first.key];
      for (let claim = first; order.length < 3; order.push(claim.key)) {
        expect(await claimReviews(ledger, clock)).toEqual([]);
        await ledger.settle(claim, { kind: "done" }, null);
        claim = await claimOne(ledger, clock);
      }
      expect(order).toEqual(["first", "second", "third"]);
    });

    it("wait for an earlier one that is to be tried again", async () => {
      const { ledger, clock, first } = await inOneLane();
      await ledger.settle(first, { kind: "retry", at: NOON + 10, error: "503" }, null);
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await clock.advance(10);
      expect(await claimOne(ledger, clock)).toMatchObject({ key: "first" });
    });

    it("wait for an earlier one that is not yet due", async () => {
      const { ledger, clock } = await opened();
      const later = aJob({ key: "later", lane: "l", runAt: NOON + 10 });
      await ledger.commit(aCommit({ jobs: [later, aJob({ key: "now", lane: "l" })] }));
      expect(await claimReviews(ledger, clock)).toEqual([]);
      await clock.advance(10);
      expect(await claimOne(ledger, clock)).toMatchObject({ key: "later" });
    });

    it("wait for an earlier one whose lease has ended", async () => {
      const { ledger, clock } = await inOneLane();
      await clock.advance(LEASE);
      expect(await claimOne(ledger, clock)).toMatchObject({ key: "first", attempt: 2 });
    });

    it("do not wait for an earlier one that is dead", async () => {
      const { ledger, clock, first } = await inOneLane();
      await ledger.settle(first, { kind: "dead", error: "gone" }, null);
      expect(await claimOne(ledger, clock)).toMatchObject({ key: "second" });
    });

    it("keep their place when they are replaced while they wait", async () => {
      const { ledger, clock, first } = await inOneLane();
      await ledger.commit(
        aCommit({ jobs: [aJob({ key: "second", lane: "slack:1", body: CHANGED })] }),
      );
      await ledger.settle(first, { kind: "done" }, null);
      expect(await claimOne(ledger, clock)).toMatchObject({ key: "second", body: CHANGED });
    });

    it("wait their turn again when they come after themselves", async () => {
      const { ledger, clock, first } = await inOneLane();
      const again = aJob({ key: "first", lane: "slack:1", body: CHANGED });
      await ledger.commit(aCommit({ jobs: [again] }));
      await ledger.settle(first, { kind: "done" }, null);
      expect(await claimOne(ledger, clock)).toMatchObject({ key: "second" });
    });

    it("keep their order over a restart", async () => {
      const { clock, reopen } = await inOneLane();
      const after = await reopen();
      const claim = await claimOne(after, clock);
      expect(claim).toMatchObject({ key: "first", attempt: 2 });
      await after.settle(claim, { kind: "done" }, null);
      expect(await claimOne(after, clock)).toMatchObject({ key: "second" });
    });

    it("of different lanes, and of none, do not wait for each other", async () => {
      const { ledger, clock } = await opened();
      const jobs = [
        aJob({ key: "a", lane: "1" }),
        aJob({ key: "b", lane: "2" }),
        aJob({ key: "c" }),
        aJob({ key: "d" }),
        aJob({ key: "e", lane: "1" }),
      ];
      await ledger.commit(aCommit({ jobs }));
      expect(keysOf(await claimReviews(ledger, clock))).toEqual(["a", "b", "c", "d"]);
    });
  });
}
