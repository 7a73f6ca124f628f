import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip } from "../../../src/cards/text/clip.ts";
import { hostileText } from "../../support/hostile-text.ts";

describe("clip", () => {
  it.each([
    { name: "leaves what fits as it is", text: "abcdef", max: 6, clipped: "abcdef" },
    { name: "puts an ellipsis where it cuts", text: "abcdef", max: 5, clipped: "abcd…" },
    { name: "leaves no space before the ellipsis", text: "ab cdef", max: 4, clipped: "ab…" },
    { name: "keeps an entity whole", text: "ab&amp;cd", max: 6, clipped: "ab…" },
    { name: "keeps an entity that just fits", text: "ab&amp;cd", max: 8, clipped: "ab&amp;…" },
    { name: "keeps a mention whole", text: "ab<@U024BE7LH> is", max: 12, clipped: "ab…" },
    { name: "keeps a surrogate pair whole", text: "ab😀cd", max: 4, clipped: "ab…" },
    { name: "keeps an emoji of several characters whole", text: "👩‍👩‍👧x", max: 8, clipped: "…" },
    { name: "keeps a letter and its accent together", text: "abe\u0301f", max: 4, clipped: "ab…" },
    {
      name: "does not take a lone ampersand for an entity",
      text: "a&b&c&d",
      max: 4,
      clipped: "a&b…",
    },
  ])("$name", ({ text, max, clipped }) => {
    expect(clip(text, max)).toBe(clipped);
  });

  it("never gives more than it may, and nothing that was not there", () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 1, max: 80 }), (text, max) => {
        const clipped = clip(text, max);
        expect(clipped.length).toBeLessThanOrEqual(max);
        expect(text.startsWith(clipped.replace(/…$/, ""))).toBe(true);
      }),
    );
  });
});
