import fc from "fast-check";

/** Texts that try to be more than text: for properties that must hold of whatever somebody sends. */

const HOSTILE = [
  "*",
  "*bold*",
  "_",
  "_italic_",
  "~strike~",
  "`code`",
  "```",
  "<",
  ">",
  "&",
  "&lt;",
  "&amp;",
  "<!channel>",
  "<@U024BE7LH>",
  "<https://evil.test|github.com>",
  "https://evil.test",
  "@here",
  "@channel",
  "dana@acme.test",
  ":smile:",
  ":wave::skin-tone-2:",
  "> quoted",
  "&gt; quoted",
  "\n",
  "\r\n",
  "\u2028",
  "\t",
  "\u0000",
  "\u001b[31m",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u200d",
  "\ufeff",
  "\ud83d",
  "\udc68",
  "\u{e0041}",
  "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦",
  "🏳️‍🌈",
  "שלום",
  "مرحبا",
  "snake_case_name",
  "[label](https://evil.test)",
  "|",
  '"',
  "\\",
];

export function hostileText(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.constantFrom(" ", "word", "7"),
  );
  return fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""));
}
