import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip } from "../../../src/cards/text/clip.ts";
import {
  code,
  fallback,
  join,
  line,
  link,
  list,
  md,
  quote,
} from "../../../src/cards/text/mrkdwn.ts";
import { hostileText } from "../../support/hostile-text.ts";

const Z = "\u200b";

/** Whatever Slack would act on in a text that should be nothing but text. */
function activeIn(text: string): readonly string[] {
  const actors: Readonly<Record<string, RegExp>> = {
    "a token or a stray bracket": /[<>]/,
    "a bare ampersand": /&(?!(?:amp|lt|gt);)/,
    "a formatting character": /[*~`]/,
    "an underscore at the border of a word": /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/,
    "an emoji": /:[^\s:\u200b]+:/,
    "an address": /:\/\//,
    "a mention of everybody": /@(?:here|channel|everyone|group)/i,
    "a quotation": /^\s*&gt;/m,
    "a line break or control character": /[\p{Cc}\u2028\u2029]/u,
    "a direction override": /[\u202a-\u202e\u2066\u2067]/,
    "half a surrogate pair": /\p{Cs}/u,
  };
  return Object.entries(actors).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));
}

describe("untrusted text as one line of mrkdwn", () => {
  it.each([
    { name: "plain words", text: "Weigh recent edges more", shown: "Weigh recent edges more" },
    { name: "a mention of everybody", text: "<!channel> hi", shown: "&lt;!channel&gt; hi" },
    { name: "a mention of a person", text: "<@U024BE7LH>", shown: `&lt;@U024BE7LH&gt;` },
    {
      name: "a disguised link",
      text: "<https://evil.test|ok>",
      shown: `&lt;https:${Z}//evil.test|ok&gt;`,
    },
    { name: "a bare link", text: "see https://evil.test", shown: `see https:${Z}//evil.test` },
    { name: "bold, strike and code", text: "*a* ~b~ `c`", shown: "∗a∗ ∼b∼ ˋcˋ" },
    { name: "italics", text: "_a_ b", shown: "ˍaˍ b" },
    { name: "a name with underscores", text: "feature_null_rate", shown: "feature_null_rate" },
    { name: "a dunder", text: "__init__.py", shown: "ˍˍinitˍˍ.py" },
    { name: "an emoji", text: "ship :rocket:", shown: `ship :${Z}rocket:` },
    {
      name: "an emoji with a skin tone",
      text: ":wave::skin-tone-2:",
      shown: `:${Z}wave::${Z}skin-tone-2:`,
    },
    { name: "@here", text: "@here look", shown: `@${Z}here look` },
    { name: "an entity", text: "a &lt; b", shown: "a &amp;lt; b" },
    { name: "a quotation", text: "> wise words", shown: `${Z}&gt; wise words` },
    { name: "an arrow inside", text: "a -> b", shown: "a -&gt; b" },
    { name: "several lines", text: "a\n> b", shown: "a &gt; b" },
    { name: "right-to-left text", text: "תיקון", shown: "\u2068תיקון\u2069" },
    { name: "nothing", text: "", shown: "(empty)" },
  ])("$name", ({ text, shown }) => {
    expect(line(text)).toEqual({ mrkdwn: shown });
  });

  it("is never more than text, whatever was sent, and never longer than asked", () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 4, max: 200 }), (text, max) => {
        const { mrkdwn } = line(text, max);
        expect(activeIn(mrkdwn)).toEqual([]);
        expect(mrkdwn.length).toBeLessThanOrEqual(max);
      }),
      { numRuns: 500 },
    );
  });

  it("is cut between what belongs together", () => {
    expect(line("&".repeat(40), 12)).toEqual({ mrkdwn: "&amp;&amp;…" });
  });
});

describe("untrusted text as inline code", () => {
  it.each([
    { name: "keeps formatting characters", text: "a*b_c~d", shown: "`a*b_c~d`" },
    { name: "cannot be ended from inside", text: "a` *b* `c", shown: "`aˋ *b* ˋc`" },
    { name: "is escaped", text: 'x < 1 & "y" > 2', shown: '`x &lt; 1 &amp; "y" &gt; 2`' },
    { name: "is one line", text: "sum(\n  rate(x)\n)", shown: "`sum( rate(x) )`" },
    { name: "isolates right-to-left text", text: "א", shown: "`\u2068א\u2069`" },
  ])("$name", ({ text, shown }) => {
    expect(code(text)).toEqual({ mrkdwn: shown });
  });

  it("never ends early, never holds a token, and is never too long", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const { mrkdwn } = code(text, 60);
        expect(mrkdwn).toMatch(/^`[^`<>\n]+`$/);
        expect(mrkdwn.length).toBeLessThanOrEqual(60);
      }),
    );
  });
});

describe("untrusted text as a quotation", () => {
  it("keeps its lines, each of them quoted and inert", () => {
    expect(quote("first *line*\n\n> second\nא", 200)).toEqual({
      mrkdwn: `> first ∗line∗\n> \n> ${Z}&gt; second\n> \u2068א\u2069`,
    });
  });

  it("is nothing but a quotation of inert lines, whatever was sent", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const { mrkdwn } = quote(text, 120);
        expect(mrkdwn.length).toBeLessThanOrEqual(120);
        for (const quoted of mrkdwn.split("\n")) {
          expect(activeIn(quoted.replace(/^> ?/, ""))).toEqual([]);
        }
      }),
    );
  });
});

describe("a link", () => {
  it.each([
    {
      name: "of an https address",
      url: "https://ci.example/run/7",
      shown: "<https://ci.example/run/7|the run>",
    },
    {
      name: "of an address with a query",
      url: "http://ci.example/?a=1&b=<2>|3",
      shown: "<http://ci.example/?a=1&amp;b=%3C2%3E%7C3|the run>",
    },
  ])("$name", ({ url, shown }) => {
    expect(link(url, "the run")).toEqual({ mrkdwn: shown });
  });

  it.each([
    { name: "there is no address", url: null },
    { name: "it is no address", url: "run 7" },
    { name: "the scheme is not for the web", url: "javascript:alert(1)" },
    { name: "a file is meant", url: "file:///etc/passwd" },
    { name: "a user name pretends to be the host", url: "https://github.com@evil.test/" },
    { name: "a password is in it", url: "https://:secret@ci.example/" },
    { name: "it is too long to be read", url: `https://ci.example/${"a".repeat(1000)}` },
  ])("is only its label where $name", ({ url }) => {
    expect(link(url, "the run")).toEqual({ mrkdwn: "the run" });
  });

  it("has an inert label that cannot end it", () => {
    expect(link("https://ci.example/", "a|b> *c*")).toEqual({
      mrkdwn: "<https://ci.example/|a¦b&gt; ∗c∗>",
    });
  });

  it("is one whole token or inert text, whatever address was sent", () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), hostileText()), hostileText(), (url, label) => {
        const { mrkdwn } = link(url, label);
        const token = /^<https?:\/\/[^<>|\s]+\|([^<>|]+)>$/.exec(mrkdwn);
        expect(activeIn(token?.[1] ?? mrkdwn)).toEqual([]);
      }),
    );
  });
});

describe("a template", () => {
  it("escapes texts, counts numbers, and leaves what is mrkdwn already", () => {
    expect(md`*${"<a>"}* has ${12345} ${code("x")}`).toEqual({
      mrkdwn: "*&lt;a&gt;* has 12,345 `x`",
    });
  });

  it("cuts a text to the length of a name", () => {
    expect(md`${"a".repeat(100)}`).toEqual({ mrkdwn: `${"a".repeat(79)}…` });
  });
});

describe("lists of texts", () => {
  it.each([
    { names: [], shown: "" },
    { names: ["a"], shown: "a" },
    { names: ["a", "b"], shown: "a and b" },
    { names: ["a", "b", "c"], shown: "a, b and c" },
  ])("$shown", ({ names, shown }) => {
    expect(list(names.map((name) => line(name)))).toEqual({ mrkdwn: shown });
  });

  it("are joined by what is asked for", () => {
    expect(join([line("a"), line("b")], " · ")).toEqual({ mrkdwn: "a · b" });
  });
});

describe("the text beside the blocks", () => {
  it("is cut to what Slack recommends", () => {
    const text = { mrkdwn: "a ".repeat(4000) };
    expect(fallback(text)).toBe(clip(text.mrkdwn, 4000));
  });
});
