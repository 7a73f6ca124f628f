const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = [365 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND, 1];

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"])|([\s\S]|$))/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const HIGHEST_CODE_POINT = 0x10ffff;

/** Milliseconds of a duration as PromQL writes it, `1m30s`; null when it is none. */
export function parseDuration(text: string): number | null {
  const match = text === "" ? null : DURATION.exec(text);
  if (match === null) return null;
  return match.slice(1).reduce((sum, count, unit) => {
    return sum + Number(count ?? 0) * (UNITS[unit] ?? 0);
  }, 0);
}

/** A number as PromQL writes it: decimal, `0x1F`, `1_000`, `Inf`, `NaN`, or a duration in seconds. */
export function parseNumber(text: string): number | null {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const size = parseUnsigned(digits.toLowerCase());
  if (size === null) return null;
  return sign === "-" ? -size : size;
}

function parseUnsigned(text: string): number | null {
  if (text === "inf" || text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "nan") return Number.NaN;
  const duration = parseDuration(text);
  if (duration !== null) return duration / SECOND;
  const value = text.trim() === "" ? Number.NaN : Number(text.replaceAll("_", ""));
  return Number.isNaN(value) ? null : value;
}

/** The text that a quoted string stands for; null when the quotes or an escape are wrong. */
export function parseString(literal: string): string | null {
  const quote = literal.at(0);
  if (quote === undefined || literal.length < 2 || literal.at(-1) !== quote) return null;
  const inner = literal.slice(1, -1);
  if (quote === "`") return inner;
  let valid = true;
  const text = inner.replace(ESCAPE, (_escape, ...groups: readonly (string | undefined)[]) => {
    const [hex, short, long, octal, letter] = groups;
    if (letter !== undefined) return SHORT_ESCAPES[letter] ?? letter;
    const point =
      octal === undefined
        ? Number.parseInt(hex ?? short ?? long ?? "", 16)
        : Number.parseInt(octal, 8);
    if (!(point <= HIGHEST_CODE_POINT)) valid = false;
    return valid ? String.fromCodePoint(point) : "";
  });
  return valid ? text : null;
}
