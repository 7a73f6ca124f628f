import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BUTTONS,
  PAGE_BUTTONS,
  parseButton,
  parseButtonValue,
  parsePageButton,
  parsePosition,
  printButtonValue,
  printPosition,
} from "../../src/cards/ids.ts";
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

describe("a page of the details", () => {
  it("is read as it was printed", () => {
    const position = fc.record({
      component: texts,
      version: texts,
      page: fc.integer({ min: 1, max: 99 }),
      seen: fc.option(texts),
    });
    fc.assert(
      fc.property(position, (one) => {
        expect(parsePosition(printPosition(one))).toEqual(one);
      }),
    );
  });

  it.each([
    "",
    "{}",
    '["a","b",1]',
    '[1,"b",1,null]',
    '["a",1,1,null]',
    '["a","b","1",null]',
    '["a","b",1.5,null]',
    '["a","b",1,2]',
  ])("is not ours: %s", (text) => expect(parsePosition(text)).toBeNull());

  it("is left by two buttons and no other", () => {
    expect(Object.values(PAGE_BUTTONS).map(parsePageButton)).toEqual(["earlier", "next"]);
    expect(parsePageButton(BUTTONS.details)).toBeNull();
  });
});
