import { describe, expect, it } from "vitest";
import { checkBlocks, checkMessage, checkModal } from "../../src/demo/block-kit.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const button = (overrides: object = {}) => ({
  type: "button",
  action_id: "a",
  text: plain("Go"),
  ...overrides,
});

describe("blocks that Slack accepts", () => {
  it.each([
    { name: "a header", block: { type: "header", block_id: "h", text: plain("a".repeat(150)) } },
    { name: "a section", block: { type: "section", text: mrkdwn("a".repeat(3000)), expand: true } },
    {
      name: "fields with an accessory",
      block: { type: "section", fields: [mrkdwn("a"), plain("b")], accessory: button() },
    },
    {
      name: "a context",
      block: {
        type: "context",
        elements: [mrkdwn("a"), { type: "image", image_url: "https://x.test/", alt_text: "b" }],
      },
    },
    {
      name: "buttons",
      block: {
        type: "actions",
        elements: [
          button({ style: "primary", value: "v", accessibility_label: "l", url: "https://x.test" }),
          button({
            action_id: "b",
            style: "danger",
            confirm: {
              text: mrkdwn("sure?"),
              title: plain("t"),
              confirm: plain("y"),
              deny: plain("n"),
            },
          }),
        ],
      },
    },
    { name: "a divider", block: { type: "divider" } },
    {
      name: "an image",
      block: {
        type: "image",
        slack_file: { id: "F0123456789" },
        alt_text: "chart",
        title: plain("Chart"),
      },
    },
    {
      name: "rich text",
      block: {
        type: "rich_text",
        elements: [
          { type: "rich_text_preformatted", elements: [{ type: "text", text: "a <b>" }] },
          {
            type: "rich_text_list",
            style: "bullet",
            elements: [{ type: "rich_text_section", elements: [{ type: "user", user_id: "U1" }] }],
          },
        ],
      },
    },
    {
      name: "tokens and a quotation",
      block: {
        type: "section",
        text: mrkdwn(
          "> by <@U024BE7LH> <!subteam^S012345> <#C012345> <!date^1^{time}|x> <https://x.test|a &lt; b>",
        ),
      },
    },
  ])("$name", ({ block }) => {
    expect(checkBlocks("message", [block])).toEqual([]);
  });
});

describe("blocks that Slack refuses", () => {
  it.each([
    { name: "no block", block: "x", problem: "/blocks/0: not an object" },
    {
      name: "another kind",
      block: { type: "alert" },
      problem: "/blocks/0: no block of type alert on every surface",
    },
    {
      name: "a header too long",
      block: { type: "header", text: plain("a".repeat(151)) },
      problem: "/blocks/0/text/text: 151 characters, at most 150",
    },
    {
      name: "mrkdwn in a header",
      block: { type: "header", text: mrkdwn("a") },
      problem: "/blocks/0/text: mrkdwn, not plain_text",
    },
    {
      name: "a text that is none",
      block: { type: "header", text: "a" },
      problem: "/blocks/0/text: not a text object",
    },
    {
      name: "a number for a text",
      block: { type: "header", text: { type: "plain_text", text: 1 } },
      problem: "/blocks/0/text/text: not a text",
    },
    {
      name: "an empty text",
      block: { type: "section", text: mrkdwn("") },
      problem: "/blocks/0/text/text: empty",
    },
    {
      name: "half a surrogate pair",
      block: { type: "section", text: mrkdwn("a\ud83d") },
      problem: "/blocks/0/text/text: half a surrogate pair",
    },
    {
      name: "an unescaped bracket",
      block: { type: "section", text: mrkdwn("a < b") },
      problem: "/blocks/0/text/text: an unescaped angle bracket",
    },
    {
      name: "a broadcast",
      block: { type: "section", text: mrkdwn("<!channel>") },
      problem: "/blocks/0/text/text: an unescaped angle bracket",
    },
    {
      name: "emoji of mrkdwn",
      block: { type: "section", text: { type: "mrkdwn", text: "a", emoji: false } },
      problem: "/blocks/0/text/emoji: unknown",
    },
    {
      name: "verbatim that is neither",
      block: { type: "section", text: { type: "mrkdwn", text: "a", verbatim: "yes" } },
      problem: "/blocks/0/text/verbatim: not true or false",
    },
    {
      name: "a misspelt member",
      block: { type: "divider", blockid: "x" },
      problem: "/blocks/0/blockid: unknown",
    },
    {
      name: "an id too long",
      block: { type: "divider", block_id: "x".repeat(256) },
      problem: "/blocks/0/block_id: 256 characters, at most 255",
    },
    {
      name: "a section of nothing",
      block: { type: "section" },
      problem: "/blocks/0: neither text nor fields",
    },
    {
      name: "eleven fields",
      block: { type: "section", fields: Array.from({ length: 11 }, () => plain("a")) },
      problem: "/blocks/0/fields: 11 elements, at most 10",
    },
    {
      name: "an empty context",
      block: { type: "context", elements: [] },
      problem: "/blocks/0/elements: empty",
    },
    {
      name: "actions without elements",
      block: { type: "actions" },
      problem: "/blocks/0/elements: empty",
    },
    {
      name: "an element that is none",
      block: { type: "actions", elements: ["x"] },
      problem: "/blocks/0/elements/0: not an object",
    },
    {
      name: "an element of another kind",
      block: { type: "actions", elements: [{ type: "datepicker", action_id: "a" }] },
      problem: "/blocks/0/elements/0: no element of type datepicker",
    },
    {
      name: "the same action twice",
      block: { type: "actions", elements: [button(), button()] },
      problem: "/blocks/0/elements/1/action_id: a is used twice",
    },
    {
      name: "two primary buttons",
      block: {
        type: "actions",
        elements: [button({ style: "primary" }), button({ action_id: "b", style: "primary" })],
      },
      problem: "/blocks/0: 2 primary buttons, at most one",
    },
    {
      name: "a button value too long",
      block: { type: "actions", elements: [button({ value: "v".repeat(2001) })] },
      problem: "/blocks/0/elements/0/value: 2001 characters, at most 2000",
    },
    {
      name: "a style that does not exist",
      block: { type: "actions", elements: [button({ style: "warning" })] },
      problem: "/blocks/0/elements/0/style: warning, not primary or danger",
    },
    {
      name: "a confirmation that is none",
      block: { type: "actions", elements: [button({ confirm: true })] },
      problem: "/blocks/0/elements/0/confirm: not an object",
    },
    {
      name: "an image without a source",
      block: { type: "image", alt_text: "a" },
      problem: "/blocks/0: needs exactly one of image_url and slack_file",
    },
    {
      name: "rich text of nothing",
      block: { type: "rich_text", elements: [] },
      problem: "/blocks/0/elements: empty",
    },
    {
      name: "rich text of another kind",
      block: { type: "rich_text", elements: [{ type: "text", text: "a" }] },
      problem: "/blocks/0/elements/0: not a rich text element",
    },
    {
      name: "a rich text element of another kind",
      block: {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "blink", text: "a" }] }],
      },
      problem: "/blocks/0/elements/0/elements/0: not a rich text element",
    },
    {
      name: "an input in a message",
      block: {
        type: "input",
        label: plain("a"),
        element: { type: "plain_text_input", action_id: "a" },
      },
      problem: "/blocks/0: an input in a message",
    },
  ])("$name", ({ block, problem }) => {
    expect(checkBlocks("message", [block])).toEqual([problem]);
  });

  it("no list", () => {
    expect(checkBlocks("message", undefined)).toEqual(["/blocks: not a list"]);
  });

  it("too many of them", () => {
    const blocks = Array.from({ length: 51 }, () => ({ type: "divider" }));
    expect(checkBlocks("message", blocks)).toEqual(["/blocks: 51 blocks, at most 50"]);
    expect(checkBlocks("modal", blocks)).toEqual([]);
  });

  it("two of the same id", () => {
    const blocks = [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ];
    expect(checkBlocks("home", blocks)).toEqual(["/blocks/1/block_id: a is used twice"]);
  });

  it("too much text in all, in a message and in a modal but not in a home tab", () => {
    const blocks = Array.from({ length: 11 }, () => ({
      type: "section",
      text: mrkdwn("a".repeat(3000)),
    }));
    expect(checkBlocks("message", blocks)).toEqual([
      "/blocks: 33000 characters of text in all, at most 10000",
    ]);
    expect(checkBlocks("modal", blocks)).toEqual([
      "/blocks: 33000 characters of text in all, at most 30000",
    ]);
    expect(checkBlocks("home", blocks)).toEqual([]);
  });
});

describe("a message", () => {
  it("needs a text beside its blocks", () => {
    const blocks = [{ type: "divider" }];
    expect(checkMessage({ text: "news", blocks })).toEqual([]);
    expect(checkMessage({ text: "", blocks })).toEqual(["/text: empty"]);
    expect(checkMessage(null)).toEqual(["/: not an object"]);
  });
});

describe("a modal", () => {
  const input = {
    type: "input",
    label: plain("Reason"),
    hint: plain("Say why"),
    element: {
      type: "plain_text_input",
      action_id: "a",
      min_length: 3,
      max_length: 1000,
      placeholder: plain("…"),
    },
  };
  const modal = {
    type: "modal",
    callback_id: "c",
    private_metadata: "",
    title: plain("Reject"),
    submit: plain("Reject"),
    blocks: [input],
  };

  it("is accepted", () => {
    expect(checkModal(modal)).toEqual([]);
  });

  it.each([
    { name: "no object", view: [], problem: "/: not an object" },
    { name: "another kind", view: { ...modal, type: "home" }, problem: '/type: not "modal"' },
    { name: "no title", view: { ...modal, title: undefined }, problem: "/title: missing" },
    {
      name: "a title of mrkdwn",
      view: { ...modal, title: mrkdwn("a") },
      problem: "/title: not plain_text",
    },
    {
      name: "a title too long",
      view: { ...modal, title: plain("a".repeat(25)) },
      problem: "/title/text: 25 characters, at most 24",
    },
    {
      name: "an input and no submit",
      view: { ...modal, submit: undefined },
      problem: "/submit: missing",
    },
    {
      name: "metadata too long",
      view: { ...modal, private_metadata: "a".repeat(3001) },
      problem: "/private_metadata: 3001 characters, at most 3000",
    },
    {
      name: "lengths the wrong way round",
      view: {
        ...modal,
        blocks: [{ ...input, element: { ...input.element, min_length: 2000 } }],
      },
      problem: "/blocks/0/element: lengths are not within 0..3000",
    },
  ])("is refused with $name", ({ view, problem }) => {
    expect(checkModal(view)).toEqual([problem]);
  });
});
