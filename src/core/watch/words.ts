import type { Milliseconds } from "../json.ts";
import type { Baseline } from "../watch-policy.ts";
import type { Series } from "./series.ts";

/** What a release was compared with, as it ends a sentence. */
export const BASELINE_WORDS: Readonly<Record<Baseline, string>> = {
  stable: "of the version beside it",
  previous: "before the deployment",
  "last-week": "a week before",
};

/** `3.12 %`, `0.42`, `12.5/s`: a measured number as people read it. */
export function amount(kind: Series["kind"], value: number): string {
  switch (kind) {
    case "ratio":
      return `${digits(value * 100)} %`;
    case "count":
      return `${digits(value)}/s`;
    case "value":
      return digits(value);
  }
}

export function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** `45 s`, `12 min`, `3 h`, `2 d`: rounded up, so that it is enough. */
export function lengthOf(time: Milliseconds): string {
  const units = [
    [86_400_000, "d", 2],
    [3_600_000, "h", 2],
    [60_000, "min", 2],
  ] as const;
  for (const [unit, name, least] of units) {
    if (time >= unit * least) return `${Math.ceil(time / unit)} ${name}`;
  }
  return `${Math.ceil(time / 1_000)} s`;
}
