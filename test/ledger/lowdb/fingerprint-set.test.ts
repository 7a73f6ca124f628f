import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FingerprintSet, fingerprintOf } from "../../../src/ledger/lowdb/fingerprint-set.ts";

describe("a fingerprint", () => {
  it("is the first 64 bits of the SHA-256, lowest byte first", () => {
    // printf abc | sha256sum: ba7816bf 8f01cfea …
    expect(fingerprintOf("abc")).toEqual({ high: 0xbf1678ba | 0, low: 0xeacf018f | 0 });
  });
});

describe("a set of fingerprints", () => {
  it("has what was added and nothing else, through every doubling", () => {
    const set = new FingerprintSet();
    const ids = Array.from({ length: 20_000 }, (_, n) => `delivery-${n}`);
    for (const id of ids) set.add(fingerprintOf(id));
    expect(ids.every((id) => set.has(fingerprintOf(id)))).toBe(true);
    expect(ids.some((id) => set.has(fingerprintOf(`${id}!`)))).toBe(false);
    expect(set.size).toBe(20_000);
  });

  it("agrees with a set of texts, also where fingerprints nearly collide", () => {
    const small = fc.record({
      high: fc.integer({ min: -4, max: 4 }),
      low: fc.integer({ min: -65, max: 65 }),
    });
    const many = fc.array(small, { maxLength: 300 });
    fc.assert(
      fc.property(many, many, small, (atOnce, oneByOne, asked) => {
        const set = new FingerprintSet();
        set.addAll(atOnce.map(({ high, low }) => Int32Array.of(high, low)));
        for (const one of oneByOne) set.add(one);
        const all = [...atOnce, ...oneByOne];
        const texts = new Set(all.map(({ high, low }) => `${high}:${low}`));
        expect(set.size).toBe(texts.size);
        expect(set.has(asked)).toBe(texts.has(`${asked.high}:${asked.low}`));
      }),
    );
  });
});
