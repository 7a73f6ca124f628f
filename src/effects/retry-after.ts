import type { Instant, Milliseconds } from "../core/json.ts";

/** RFC 9110, 10.2.3: seconds, or a date. null: the header is absent or says neither. */
export function parseRetryAfter(value: string | undefined, now: Instant): Milliseconds | null {
  if (value === undefined) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
