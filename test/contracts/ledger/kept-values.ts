import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyComponent } from "../../../src/core/component.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { aCommit, aJob, aRelease, aWrite, FEED, superseded } from "../../support/ledger-samples.ts";
import { recordableValue } from "../../support/recordable-value.ts";
import { claimOne, type LedgerSetUp, recorded } from "./set-up.ts";

/** One after the other, each in the state where the one before it was. */
const values = fc.array(recordableValue, { minLength: 1, maxLength: 4 });

export function describeKeptValues(setUp: LedgerSetUp): void {
  describe("whatever is in a commit", () => {
    it("is kept as JSON prints it: the same at once and after a restart", async () => {
      await fc.assert(
        fc.asyncProperty(values, async (all) => {
          const store = setUp();
          let ledger = await store.open();
          for (const value of all) {
            await ledger.commit(commitOf(value));
            expect(await keptBy(ledger)).toStrictEqual(whatJsonMakesOf(value));
          }
          const before = await everythingIn(ledger);
          ledger = await store.reopen();
          expect(await everythingIn(ledger)).toStrictEqual(before);
        }),
        { numRuns: 30 },
      );
    });

    it("may hold parts of what was loaded", async () => {
      const store = setUp();
      const ledger = await store.open();
      await ledger.commit(commitOf({ first: { deep: [1, 2, 3] }, second: {} }));
      const loaded = await keptBy(ledger);
      const after = { ...loaded, second: { again: loaded.first }, third: undefined };
      await ledger.commit(commitOf(after));
      const expected = {
        first: { deep: [1, 2, 3] },
        second: { again: { deep: [1, 2, 3] } },
      };
      expect(await keptBy(ledger)).toStrictEqual(expected);
      expect(await keptBy(await store.reopen())).toStrictEqual(expected);
    });

    it.each([
      ["at once", false],
      ["after a restart", true],
    ] as const)("is kept of a job likewise, %s", async (_when, restarts) => {
      const store = setUp();
      const opened = await store.open();
      const body = { kind: "review", component: "svc-feed", why: undefined, at: [-0, undefined] };
      await opened.commit(aCommit({ jobs: [aJob({ body: body as never })] }));
      const ledger = restarts ? await store.reopen() : opened;
      expect((await claimOne(ledger, store.clock)).body).toStrictEqual({
        kind: "review",
        component: "svc-feed",
        at: [0, null],
      });
    });
  });
}

type Value = Readonly<Record<string, unknown>>;

/** The value at every place where a commit has one that the ledger does not look into. */
function commitOf(value: Value) {
  return aCommit({
    writes: [
      aWrite({
        events: [{ ...superseded("1.0.0"), value } as never],
        state: { ...emptyComponent("svc-feed"), settings: value } as never,
        archived: [aRelease(1, { messages: value as never })],
      }),
    ],
    jobs: [aJob({ body: { kind: "review", component: "svc-feed", value } as never })],
  });
}

function whatJsonMakesOf(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

async function keptBy(ledger: Ledger): Promise<Value> {
  const { state } = await ledger.load(FEED);
  return Reflect.get(state ?? {}, "settings") as Value;
}

async function everythingIn(ledger: Ledger): Promise<unknown> {
  return {
    feed: await ledger.load(FEED),
    events: await recorded(ledger),
    archived: await ledger.archivedReleases(FEED, { before: null, limit: 10 }),
  };
}
