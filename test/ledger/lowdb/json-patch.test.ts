import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "../../../src/core/json.ts";
import { patchBetween, patched } from "../../../src/ledger/lowdb/json-patch.ts";

type JsonObject = { readonly [key: string]: Json };

/**
 * Objects with few different keys, so that two of them have much in common; among the keys those that mean
 * something to JavaScript. Through JSON, as what comes from outside is.
 */
const { object: made } = fc.letrec<{ readonly object: JsonObject; readonly value: Json }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, true, 0, 1, "", "a"),
      fc.array(fc.nat(2), { maxLength: 3 }),
      tie("object"),
    ),
    object: fc.dictionary(fc.constantFrom("a", "1", "constructor", "__proto__"), tie("value")),
  }),
);

const object = made.map((value): JsonObject => JSON.parse(JSON.stringify(value)));

describe("a patch between two JSON objects", () => {
  it("makes the one of the other, also after its way through JSON", () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const patch = patchBetween(before, after);
        const stored = patch === null ? {} : JSON.parse(JSON.stringify(patch));
        expect(canonicalJson(patched(before, stored))).toBe(canonicalJson(after));
      }),
    );
  });

  it("changes nothing when it is applied once more", () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const patch = patchBetween(before, after) ?? {};
        expect(canonicalJson(patched(patched(before, patch), patch))).toBe(canonicalJson(after));
      }),
    );
  });

  it("is none between equal objects, shared or not", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.nat()), (flat) => {
        const value = { flat, deep: { flat } };
        expect(patchBetween(value, value)).toBeNull();
        expect(patchBetween(value, structuredClone(value))).toBeNull();
      }),
    );
  });

  it("holds only what changed", () => {
    const kept = { id: "a", messages: {} };
    const before = { sequence: 1, releases: { a: kept, b: { id: "b", messages: {} } }, holds: [] };
    const after = {
      ...before,
      sequence: 2,
      releases: { b: { id: "b", messages: { card: "1" } }, c: kept },
    };
    expect(patchBetween(before, after)).toEqual({
      set: { sequence: 2 },
      within: {
        releases: {
          set: { c: kept },
          within: { b: { within: { messages: { set: { card: "1" } } } } },
          gone: ["a"],
        },
      },
    });
  });

  it("leaves what it does not touch the same object", () => {
    const before = { a: { deep: {} }, b: 1 };
    expect(patched(before, { set: { b: 2 } }).a).toBe(before.a);
  });

  it("takes a member that is undefined for one that is not there", () => {
    expect(patchBetween({ a: 1, b: undefined }, { a: undefined })).toEqual({ gone: ["a"] });
  });
});
