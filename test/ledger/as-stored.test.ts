import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { asStored } from "../../src/ledger/as-stored.ts";
import { recordableValue } from "../support/recordable-value.ts";

const plain = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

describe("a value as it is stored", () => {
  it("is what JSON makes of it", () => {
    fc.assert(
      fc.property(recordableValue, (value) => {
        const printed = JSON.stringify(value);
        expect(asStored(value)).toStrictEqual(JSON.parse(printed));
      }),
    );
  });

  it("is the same object where JSON changes nothing", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(asStored(value)).toBe(value);
      }),
    );
  });

  it("keeps all parts that JSON does not change, when it changes others", () => {
    const kept = { deep: [{ a: 1 }] };
    const list = [kept];
    const stored = asStored<Record<string, unknown>>({ kept, list, gone: undefined, zero: -0 });
    expect(stored).toStrictEqual({ kept, list, zero: 0 });
    expect(stored.kept).toBe(kept);
    expect(stored.list).toBe(list);
  });

  it("is frozen with all that is in it", () => {
    fc.assert(
      fc.property(recordableValue, (value) => {
        expect(isFrozenThroughout(asStored(value))).toBe(true);
      }),
    );
  });

  it("is nothing of a value that has no place in JSON", () => {
    for (const value of [undefined, Symbol("s"), () => 1]) {
      expect(asStored<unknown>(value)).toBeUndefined();
    }
  });

  it("is refused where JSON cannot print it", () => {
    expect(() => asStored({ count: 1n })).toThrow(TypeError);
  });
});

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout);
}
