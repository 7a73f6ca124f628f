import { describe, expect, it } from "vitest";
import { createFaultTable } from "../../../src/demo/runtime/fault-table.ts";
import { createSeededRandom } from "../../../src/demo/training/seeded-random.ts";

describe("faults", () => {
  it("hit the given share of one reader's look-ups, and nobody else's", () => {
    const faults = createFaultTable(createSeededRandom("faults"));
    faults.set("model-pymk@2", { mode: "slow", share: 0.3 });
    const drawn = Array.from({ length: 2000 }, () => faults.draw("model-pymk@2"));
    const share = drawn.filter((mode) => mode === "slow").length / drawn.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
    expect(drawn).toContain(null);
    expect(faults.draw("model-pymk@1")).toBeNull();
    expect([faults.has("model-pymk@2"), faults.has("model-pymk@1")]).toEqual([true, false]);
  });

  it("of every look-up are of every look-up, until they are cleared", () => {
    const faults = createFaultTable(createSeededRandom("faults"));
    faults.set("a", { mode: "garbage", share: 1 });
    const drawn = Array.from({ length: 100 }, () => faults.draw("a"));
    expect(new Set(drawn)).toEqual(new Set(["garbage"]));
    faults.clear();
    expect(faults.draw("a")).toBeNull();
  });

  it("of one reader's every version are cleared together, and nobody else's are", () => {
    const faults = createFaultTable(createSeededRandom("faults"));
    const readers = ["svc@1", "svc@2", "svc-other@1"];
    for (const reader of readers) faults.set(reader, { mode: "slow", share: 1 });
    faults.clear("svc");
    expect(readers.map((reader) => faults.has(reader))).toEqual([false, false, true]);
  });
});
