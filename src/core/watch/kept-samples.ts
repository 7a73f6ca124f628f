import type { Instant, Milliseconds } from "../json.ts";
import type { Sample } from "../verdict.ts";

/** Numbers of a source that has only the present, kept beside the watch that asked for them. */
export interface KeptSamples {
  /** Of whom what was asked, and how often. */
  readonly question: string;
  readonly first: Instant;
  readonly step: Milliseconds;
  /** From `first` on, one for each step; null: none was had there. At most MOST_KEPT, the newest. */
  readonly values: readonly (number | null)[];
}

/** Each tick writes them anew: some ten kilobytes. */
export const MOST_KEPT = 1_000;

/** An answer that has the newest point alone, with what was kept of the points before it. */
export function recalled(
  samples: readonly Sample[],
  kept: KeptSamples | undefined,
): readonly Sample[] {
  if (kept === undefined) return samples;
  const { first, step, values } = kept;
  return samples.map(({ at, value }) => ({
    at,
    value: value ?? values[(at - first) / step] ?? null,
  }));
}

/** What is to be kept of a window; null: it has no points. */
export function keptOf(
  question: string,
  step: Milliseconds,
  samples: readonly Sample[],
): KeptSamples | null {
  const newest = samples.slice(-MOST_KEPT);
  const [oldest] = newest;
  if (oldest === undefined) return null;
  return { question, first: oldest.at, step, values: newest.map(({ value }) => value) };
}
