import { describe, expect, it } from "vitest";
import { sections } from "../../../src/cards/blocks/block.ts";
import { compose, type Part } from "../../../src/cards/blocks/compose.ts";
import type { Block } from "../../../src/cards/message.ts";
import { line } from "../../../src/cards/text/mrkdwn.ts";

const ROOMY = { blocks: 50, text: 10_000 };

function aPart(name: string, overrides: Partial<Part> = {}): Part {
  return { name, title: name, rank: 1, forms: [text(name)], ...overrides };
}

function text(words: string): readonly Block[] {
  return sections([line(words, 3000)]);
}

/** Text of each block, to look at what was chosen. */
function textsOf(blocks: readonly Block[]): readonly unknown[] {
  return blocks.map((block) => {
    const { elements, text: own } = block as {
      elements?: { text: string }[];
      text?: { text: string };
    };
    return own?.text ?? elements?.map((element) => element.text).join("");
  });
}

describe("composing a message", () => {
  it("shows every part in its order, and its longest form where there is room", () => {
    const parts = [aPart("a", { forms: [text("a, long"), text("a")] }), aPart("b")];
    expect(textsOf(compose(ROOMY, parts))).toEqual(["a, long", "b"]);
  });

  it("shortens the part of the lowest rank first", () => {
    const forms = [text("x".repeat(200)), text("x".repeat(100)), text("short")];
    const parts = [aPart("low", { rank: 1, forms }), aPart("high", { rank: 3, forms })];
    expect(textsOf(compose({ blocks: 50, text: 950 }, parts))).toEqual(["short", "x".repeat(200)]);
  });

  it("shortens of equals the longest, so that they share what room there is", () => {
    const forms = [text("x".repeat(200)), text("x".repeat(100)), text("short")];
    const parts = [aPart("first", { rank: 1, forms }), aPart("second", { rank: 1, forms })];
    expect(textsOf(compose({ blocks: 50, text: 1000 }, parts))).toEqual([
      "x".repeat(200),
      "x".repeat(100),
    ]);
    expect(textsOf(compose({ blocks: 50, text: 900 }, parts))).toEqual([
      "x".repeat(100),
      "x".repeat(100),
    ]);
  });

  it("leaves a part out when its shortest form is still too long, and says so", () => {
    const parts = [
      aPart("a", { rank: 2 }),
      aPart("lineage", { forms: [text("x".repeat(500))] }),
      aPart("notes", { forms: [text("x".repeat(600))] }),
    ];
    expect(textsOf(compose({ blocks: 50, text: 900 }, parts))).toEqual([
      "a",
      "Left out to keep this short: lineage, notes.",
    ]);
  });

  it("says of many parts only how many more it left out", () => {
    const parts = Array.from({ length: 9 }, (_, index) =>
      aPart(`part ${index}`, { forms: [text("x".repeat(500))] }),
    );
    expect(textsOf(compose({ blocks: 50, text: 800 }, parts))).toEqual([
      "Left out to keep this short: part 0, part 1, part 2, part 3, part 4, part 5, and 3 more.",
    ]);
  });

  it("never leaves out what has no title, but cuts it after as many blocks as fit", () => {
    const parts = [
      aPart("a", {
        title: null,
        forms: [[...text("one"), ...text("x".repeat(500)), ...text("two")]],
      }),
      aPart("b", { title: null }),
    ];
    expect(textsOf(compose({ blocks: 50, text: 900 }, parts))).toEqual([
      "one",
      "Left out to keep this short: the rest.",
    ]);
  });

  it("leaves whole what comes before the cut", () => {
    const [first, second] = ["first", "second"].map((name, index) =>
      aPart(name, { title: null, forms: [index === 0 ? text(name) : text("x".repeat(900))] }),
    );
    const parts = [first, second].flatMap((part) => part ?? []);
    expect(textsOf(compose({ blocks: 50, text: 900 }, parts))[0]).toBe("first");
  });

  it("holds the number of blocks too", () => {
    const parts = [
      aPart("a", { rank: 2 }),
      aPart("b", { forms: [[...text("1"), ...text("2")], text("3")] }),
    ];
    expect(textsOf(compose({ blocks: 3, text: 10_000 }, parts))).toEqual(["a", "3"]);
  });

  it("shows nothing of nothing", () => {
    expect(compose(ROOMY, [])).toEqual([]);
  });
});

describe("block ids", () => {
  const idsOf = (words: string) =>
    compose(ROOMY, [aPart("a"), aPart("b", { forms: [[...text(words), ...text(words)]] })]).map(
      ({ block_id: id }) => id,
    );

  it("are unique, also of blocks that show the same", () => {
    expect(new Set(idsOf("same")).size).toBe(3);
  });

  it("change with what the block shows, and only then", () => {
    const before = idsOf("one");
    const after = idsOf("two");
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(idsOf("one")).toEqual(before);
  });

  it("stay where the drawing chose one itself", () => {
    const forms = [[{ type: "divider", block_id: "mine" }]];
    expect(compose(ROOMY, [aPart("a", { forms })])).toEqual([
      { type: "divider", block_id: "mine" },
    ]);
  });
});
