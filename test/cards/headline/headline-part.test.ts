import { describe, expect, it } from "vitest";
import { compose } from "../../../src/cards/blocks/compose.ts";
import { headlineParts, headlineText } from "../../../src/cards/headline/headline-part.ts";
import { line } from "../../../src/cards/text/mrkdwn.ts";
import { plain } from "../../../src/cards/text/plain.ts";
import { header, section, withoutIds } from "../expected.ts";

const HEADLINE = {
  symbol: "🚨",
  news: plain`failing in production`,
  more: plain`Roll back?`,
  lines: ["one", "two", "three", "four", "five"].map((text) => line(text)),
  environment: "production",
};
const ABOUT = plain`model-pymk 2`;

describe("a headline", () => {
  it("is the first block, with its lines below it", () => {
    const blocks = compose({ blocks: 50, text: 10_000 }, headlineParts(ABOUT, HEADLINE));
    expect(withoutIds(blocks)).toEqual([
      header("🚨 model-pymk 2: failing in production"),
      section("one", "two", "three", "four", "five"),
    ]);
  });

  it("keeps its first lines where there is little room, and counts the others", () => {
    const long = HEADLINE.lines.map(({ mrkdwn }) => mrkdwn.padEnd(80, "."));
    const headline = { ...HEADLINE, lines: long.map((text) => line(text)) };
    const blocks = compose({ blocks: 50, text: 1050 }, headlineParts(ABOUT, headline));
    expect(withoutIds(blocks)[1]).toEqual(section(...long.slice(0, 3), "and 2 more lines"));
  });

  it("is one line on a phone", () => {
    expect(headlineText(ABOUT, HEADLINE)).toBe("model-pymk 2: failing in production. Roll back?");
    expect(headlineText(ABOUT, { ...HEADLINE, more: null })).toBe(
      "model-pymk 2: failing in production",
    );
  });
});
