import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUTTONS, parseButton, parseButtonValue, printButtonValue } from "../../src/cards/ids.ts";
import { LIMITS } from "../../src/cards/limits.ts";

const texts = fc.string({ unit: "binary", maxLength: 40 });

describe("a button's value", () => {
  it("is read as it was printed, but for the end of the digest", () => {
    const value = fc.record({
      component: texts,
      version: texts,
      environment: fc.option(texts),
      digest: fc.option(texts),
    });
    fc.assert(
      fc.property(value, (button) => {
        expect(parseButtonValue(printButtonValue(button))).toEqual({
          ...button,
          digest: button.digest?.slice(0, 16) ?? null,
        });
      }),
    );
  });

  it.each([
    "",
    "x",
    "{}",
    "[]",
    '["a","b",null]',
    '["a","b",null,null,null]',
    '[1,"b",null,null]',
    '["a",null,null,null]',
    '["a","b",1,null]',
    '["a","b",null,1]',
  ])("is not ours: %s", (text) => {
    expect(parseButtonValue(text)).toBeNull();
  });
});

describe("an action id", () => {
  it.each(Object.entries(BUTTONS))("of %s is read as it was printed", (kind, id) => {
    expect(parseButton(id)).toBe(kind);
    expect(id.length).toBeLessThanOrEqual(LIMITS.id);
  });

  it("that is none of ours is none", () => {
    expect(parseButton("release.unknown")).toBeNull();
  });
});
