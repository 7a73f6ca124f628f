import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEMO_WORKSPACE } from "../../../src/demo/demo-workspace.ts";
import { createBlockRenderer } from "../../../src/demo/page/render-blocks.ts";
import { NOW } from "../../support/builders.ts";
import { hostileText } from "../../support/hostile-text.ts";
import { attributesOf, elementsOf, visibleText, withoutElements } from "../../support/markup.ts";
import { everythingShown } from "../../support/product-messages.ts";

const renderer = createBlockRenderer(DEMO_WORKSPACE, () => NOW);
const own = (what: string) => () => ({ html: `<i data-own="${what}"></i>` });
const draw = renderer({ actions: own("actions"), input: own("input") });

const TEXT =
  'a <b> & "c" *d* `e` <@U0ANA> <!channel> <javascript:alert(1)|f> <img src=x onerror=y>';
const ELEMENTS = [
  ...["a", "code", "div", "em", "h3", "i", "p", "pre", "s", "span", "strong", "time"],
];
const ATTRIBUTES = [
  ...["class", "data-members", "data-own", "data-theme", "data-user"],
  ...["data-date-format", "data-timestamp", "href", "rel", "style", "target"],
];

const SECONDS = NOW / 1000;
const DAY = 86_400;

const mrkdwn = (text: string) => [
  { type: "section", text: { type: "mrkdwn", text, verbatim: true } },
];
const plain = (text: string) => [
  { type: "section", text: { type: "plain_text", text, emoji: false } },
];

/** As far as a reader can tell texts apart: white space is a space, and what no font has is one mark. */
function seen(text: string): string {
  return text
    .replace(/[\0\u{e100}-\u{e17f}]/gu, "\ufffd")
    .replace(/\s+/g, " ")
    .trim();
}

describe("whatever the product shows", () => {
  it.each(everythingShown(TEXT))("is drawn without a raw < of its own: %s", (_what, blocks) => {
    const { html } = draw(blocks);
    expect(withoutElements(html)).not.toMatch(/[<>]/);
    expect(ELEMENTS).toEqual(expect.arrayContaining([...elementsOf(html)]));
    expect(ATTRIBUTES).toEqual(expect.arrayContaining([...attributesOf(html)]));
    expect(html).not.toMatch(/href="(?!https:)/);
  });

  it("is drawn without one for any text at all", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        for (const [, blocks] of everythingShown(text)) {
          expect(withoutElements(draw(blocks).html)).not.toMatch(/[<>]/);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("shows formatting, although every text is verbatim", () => {
    const [, card = []] = everythingShown("x").find(([what]) => what === "card") ?? [];
    expect(elementsOf(draw(card).html)).toEqual(expect.arrayContaining(["h3", "strong", "code"]));
  });
});

describe("blocks", () => {
  it.each([
    ["a limit", "value &gt;= 0.97 &amp;&amp; x &lt; 1", "value >= 0.97 && x < 1"],
    ["an escaped mention", "&lt;@U0ANA&gt;", "<@U0ANA>"],
    ["an escaped entity", "&amp;lt;", "&lt;"],
    ["a mention", "<@U0ANA> and <!subteam^S0SRE>", "@ana and @sre"],
    ["a link", "<https://ci.example/?a=1&amp;b=2|the run>", "the run"],
    ["a date", `<!date^${SECONDS - 3 * DAY}^{date_short_pretty}|then>`, "Nov 19, 2026"],
    [
      "a date of this day",
      `<!date^${SECONDS}^{date_short_pretty} or {date_short}|then>`,
      "today or Nov 22, 2026",
    ],
    ["a date of another kind", `<!date^${SECONDS}^{date_long}|then>`, "then"],
    ["a version with underscores", "v_1_2", "v_1_2"],
  ])("show %s as Slack does", (_name, text, shown) => {
    expect(visibleText(draw(mrkdwn(text)).html)).toBe(shown);
  });

  it("keep the address of a link, and open it elsewhere", () => {
    expect(draw(mrkdwn("<https://ci.example/?a=1&amp;b=2|the run>")).html).toContain(
      '<a href="https://ci.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">',
    );
  });

  it.each([
    ["of a script", "<javascript:alert(1)|x>"],
    ["of an e-mail address that nobody marked as one", "dana@acme.test"],
    ["of a release that looks like one", "model-pymk@2026.11.06-1"],
  ])("make no link %s", (_name, text) => {
    expect(elementsOf(draw(mrkdwn(text)).html)).not.toContain("a");
  });

  it("say who is mentioned, for the page to mark one's own mentions", () => {
    const { html } = draw(mrkdwn("<@U0ANA> <!subteam^S0SRE>"));
    expect(html).toContain('data-user="U0ANA"');
    expect(html).toContain('data-members="U0BEN U0DANA"');
  });

  it("of plain text show that text and nothing else, whatever it is", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const shown = draw(plain(text)).html;
        // A browser begins a paragraph on a line of its own.
        expect(seen(visibleText(shown.replaceAll("<p", "\n<p")))).toBe(seen(text));
        expect(elementsOf(shown)).not.toContain("a");
      }),
      {
        numRuns: 200,
        examples: [["word\u0000"], ["\u0000!"], ["\u0000\u{e100}\u0000"], ["7\n\n7"]],
      },
    );
  });

  it("that a message may have are all drawn", () => {
    const { html } = draw([
      { type: "header", text: { type: "plain_text", text: "*Title*", emoji: false } },
      { type: "divider" },
      {
        type: "section",
        fields: [
          { type: "mrkdwn", text: "*one*" },
          { type: "mrkdwn", text: "two" },
        ],
      },
      { type: "context", elements: [{ type: "mrkdwn", text: "quiet" }] },
      {
        type: "rich_text",
        elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: "a < b" }] }],
      },
      { type: "actions", elements: [] },
      { type: "image", image_url: "https://ci.example/chart.png", alt_text: "a chart" },
    ]);
    expect(visibleText(html)).toContain("*Title*onetwoquieta < b");
    expect(html).toContain('data-own="actions"');
    expect(html).toContain('src="https://ci.example/chart.png"');
  });
});
