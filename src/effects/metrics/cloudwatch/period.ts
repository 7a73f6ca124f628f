import type { Milliseconds } from "../../../core/json.ts";

const HOUR: Milliseconds = 3_600_000;
const DAY = 24 * HOUR;

/** How long CloudWatch keeps which periods, from its reference of GetMetricData. */
const KEPT = [
  { upTo: 3 * HOUR, period: 1 },
  { upTo: 15 * DAY, period: 60 },
  { upTo: 63 * DAY, period: 300 },
  { upTo: Number.POSITIVE_INFINITY, period: 3_600 },
] as const;
const SHORT_PERIODS = [1, 5, 10, 20, 30];

/** Why there is no such period of what is this old; null: there is one. */
export function periodProblem(step: Milliseconds, age: Milliseconds): string | null {
  const seconds = step / 1_000;
  if (!SHORT_PERIODS.includes(seconds) && seconds % 60 !== 0) {
    return `CloudWatch has no period of ${seconds} s: measure every 1s, 5s, 10s, 20s, 30s or a multiple of 1m`;
  }
  const kept = KEPT.find(({ upTo }) => age <= upTo)?.period ?? 3_600;
  const fits = kept === 1 || seconds % kept === 0;
  return fits
    ? null
    : `CloudWatch keeps what is ${Math.round(age / HOUR)} h old by periods of ${kept} s only: measure at a multiple of that`;
}
