import type { Episode } from "../episodes/episode.ts";
import type { Milliseconds } from "../json.ts";
import type { Replay, ReplayResult } from "./replay-check.ts";
import { upperLimit } from "./upper-limit.ts";

/** One past release, and what a check would have said of it. */
export interface Trial {
  readonly episode: Episode;
  readonly replay: Replay;
}

/** What the trials of one check come to. */
export interface Tally {
  readonly check: string;
  /** How many episodes of each truth came to each result. */
  readonly counts: Readonly<
    Record<Episode["truth"]["kind"], Readonly<Record<ReplayResult, number>>>
  >;
  /** Healthy ones that it would have failed, of those that could be judged. */
  readonly falseAlarms: Share;
  /** Bad ones that it would have let pass, of those; not those that were rolled back before it was over. */
  readonly misses: Share;
  /** From the traffic on, of the bad ones that it would have found; null: none. */
  readonly medianTimeUntilFound: Milliseconds | null;
}

export interface Share {
  readonly count: number;
  readonly of: number;
  /** The share is at most this, with 95 % confidence; null: there is none. */
  readonly atMost: number | null;
}

const RESULTS: readonly ReplayResult[] = ["failed", "passed", "quiet", "undecided", "no-data"];
export const TRUTHS = ["healthy", "bad", "unknown"] as const;

export function tally(check: string, trials: readonly Trial[]): Tally {
  const count = (truth: Episode["truth"]["kind"], result: ReplayResult) =>
    trials.filter(({ episode, replay }) => episode.truth.kind === truth && replay.result === result)
      .length;
  const row = (truth: Episode["truth"]["kind"]) =>
    Object.fromEntries(RESULTS.map((result) => [result, count(truth, result)]));
  const healthy = (["failed", "passed", "quiet"] as const).map((one) => count("healthy", one));
  const bad = (["passed", "failed"] as const).map((one) => count("bad", one));
  const times = trials.flatMap(({ episode, replay }) =>
    episode.truth.kind === "bad" && replay.foundAt !== null ? [replay.foundAt - episode.from] : [],
  );
  return {
    check,
    counts: Object.fromEntries(TRUTHS.map((truth) => [truth, row(truth)])) as Tally["counts"],
    falseAlarms: shareOf(healthy),
    misses: shareOf(bad),
    medianTimeUntilFound: middle(times),
  };
}

/** The first of the counts, of all of them. */
export function shareOf([count = 0, ...others]: readonly number[]): Share {
  const of = others.reduce((sum, other) => sum + other, count);
  return { count, of, atMost: of === 0 ? null : upperLimit(count, of) };
}

/** The lower one of the two in the middle. */
export function middle(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}
