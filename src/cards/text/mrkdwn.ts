import { LIMITS, SHOWN } from "../limits.ts";
import { clip } from "./clip.ts";
import { countText } from "./number.ts";
import { cleanLine, cleanLines, isolate } from "./plain.ts";

/**
 * Text in Slack's mrkdwn. The wrapper is the guard: blocks take nothing else, and only this file and its
 * neighbours `mention.ts` and `time.ts` make it, so untrusted text cannot reach a card unescaped.
 */
export interface Mrkdwn {
  readonly mrkdwn: string;
}

const ZERO_WIDTH_SPACE = "\u200b";

/**
 * A template of our own markup. What is interpolated is Mrkdwn already, or a number that counts
 * something, or untrusted text, which is shown as one line of at most the length of a name.
 */
export function md(
  template: TemplateStringsArray,
  ...values: readonly (Mrkdwn | string | number)[]
): Mrkdwn {
  const text = template.map((part, index) => {
    const value = values[index];
    return value === undefined ? part : `${part}${interpolated(value)}`;
  });
  return { mrkdwn: text.join("") };
}

function interpolated(value: Mrkdwn | string | number): string {
  if (typeof value === "string") return line(value).mrkdwn;
  if (typeof value === "number") return countText(value);
  return value.mrkdwn;
}

export const EMPTY: Mrkdwn = { mrkdwn: "" };

export function join(parts: readonly Mrkdwn[], separator: string): Mrkdwn {
  return { mrkdwn: parts.map(({ mrkdwn }) => mrkdwn).join(separator) };
}

/** `a`, `a and b`, `a, b and c`. */
export function list(parts: readonly Mrkdwn[]): Mrkdwn {
  const last = parts.at(-1);
  if (parts.length < 2 || last === undefined) return join(parts, "");
  return md`${join(parts.slice(0, -1), ", ")} and ${last}`;
}

/** Untrusted text as one line of at most `max` code units: no mention, no link, no formatting. */
export function line(text: string, max: number = SHOWN.name): Mrkdwn {
  return { mrkdwn: cut(inert(cleanLine(text, max)), max) };
}

/** Untrusted text that may keep its line breaks, as a quotation. */
export function quote(text: string, max: number): Mrkdwn {
  const quoted = inert(cleanLines(text, max))
    .split("\n")
    .map((row) => `> ${cut(row, max)}`);
  return { mrkdwn: withoutStray(clip(quoted.join("\n"), max)) };
}

/** Untrusted text as inline code: nothing in it is formatted but what ends the code. */
export function code(text: string, max: number = SHOWN.name): Mrkdwn {
  const inside = entities(cleanLine(text, max).replaceAll("`", "ˋ"));
  return { mrkdwn: `\`${isolate(inside, max - 2)}\`` };
}

/**
 * A link, where the address is a plain http(s) one; else only its label. An address with a user name in
 * it is not linked: `https://github.com@evil.test` misleads whoever reads it.
 */
export function link(url: string | null, label: string): Mrkdwn {
  const shown = line(label.replaceAll("|", "¦"));
  const address = url === null ? null : linkable(url);
  return address === null ? shown : { mrkdwn: `<${address}|${shown.mrkdwn}>` };
}

function linkable(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, username, password, href } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return null;
  if (username !== "" || password !== "") return null;
  const address = entities(href.replace(/[<>|]/g, encodeURIComponent));
  return address.length > SHOWN.url ? null : address;
}

/** The text beside the blocks of a message. */
export function fallback(text: Mrkdwn): string {
  return clip(text.mrkdwn, LIMITS.message.fallback);
}

/**
 * Takes every character that Slack could act on out of action. Zero-width spaces beside `*`, `_`, `~` and
 * backticks do not do: Slack takes them for the border of a word, which is what formatting needs. Those
 * four become look-alikes; an underscore inside a word, where Slack leaves it alone, stays, so that names
 * can still be copied.
 */
function inert(text: string): string {
  const calm = text
    .replaceAll("*", "∗")
    .replaceAll("~", "∼")
    .replaceAll("`", "ˋ")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "ˍ")
    // :emoji:, then what older clients make a link or a mention of by themselves
    .replace(/:(?=[^\s:]+:)/g, `:${ZERO_WIDTH_SPACE}`)
    .replaceAll("://", `:${ZERO_WIDTH_SPACE}//`)
    .replace(/@(?=(?:here|channel|everyone|group))/gi, `@${ZERO_WIDTH_SPACE}`);
  // A quotation begins with the entity as well as with the character.
  return entities(calm).replace(/^(?= *&gt;)/gm, ZERO_WIDTH_SPACE);
}

function cut(text: string, max: number): string {
  return withoutStray(isolate(text, max));
}

/** Where a name was cut after an underscore, that is at the border of a word now. */
function withoutStray(text: string): string {
  return text.replace(/_(?=…)/g, "ˍ");
}

function entities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
