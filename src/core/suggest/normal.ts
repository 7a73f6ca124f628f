import { median } from "../analysis/robust.ts";
import type { Instant, Milliseconds } from "../json.ts";
import type { Sample } from "../verdict.ts";
import { grouped } from "./grouped.ts";

/** What is normal of a series of numbers, each in its own unit. */
export interface Normal {
  /** The median. */
  readonly level: number;
  /** How far points lie from it: the median distance, times 1.4826, which is a standard deviation of a normal distribution. */
  readonly spread: number;
  /** The same of the medians of hours: how far the level itself wanders. */
  readonly wander: number;
  /** By how much the highest hour of the day lies above the lowest one; null: there is less than two days. */
  readonly daily: number | null;
  /** 999 of 1,000 points are at most this. */
  readonly highest: number;
  readonly points: number;
}

const HOUR: Milliseconds = 3_600_000;
const DAY = 24 * HOUR;
const TO_DEVIATION = 1.4826;

/** null: there is no number at all. */
export function normalOf(samples: readonly Sample[]): Normal | null {
  const known = samples.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  const [first] = known;
  if (first === undefined) return null;
  const values = known.map(({ value }) => value);
  const hours = [...grouped(known, ({ at }) => Math.floor(at / HOUR)).values()];
  const span = Math.max(...known.map(({ at }) => at)) - first.at;
  const byHour = grouped(known, hourOf);
  const levels = [...byHour.values()].map(levelOf);
  const sorted = values.toSorted((a, b) => a - b);
  return {
    level: median(values),
    spread: spreadOf(values),
    wander: spreadOf(hours.map(levelOf)),
    daily: span < 2 * DAY ? null : Math.max(...levels) - Math.min(...levels),
    highest: Math.max(...sorted.slice(Math.ceil(0.999 * sorted.length) - 1).slice(0, 1)),
    points: values.length,
  };
}

/** The same numbers without the pattern of a day: each moved by as much as its hour lies off all of them. */
export function withoutDay(samples: readonly Sample[]): readonly Sample[] {
  const known = samples.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  const middle = levelOf(known);
  const moved = [...grouped(known, hourOf).values()].flatMap((hour) => {
    const off = levelOf(hour) - middle;
    return hour.map(({ at, value }) => ({ at, value: value - off }));
  });
  return moved.toSorted((one, other) => one.at - other.at);
}

function hourOf({ at }: { readonly at: Instant }): number {
  return Math.floor((at % DAY) / HOUR);
}

function levelOf(samples: readonly { readonly value: number }[]): number {
  return median(samples.map(({ value }) => value));
}

function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return TO_DEVIATION * median(values.map((value) => Math.abs(value - middle)));
}
