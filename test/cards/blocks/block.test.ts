import { describe, expect, it } from "vitest";
import {
  actions,
  contexts,
  header,
  preformatted,
  sections,
} from "../../../src/cards/blocks/block.ts";
import { line } from "../../../src/cards/text/mrkdwn.ts";
import { plain } from "../../../src/cards/text/plain.ts";
import { checkBlocks } from "../../../src/demo/block-kit.ts";

describe("sections", () => {
  it("take as many whole lines as they hold", () => {
    const lines = Array.from({ length: 5 }, (_, index) => line(`${index}`.repeat(1000), 1000));
    const texts = sections(lines).map(({ text }) => (text as { text: string }).text);
    expect(texts).toEqual([
      `${"0".repeat(1000)}\n${"1".repeat(1000)}`,
      `${"2".repeat(1000)}\n${"3".repeat(1000)}`,
      "4".repeat(1000),
    ]);
  });

  it("cut a line that none of them holds", () => {
    const blocks = sections([line("a".repeat(4000), 4000)]);
    expect(checkBlocks("message", blocks)).toEqual([]);
  });

  it("are none without lines", () => {
    expect([...sections([]), ...contexts([])]).toEqual([]);
  });
});

describe("blocks that are given too much", () => {
  const long = plain`${"a".repeat(40)}${"b".repeat(40)}${"c".repeat(40)}${"d".repeat(40)}${"e".repeat(40)}`;

  it("hold what Slack accepts", () => {
    const button = {
      label: long,
      value: "v",
      style: null,
      accessibilityLabel: long,
    } as const;
    const buttons = Array.from({ length: 30 }, (_, index) => ({
      ...button,
      actionId: `a${index}`,
    }));
    const blocks = [header(long), preformatted("x".repeat(9000), 600), actions(buttons)];
    expect(checkBlocks("message", blocks)).toEqual([]);
  });
});
