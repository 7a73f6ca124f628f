import { describe, expect, it } from "vitest";
import { exportLedger, verifyLedger } from "../../../src/ledger/audit.ts";
import { eventHash } from "../../../src/ledger/chain.ts";
import { GENESIS, type Ledger } from "../../../src/ledger/ledger.ts";
import {
  aCommit,
  aRelease,
  aWrite,
  DANA,
  FEED,
  NOON,
  nextCommit,
  PYMK,
  superseded,
} from "../../support/ledger-samples.ts";
import { collected, type LedgerSetUp, recorded } from "./set-up.ts";

export function describeHistory(setUp: LedgerSetUp): void {
  describe("recorded events", () => {
    it("carry when, who, their place in the ledger and in the stream, and the chain", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(FEED, 0, { at: NOON + 5 }));
      const [event] = await recorded(ledger);
      expect(event).toEqual({
        position: expect.any(Number),
        stream: FEED,
        version: 1,
        at: NOON + 5,
        by: DANA,
        event: superseded("1.0.0"),
        previous: GENESIS,
        hash: expect.any(String),
      });
      expect(event && eventHash(event)).toBe(event?.hash);
      expect((await ledger.load(FEED)).head).toBe(event?.hash);
    });

    it("come in the order of commits, gapless in each stream, the same after a restart", async () => {
      const store = setUp();
      const ledger = await store.open();
      const commits = Array.from({ length: 60 }, (_, n) =>
        nextCommit(n % 3 === 0 ? PYMK : FEED, n % 3 === 0 ? n / 3 : n - 1 - Math.floor(n / 3)),
      );
      for (const commit of commits) await ledger.commit(commit);
      const events = await recorded(ledger);
      expect(events.map(({ stream }) => stream)).toEqual(
        commits.map(({ writes }) => writes[0]?.stream),
      );
      const positions = events.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      expect(events.filter(({ stream }) => stream === PYMK).map(({ version }) => version)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      expect(await recorded(await store.reopen())).toEqual(events);
    });

    it("are read of one stream, or since an instant, or both", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(FEED, 0, { at: NOON }));
      await ledger.commit(nextCommit(PYMK, 0, { at: NOON + 10 }));
      await ledger.commit(nextCommit(FEED, 1, { at: NOON + 20 }));
      const read = async (stream: string | null, since: number | null) =>
        (await recorded(ledger, { stream, since })).map(({ stream, version }) => [stream, version]);
      expect(await read(FEED, null)).toEqual([
        [FEED, 1],
        [FEED, 2],
      ]);
      expect(await read(null, NOON + 10)).toEqual([
        [PYMK, 1],
        [FEED, 2],
      ]);
      expect(await read(FEED, NOON + 10)).toEqual([[FEED, 2]]);
      expect(await read("component/unheard-of", null)).toEqual([]);
      expect(await read(null, NOON + 21)).toEqual([]);
    });

    it("that are committed while they are read are not among those read", async () => {
      const ledger = await setUp().open();
      await ledger.commit(nextCommit(FEED, 0));
      await ledger.commit(nextCommit(FEED, 1));
      const versions: number[] = [];
      for await (const { version } of ledger.read({ stream: FEED, since: null })) {
        versions.push(version);
        await ledger.commit(nextCommit(FEED, 1 + versions.length));
      }
      expect(versions).toEqual([1, 2]);
    });

    it("are exported as JSON lines and verified as they were written", async () => {
      const store = setUp();
      const ledger = await store.open();
      await ledger.commit(nextCommit(FEED, 0));
      await ledger.commit(nextCommit(PYMK, 0));
      const lines = await collected(exportLedger(ledger, { component: "svc-feed", since: null }));
      expect(lines.map((line) => JSON.parse(line))).toEqual(
        await recorded(ledger, { stream: FEED, since: null }),
      );
      const whole = { kind: "whole", events: 2, streams: 2 };
      expect(await verifyLedger(ledger)).toEqual(whole);
      expect(await verifyLedger(await store.reopen())).toEqual(whole);
    });
  });

  describe("archived releases", () => {
    it("are found by id, each as it was when it was archived last", async () => {
      const store = setUp();
      const ledger = await store.open();
      await archive(ledger, [aRelease(1), aRelease(2)]);
      await archive(ledger, [aRelease(1, { revision: 2 })]);
      for (const open of [() => ledger, store.reopen]) {
        const found = await open();
        expect(await found.archivedRelease(FEED, "svc-feed@1.0.0")).toEqual(
          aRelease(1, { revision: 2 }),
        );
        expect(await found.archivedRelease(FEED, "svc-feed@2.0.0")).toEqual(aRelease(2));
        expect(await found.archivedRelease(FEED, "svc-feed@3.0.0")).toBeNull();
        expect(await found.archivedRelease(PYMK, "svc-feed@1.0.0")).toBeNull();
      }
    });

    it("come newest first, page by page, each once", async () => {
      const store = setUp();
      const ledger = await store.open();
      for (const sequence of [2, 1, 5, 3, 4, 7, 6]) await archive(ledger, [aRelease(sequence)]);
      await archive(ledger, [aRelease(3, { revision: 2 })]);
      for (const open of [() => ledger, store.reopen]) {
        const found = await open();
        const pages: (readonly number[])[] = [];
        let before: string | null = null;
        for (;;) {
          const page = await found.archivedReleases(FEED, { before, limit: 3 });
          pages.push(page.map(({ sequence }) => sequence));
          before = page.at(-1)?.id ?? null;
          if (page.length < 3) break;
        }
        expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
      }
    });

    it("are none before one that is not there, and none of a stream without an archive", async () => {
      const ledger = await setUp().open();
      await archive(ledger, [aRelease(1)]);
      const page = { before: "svc-feed@9.0.0", limit: 3 };
      expect(await ledger.archivedReleases(FEED, page)).toEqual([]);
      expect(await ledger.archivedReleases(PYMK, { before: null, limit: 3 })).toEqual([]);
    });
  });
}

async function archive(
  ledger: Ledger,
  archived: ReturnType<typeof aWrite>["archived"],
): Promise<void> {
  const { version } = await ledger.load(FEED);
  await ledger.commit(aCommit({ writes: [aWrite({ archived, count: version + 1 })] }));
}
