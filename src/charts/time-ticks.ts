import type { Instant, Milliseconds } from "../core/json.ts";

const SECOND: Milliseconds = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly Milliseconds[] = [
  ...[1, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30].map((count) => count * DAY),
];

export interface TimeTick {
  readonly at: Instant;
  readonly text: string;
}

/** At most `most` round times of UTC between two others. */
export function timeTicks(from: Instant, to: Instant, most: number): readonly TimeTick[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const result: TimeTick[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to && result.length < most; at += step) {
    result.push({ at, text: tickText(at, step) });
  }
  return result;
}

function tickText(at: Instant, step: Milliseconds): string {
  if (step >= DAY || (step >= 6 * HOUR && at % DAY === 0)) return dayText(at);
  return step < MINUTE ? clockText(at, 8) : clockText(at, 5);
}

/** A chart of less than this says seconds. */
const SHORT = 5 * MINUTE;

/** `14:02`, in UTC, or as much of `Nov 22 14:02:30` as a chart of that span needs. */
export function momentText(at: Instant, span: Milliseconds): string {
  const clock = clockText(at, span < SHORT ? 8 : 5);
  return span > DAY ? `${dayText(at)} ${clock}` : clock;
}

/** `Nov 22`, in UTC. */
function dayText(at: Instant): string {
  return new Date(at).toUTCString().replace(/^\w+, (\d+) (\w+).*/, "$2 $1");
}

/** `14:02:30`, as many letters of it. */
export function clockText(at: Instant, length: number): string {
  return new Date(at).toISOString().slice(11, 11 + length);
}
