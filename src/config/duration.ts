import type { Milliseconds } from "../core/json.ts";

const UNITS: Readonly<Record<string, Milliseconds>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** One whole number and a unit. */
export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/** `500ms`, `30s`, `10m`, `24h`, `7d` in milliseconds; null for anything else. A day has 24 hours. */
export function parseDuration(text: string): Milliseconds | null {
  const [, count, unit] = DURATION.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return count === undefined || factor === undefined ? null : Number(count) * factor;
}
