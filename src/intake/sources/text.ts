import { z } from "zod";

/** What the stores and Slack cannot hold: control characters, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const SEVERAL_LINES = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;
const VISIBLE = /^[^\s\p{C}]+$/u;
const VERSION = /^[^\s\p{C}]{1,128}$/u;
const COMMIT_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const IMAGE_DIGEST = /^sha256:[0-9a-f]{64}$/;

/** A text of one line that the sender is asked to mend where it is not one. */
export function line(longest: number) {
  return z
    .string()
    .min(1, "must not be empty")
    .max(longest, `must be at most ${longest} characters`)
    .regex(ONE_LINE, "must be one line without control characters");
}

export function lines(longest: number) {
  return z
    .string()
    .max(longest, `must be at most ${longest} characters`)
    .regex(SEVERAL_LINES, "must not hold control characters");
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `must be one of ${values.join(", ")}`);
}

/** An instant as text with its offset from UTC, read as milliseconds since the Unix epoch. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: "must be a time with its offset, such as 2026-11-22T08:00:00Z",
  })
  .transform((text) => Date.parse(text));

export const webUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .regex(VISIBLE, "must be an http or https URL");

/** A text that a system wrote and nobody can be asked to mend: cleaned, and cut at a whole character. */
export function cleanLine(text: string, longest: number): string {
  return cut(text.replace(UNPRINTABLE, " ").trim(), longest);
}

export function cleanLines(text: string, longest: number): string {
  const clean = text.replace(UNPRINTABLE, (character) =>
    character === "\n" || character === "\t" ? character : "",
  );
  return cut(clean.trim(), longest);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : [...text.slice(0, longest + 1)].slice(0, -1).join("");
}

/** Visible characters only: a version is a word of `/release`, and part of ids. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

export function isCommitSha(text: string): boolean {
  return COMMIT_SHA.test(text);
}

export function isImageDigest(text: string): boolean {
  return IMAGE_DIGEST.test(text);
}
