import { SHOWN } from "../limits.ts";
import { clip } from "./clip.ts";
import { countText } from "./number.ts";

/**
 * Text for `plain_text`: what Slack shows literally. Like Mrkdwn it is made here only, so that a title or
 * a button never holds untrusted text as it came.
 */
export interface Plain {
  readonly plain: string;
}

/** A template of our own words. Untrusted text is shown as one line of the length of a name in a title. */
export function plain(
  template: TemplateStringsArray,
  ...values: readonly (Plain | string | number)[]
): Plain {
  const text = template.map((part, index) => {
    const value = values[index];
    return value === undefined ? part : `${part}${interpolated(value)}`;
  });
  return { plain: text.join("") };
}

function interpolated(value: Plain | string | number): string {
  if (typeof value === "string") return plainLine(value, SHOWN.titleName).plain;
  if (typeof value === "number") return countText(value);
  return value.plain;
}

/*
 * Untrusted text without what deceives the eye: control and format characters (bidirectional overrides,
 * zero-width characters, tags), lone surrogates, piles of combining marks. Plain text needs no more than
 * this; mrkdwn needs `mrkdwn.ts` as well.
 */

/** Joiners stay: emoji families and several scripts are written with them. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** How much of a text is looked at, as a multiple of what may be shown: a novel must not cost time. */
const READ = 8;

/** What is shown for a text of which nothing is left. */
const NOTHING = "(empty)";

/** One line: every run of white space and line breaks becomes one space. */
export function cleanLine(text: string, max: number): string {
  const line = clean(text.slice(0, READ * max).replace(/[\p{Cc}\p{Z}]+/gu, " "));
  return line.replace(/ {2,}/g, " ").trim() || NOTHING;
}

/** Several lines: at most one empty line between two others, no white space at either end. */
export function cleanLines(text: string, max: number): string {
  const lines = text
    .slice(0, READ * max)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => clean(line.replaceAll("\t", "  ")).trimEnd());
  return (
    lines
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .replace(/^\n+/, "")
      .trimEnd() || NOTHING
  );
}

/** One line of untrusted text for `plain_text`, at most `max` long. */
export function plainLine(text: string, max: number): Plain {
  return { plain: isolate(cleanLine(text, max), max) };
}

/**
 * Cuts to `max`, and keeps right-to-left text from reordering what stands around it: it goes between
 * FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9).
 */
export function isolate(text: string, max: number): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${clip(text, max - 2)}\u2069` : clip(text, max);
}

function clean(text: string): string {
  return text.replace(LONE_SURROGATE, "\ufffd").replace(INVISIBLE, "").replace(PILED_MARKS, "$1");
}
