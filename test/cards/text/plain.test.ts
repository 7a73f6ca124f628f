import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanLine, cleanLines, plain, plainLine } from "../../../src/cards/text/plain.ts";
import { hostileText } from "../../support/hostile-text.ts";

describe("untrusted text as one plain line", () => {
  it.each([
    { name: "stays as it is", text: "Fix *all* <bugs>", shown: "Fix *all* <bugs>" },
    { name: "has no line breaks", text: "a\r\nb\u2028c", shown: "a b c" },
    { name: "has no control characters", text: "a\u001b[31mb\u0000c", shown: "a [31mb c" },
    { name: "has no direction overrides", text: "live\u202e-ton", shown: "live-ton" },
    { name: "has no invisible characters", text: "a\u200bb\ufeffc\u{e0041}d", shown: "abcd" },
    { name: "keeps the joiners of an emoji", text: "👩‍👩‍👧", shown: "👩‍👩‍👧" },
    { name: "has no half of a surrogate pair", text: "a\ud83db", shown: "a\ufffdb" },
    {
      name: "has no piles of marks",
      text: `a${"\u0301".repeat(40)}b`,
      shown: `a${"\u0301".repeat(4)}b`,
    },
    { name: "says so when nothing is left", text: " \u200b\n ", shown: "(empty)" },
  ])("$name", ({ text, shown }) => {
    expect(cleanLine(text, 80)).toBe(shown);
  });

  it("keeps right-to-left text from reordering what stands around it", () => {
    expect(plainLine("שלום עולם", 40)).toEqual({ plain: "\u2068שלום עולם\u2069" });
  });

  it("is cut, and still closed, where right-to-left text is too long", () => {
    expect(plainLine("שלום עולם", 8)).toEqual({ plain: "\u2068שלום…\u2069" });
  });
});

describe("untrusted text as several plain lines", () => {
  it.each([
    { name: "keeps its lines", text: "a\r\nb\rc\u2029d", shown: "a\nb\nc\nd" },
    { name: "has at most one empty line", text: "\n\na\n\n\n\nb\n\n", shown: "a\n\nb" },
    { name: "has spaces for tabs, and none at the end", text: "a\tb  \n  c", shown: "a  b\n  c" },
    { name: "says so when nothing is left", text: "\n\u200b\n", shown: "(empty)" },
  ])("$name", ({ text, shown }) => {
    expect(cleanLines(text, 80)).toBe(shown);
  });
});

describe("a plain template", () => {
  it("cleans and cuts what is interpolated, and counts with separators", () => {
    const name = "model-pymk\u202e".repeat(10);
    expect(plain`${name}: ${1234} of ${plain`Details`}`).toEqual({
      plain: "model-pymkmodel-pymkmodel-pymkm…: 1,234 of Details",
    });
  });

  it("never holds a control or format character other than joiners and isolates", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const shown = plain`${text}`.plain;
        expect(shown).not.toMatch(/(?!\u200c|\u200d|\u2068|\u2069)[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(shown.length).toBeLessThanOrEqual(32);
      }),
    );
  });
});
