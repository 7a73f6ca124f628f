import { describe, expect, it } from "vitest";
import { type ComponentState, emptyComponent } from "../../../src/core/component.ts";
import { describeLedgerContract } from "../../contracts/ledger-contract.ts";
import { embeddedLedger } from "../../support/embedded-ledger.ts";
import { aCommit, aRelease, aWrite, FEED } from "../../support/ledger-samples.ts";

describeLedgerContract("files", () => embeddedLedger());

describe("the ledger in files", () => {
  it("gives back the very objects that were committed, and shares them from then on", async () => {
    const ledger = await embeddedLedger().open();
    const kept = aRelease(1);
    const first = { ...emptyComponent("svc-feed"), releases: { [kept.id]: kept } };
    await ledger.commit(aCommit({ writes: [aWrite({ state: first })] }));
    const loaded = (await ledger.load(FEED)).state as ComponentState;
    expect(loaded).toBe(first);
    const added = aRelease(2);
    const second = { ...loaded, releases: { ...loaded.releases, [added.id]: added } };
    await ledger.commit(aCommit({ writes: [aWrite({ state: second, count: 2 })] }));
    const after = (await ledger.load(FEED)).state as ComponentState;
    expect(Object.values(after.releases)).toEqual([kept, added]);
    expect(after.releases[kept.id]).toBe(kept);
    expect(after.releases[added.id]).toBe(added);
  });
});

describeLedgerContract("files that go to the archive all the time", () =>
  embeddedLedger({ segmentBytes: 2_000, checkpointEvery: 2 }),
);
