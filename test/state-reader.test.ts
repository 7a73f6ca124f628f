import { expect, it } from "vitest";
import { emptyComponent } from "../src/core/component.ts";
import { componentStream, Damaged, Unavailable } from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createStateReader } from "../src/state-reader.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aCommit, aRelease, aWrite, FEED } from "./support/ledger-samples.ts";
import { aPolicy } from "./support/policies.ts";

const policy = aPolicy();

it("reads what is recorded, and an empty state where nothing is", async () => {
  const ledger = openMemoryLedger({ clock: createFakeClock() });
  const archived = aRelease(1);
  await ledger.commit(aCommit({ writes: [aWrite({ archived: [archived] })] }));
  const state = createStateReader(ledger, () => policy);
  expect(state.policy()).toBe(policy);
  expect(await state.component("svc-feed")).toEqual((await ledger.load(FEED)).state);
  expect(await state.component("svc-new")).toEqual(emptyComponent("svc-new"));
  expect(await state.release("svc-feed", archived.id)).toEqual(archived);
  expect(await state.release("svc-feed", "svc-feed@none")).toBeNull();
});

const READS = ["component", "global", "release", "archived"] as const;

function readerOf(error: Error) {
  const fails = () => Promise.reject(error);
  const ledger = { load: fails, archivedRelease: fails, archivedReleases: fails };
  const state = createStateReader(ledger, () => policy);
  return {
    component: () => state.component("svc-feed"),
    global: () => state.global(),
    release: () => state.release("svc-feed", componentStream("svc-feed")),
    archived: () => state.archived("svc-feed", { before: null, limit: 1 }),
  };
}

it.each(READS)(
  "%s of a store that is away is worth another try, so that no job is given up",
  async (read) => {
    const away = new Unavailable("the database is away");
    await expect(readerOf(away)[read]()).rejects.toMatchObject({
      message: "the ledger: the database is away",
      retryable: true,
    });
  },
);

it("a store that is damaged is not: trying again cannot help", async () => {
  const damaged = new Damaged("restore a backup");
  await expect(readerOf(damaged).component()).rejects.toBe(damaged);
});
