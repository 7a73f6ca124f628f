import { describe, expect, it } from "vitest";
import { emptyComponent, emptyGlobal } from "../../../src/core/component.ts";
import {
  Conflict,
  Duplicate,
  GENESIS,
  GLOBAL_STREAM,
  type Ledger,
  Unavailable,
} from "../../../src/ledger/ledger.ts";
import {
  aCommit,
  aJob,
  aRelease,
  aWrite,
  DANA,
  FEED,
  NOON,
  nextCommit,
  PYMK,
  superseded,
} from "../../support/ledger-samples.ts";
import { type LedgerSetUp, recorded } from "./set-up.ts";

export function describeCommits(setUp: LedgerSetUp): void {
  describe("a commit", () => {
    it("is what a later load gives back, also after a restart", async () => {
      const store = setUp();
      const ledger = await store.open();
      await ledger.commit(nextCommit(FEED, 0));
      const loaded = await ledger.load(FEED);
      expect(loaded).toEqual({
        state: { ...emptyComponent("svc-feed"), sequence: 1 },
        version: 1,
        head: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(await (await store.reopen()).load(FEED)).toEqual(loaded);
    });

    it("cannot be changed by who loads it, or by who committed it", async () => {
      const ledger = await setUp().open();
      const state = { ...emptyComponent("svc-feed"), holds: [] as unknown[] };
      await ledger.commit(aCommit({ writes: [aWrite({ state: state as never })] }));
      unlessFrozen(() => state.holds.push("after the fact"));
      const loaded = await ledger.load(FEED);
      expect(loaded.state).toEqual(emptyComponent("svc-feed"));
      unlessFrozen(() => Object.assign(loaded.state ?? {}, { sequence: 9 }));
      expect((await ledger.load(FEED)).state).toEqual(emptyComponent("svc-feed"));
    });

    it("of nothing leaves a stream that was never written", async () => {
      const ledger = await setUp().open();
      expect(await ledger.commit(aCommit())).toBe(0);
      expect(await ledger.load(FEED)).toEqual({ state: null, version: 0, head: GENESIS });
      expect(await ledger.versions()).toEqual(new Map());
    });

    it("resolves to the position of the last event in the ledger", async () => {
      const ledger = await setUp().open();
      const events = [superseded("1.0.0"), superseded("2.0.0")];
      const position = await ledger.commit(aCommit({ writes: [aWrite({ events })] }));
      expect(position).toBe((await recorded(ledger)).at(-1)?.position);
      expect(await ledger.commit(aCommit({ jobs: [aJob()] }))).toBe(position);
      expect(await ledger.commit(nextCommit(PYMK, 0))).toBeGreaterThan(position);
    });

    it("may change a state without an event", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(FEED, 0));
      await ledger.commit(aCommit({ writes: [aWrite({ events: [], count: 7 })] }));
      expect(await ledger.load(FEED)).toMatchObject({ state: { sequence: 7 }, version: 1 });
    });

    it("writes several streams at once", async () => {
      const store = setUp();
      const ledger = await store.open();
      const freeze = { reason: "weekend", by: DANA, at: NOON, until: NOON + 1 };
      await ledger.commit(
        aCommit({
          expect: [
            { stream: GLOBAL_STREAM, version: 0 },
            { stream: FEED, version: 0 },
          ],
          writes: [
            {
              stream: GLOBAL_STREAM,
              events: [{ type: "FreezePlaced", reason: "weekend", until: NOON + 1 }],
              state: { ...emptyGlobal(), freeze },
              archived: [],
            },
            aWrite(),
          ],
        }),
      );
      const after = await store.reopen();
      expect(await after.load(GLOBAL_STREAM)).toMatchObject({ state: { freeze }, version: 1 });
      expect(await after.load(FEED)).toMatchObject({ state: { sequence: 1 }, version: 1 });
      await after.commit(nextCommit(FEED, 1));
      const versions = [...(await after.versions())].sort();
      expect(versions).toEqual([
        [FEED, 2],
        [GLOBAL_STREAM, 1],
      ]);
    });
  });

  describe("a commit that read a stream which has moved", () => {
    it("is refused, and nothing of it is written", async () => {
      const store = setUp();
      const ledger = await store.open();
      await ledger.commit(nextCommit(FEED, 0));
      const before = await everythingIn(ledger);
      const late = aCommit({
        expect: [{ stream: FEED, version: 0 }],
        writes: [
          aWrite({ stream: PYMK, archived: [aRelease(1, { id: "model-pymk@1.0.0" })] }),
          aWrite({ count: 2, archived: [aRelease(1)] }),
        ],
        jobs: [aJob()],
        commandIds: ["click-1"],
      });
      await expect(ledger.commit(late)).rejects.toThrow(Conflict);
      expect(await everythingIn(ledger)).toEqual(before);
      expect(await everythingIn(await store.reopen())).toEqual(before);
    });

    it("is refused also when it does not write that stream", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(GLOBAL_STREAM, 0));
      const commit = nextCommit(FEED, 0, {
        expect: [
          { stream: FEED, version: 0 },
          { stream: GLOBAL_STREAM, version: 0 },
        ],
      });
      await expect(ledger.commit(commit)).rejects.toThrow("global has moved from version 0 to 1");
      expect(await ledger.load(FEED)).toMatchObject({ state: null, version: 0 });
    });

    it("may be tried again: its command is not yet recorded", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(FEED, 0));
      const commandIds = ["click-1"];
      await expect(ledger.commit(nextCommit(FEED, 0, { commandIds }))).rejects.toThrow(Conflict);
      await ledger.commit(nextCommit(FEED, 1, { commandIds }));
      expect(await ledger.load(FEED)).toMatchObject({ version: 2 });
    });

    it("loses against the one that came at the same moment", async () => {
      const ledger = await setUp().open();
      const both = await Promise.allSettled([
        ledger.commit(nextCommit(FEED, 0)),
        ledger.commit(nextCommit(FEED, 0)),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(both.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toEqual([
        expect.any(Conflict),
      ]);
      expect(await ledger.load(FEED)).toMatchObject({ version: 1 });
    });
  });

  describe("a command", () => {
    it("is recorded once, however late and under whatever circumstances it comes again", async () => {
      const store = setUp();
      const ledger = await store.open();
      const first = nextCommit(FEED, 0, { commandIds: ["delivery-1", "fact-1"] });
      await ledger.commit(first);
      const again = nextCommit(FEED, 1, { commandIds: ["delivery-2", "fact-1"] });
      await expect(ledger.commit(again)).rejects.toThrow(
        expect.objectContaining({ name: "Duplicate", commandId: "fact-1" }),
      );
      await expect((await store.reopen()).commit(again)).rejects.toThrow(Duplicate);
    });

    it("that comes again is a duplicate, although its stream has moved by it", async () => {
      const ledger = await setUp().open();
      const commit = nextCommit(FEED, 0, { commandIds: ["delivery-1"] });
      await ledger.commit(commit);
      await expect(ledger.commit(commit)).rejects.toThrow(Duplicate);
    });

    it("that comes twice at the same moment is recorded once", async () => {
      const ledger = await setUp().open();
      const commandIds = ["delivery-1"];
      const both = await Promise.allSettled([
        ledger.commit(aCommit({ writes: [aWrite()], commandIds })),
        ledger.commit(aCommit({ writes: [aWrite({ stream: PYMK })], commandIds })),
      ]);
      expect(both.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toEqual([
        expect.any(Duplicate),
      ]);
      expect(await recorded(ledger)).toHaveLength(1);
    });

    it("that names the same id twice is no duplicate of itself", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(FEED, 0, { commandIds: ["click-1", "click-1"] }));
      expect(await ledger.load(FEED)).toMatchObject({ version: 1 });
    });
  });

  describe("under load", () => {
    it("makes 1,000 versions of 1,000 commits to one stream", async () => {
      const store = setUp();
      const ledger = await store.open();
      const writers = Array.from({ length: 16 }, () => ({ written: 0 }));
      let wanted = 1000;
      const write = async (writer: { written: number }): Promise<void> => {
        while (wanted > 0) {
          wanted -= 1;
          await untilAccepted(ledger);
          writer.written += 1;
        }
      };
      await Promise.all(writers.map(write));
      const after = await store.reopen();
      expect(await after.load(FEED)).toMatchObject({ state: { sequence: 1000 }, version: 1000 });
      const versions = (await recorded(after)).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    });
  });

  describe("a ledger that was closed", () => {
    it("takes nothing and says so", async () => {
      const ledger = await setUp().open();
      const claim = { token: "t", key: "k", body: aJob().body, attempt: 1, due: NOON };
      expect(ledger.health()).toEqual({ ok: true });
      await ledger.close();
      expect(ledger.health()).toEqual({ ok: false, why: "the ledger is closed" });
      const calls = [
        () => ledger.commit(nextCommit(FEED, 0)),
        () => ledger.load(FEED),
        () => ledger.versions(),
        () => recorded(ledger),
        () => ledger.archivedRelease(FEED, "svc-feed@1.0.0"),
        () => ledger.archivedReleases(FEED, { before: null, limit: 1 }),
        () => ledger.claim(["review"], 1, 1, NOON),
        () => ledger.extend(claim, 1),
        () => ledger.settle(claim, { kind: "done" }, null),
        () => ledger.jobs(NOON),
        () => ledger.deadJobs(),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow(Unavailable);
    });

    it("has first finished what was under way", async () => {
      const store = setUp();
      const ledger = await store.open();
      const committed = ledger.commit(nextCommit(FEED, 0));
      await ledger.close();
      await committed;
      expect(await (await store.reopen()).load(FEED)).toMatchObject({ version: 1 });
    });
  });
}

/** Who holds a part of what the ledger keeps cannot change it, or changes a part that it does not keep. */
function unlessFrozen(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

async function everythingIn(ledger: Ledger): Promise<unknown> {
  return {
    streams: [...(await ledger.versions()).keys()].sort(),
    feed: await ledger.load(FEED),
    pymk: await ledger.load(PYMK),
    events: await recorded(ledger),
    archived: await ledger.archivedReleases(FEED, { before: null, limit: 10 }),
    jobs: await ledger.jobs(NOON),
  };
}

/** Loads, decides and commits as the dispatcher does, until nobody was quicker. */
async function untilAccepted(ledger: Ledger): Promise<void> {
  for (;;) {
    const { version } = await ledger.load(FEED);
    try {
      await ledger.commit(nextCommit(FEED, version));
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}
