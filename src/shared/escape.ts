import type { Escape } from "./template.ts";

/** For arguments of a program that is started without a shell, and for members of a JSON value. */
export const asItIs: Escape = (value) => value;

/** For one segment of a path or one value of a query. */
export const inUrl: Escape = (value) => encodeURIComponent(wellFormed(value));

/** For the value of an HTTP header: one line of printable ASCII; anything else is percent-encoded. */
export const inHeader: Escape = (value) =>
  wellFormed(value)
    .replace(/\p{Cc}+/gu, " ")
    .replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** For the inside of a JSON text between its quotes. */
export const inJsonString: Escape = (value) => JSON.stringify(value).slice(1, -1);

/** For the inside of a PromQL text between the given quotes. */
export function inPromqlString(value: string, quote: '"' | "'"): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

/** A regular expression in RE2's syntax that matches exactly this text. */
export function asRegex(value: string): string {
  return value.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

/** Half of a surrogate pair has no UTF-8. */
function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, "\ufffd");
}
