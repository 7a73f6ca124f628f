import { z } from "zod";

export {
  cleanLine,
  cleanLines,
  isCommitSha,
  isImageDigest,
  isVersion,
} from "../../shared/sent-text.ts";

/** Without what the stores and Slack cannot hold: control characters, and halves of surrogate pairs. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const SEVERAL_LINES = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;
const VISIBLE = /^[^\s\p{C}]+$/u;

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
