import type { Instant } from "../../core/json.ts";

const TIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) ?(?:(UTC|Z)|([+-]\d{2}):?(\d{2}))$/;

/**
 * GitLab writes `2026-11-22 13:10:06 UTC`, `2026-11-22 14:20:42 +0100`, and in newer fields ISO 8601. What
 * `Date.parse` makes of the first two is for each engine to choose, so they are put in order before. null:
 * none of these.
 */
export function gitlabTime(text: string | null | undefined): Instant | null {
  const [, date, time, utc, hours, minutes] = TIME.exec(text ?? "") ?? [];
  if (date === undefined || time === undefined) return null;
  const offset = utc === undefined ? `${hours}:${minutes}` : "Z";
  const instant = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(instant) ? null : instant;
}
