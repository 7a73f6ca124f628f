import { describe, expect, it } from "vitest";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createLookupInbox } from "../src/lookup-inbox.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aBuild, NOON } from "./support/story.ts";

const REQUEST = {
  component: "model-pymk",
  build: aBuild({ version: "17", source: "mlflow" }),
  lookup: { name: "pymk", version: "17" },
};

function setUp() {
  const clock = createFakeClock(NOON);
  const ledger = openMemoryLedger({ clock });
  const claim = () => ledger.claim(["lookup"], 10, 10_000, clock.now());
  return { lookUp: createLookupInbox({ ledger, clock }), claim };
}

describe("a build whose system is to be asked for the rest", () => {
  it("is on the disk as a job when its sender is answered", async () => {
    const { lookUp, claim } = setUp();
    expect(await lookUp(REQUEST, ["mlflow:d1", "mlflow:fact:17"])).toEqual({
      kind: "queued",
      release: "model-pymk@17",
    });
    expect((await claim()).map(({ body }) => body)).toEqual([{ kind: "lookup", ...REQUEST }]);
  });

  for (const [name, ids] of [
    ["the same delivery", ["mlflow:d1", "mlflow:fact:17"]],
    ["the same fact in another delivery", ["mlflow:d2", "mlflow:fact:17"]],
  ] as const) {
    it(`is asked for once, when ${name} comes again`, async () => {
      const { lookUp, claim } = setUp();
      await lookUp(REQUEST, ["mlflow:d1", "mlflow:fact:17"]);
      expect(await lookUp(REQUEST, ids)).toEqual({ kind: "duplicate", release: "model-pymk@17" });
      expect(await claim()).toHaveLength(1);
    });
  }

  it("is asked for twice for two facts", async () => {
    const { lookUp, claim } = setUp();
    await lookUp(REQUEST, ["mlflow:d1", "mlflow:fact:17"]);
    expect(await lookUp(REQUEST, ["mlflow:d2", "mlflow:fact:alias"])).toMatchObject({
      kind: "queued",
    });
    expect(await claim()).toHaveLength(2);
  });

  it("is not answered for where the ledger takes nothing", async () => {
    const failing = { commit: () => Promise.reject(new Error("disk full")) };
    const lookUp = createLookupInbox({ ledger: failing, clock: createFakeClock(NOON) });
    await expect(lookUp(REQUEST, ["mlflow:d1"])).rejects.toThrow("disk full");
  });
});
