import { describe, expect, it } from "vitest";
import { corruptLabels } from "../../../src/demo/training/corrupt-labels.ts";
import { renderModel } from "../../../src/demo/training/model-file.ts";
import {
  readSnapshot,
  SHIPPED_DATES,
  SHIPPED_FOLDER,
} from "../../../src/demo/training/snapshot-files.ts";
import { train } from "../../../src/demo/training/train.ts";
import { aPair } from "../../support/sample-pairs.ts";

const LEAST_AUC = 0.8;
const ALLOWED_LOSS = 0.005;

async function trainOn(date: string, corrupt?: string) {
  const read = await readSnapshot(SHIPPED_FOLDER, date);
  const pairs = corrupt === undefined ? read : corruptLabels(read, corrupt, "pymk");
  return train({ pairs, seed: "pymk", now: () => 0 });
}

describe("training on the shipped snapshots", () => {
  it("passes the sample gates, each day no worse than the day before", async () => {
    let live = 0;
    for (const date of SHIPPED_DATES) {
      const { metrics, slices } = await trainOn(date);
      const auc = metrics.auc ?? 0;
      expect(auc).toBeGreaterThanOrEqual(Math.max(LEAST_AUC, live - ALLOWED_LOSS));
      expect(Object.keys(slices)).toEqual(
        ["BR", "DE", "IN", "NG", "US"].map((country) => `country=${country}`),
      );
      live = auc;
    }
  });

  it.each(SHIPPED_DATES)(
    "with the labels of one country shuffled on %s fails them",
    async (date) => {
      const { metrics, slices } = await trainOn(date, "BR");
      expect(metrics.auc).toBeLessThan(LEAST_AUC);
      expect(slices["country=BR"]?.auc).toBeLessThan(0.6);
      expect(slices["country=DE"]?.auc).toBeGreaterThan(0.75);
    },
  );

  it("is the same every time for one seed, and holds out others for another", async () => {
    const pairs = await readSnapshot(SHIPPED_FOLDER, "2026-11-21");
    const [first, again, other] = ["pymk", "pymk", "other"].map((seed) =>
      train({ pairs, seed, now: () => 0 }),
    );
    expect(again).toEqual(first);
    expect(other?.metrics.holdout_rows).not.toBe(first?.metrics.holdout_rows);
    expect(first && renderModel(first.model)).not.toBe(other && renderModel(other.model));
  });
});

describe("corrupting labels", () => {
  const pairs = [
    aPair({ id: "m1-m2", country: "BR", connected: true }),
    aPair({ id: "m1-m3", country: "US", connected: true }),
    ...Array.from({ length: 9 }, (_, index) => aPair({ id: `m2-m${index + 3}`, country: "BR" })),
  ];

  it("moves labels inside the country only, and keeps how many there are", () => {
    const corrupted = corruptLabels(pairs, "BR", "seed-1");
    expect(corrupted.filter(({ connected }) => connected)).toHaveLength(2);
    expect(corrupted[1]).toEqual(pairs[1]);
    expect(corrupted).not.toEqual(pairs);
    expect(corrupted.map(({ connected: _, ...rest }) => rest)).toEqual(
      pairs.map(({ connected: _, ...rest }) => rest),
    );
  });

  it("of a country that is not in the data is refused", () => {
    expect(() => corruptLabels(pairs, "FR", "seed-1")).toThrow('no pair is of the country "FR"');
  });
});
