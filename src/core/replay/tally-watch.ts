import type { Episode } from "../episodes/episode.ts";
import type { Milliseconds } from "../json.ts";
import type { WatchOutcome, WatchReplay } from "./replay-watch.ts";
import { middle, type Share, shareOf, TRUTHS } from "./tally.ts";

/** One past release, and what a watch would have done with it. */
export interface WatchTrial {
  readonly episode: Episode;
  readonly replay: WatchReplay;
}

/** What the trials of a watch come to. */
export interface WatchTally {
  /** How many episodes of each truth came to each outcome. */
  readonly counts: Readonly<
    Record<Episode["truth"]["kind"], Readonly<Record<WatchOutcome, number>>>
  >;
  /** Healthy ones that it would have rolled back, of those that could be judged. */
  readonly falseRollbacks: Share;
  /** Healthy ones of which people would have been asked or told, of those. */
  readonly questions: Share;
  /** Bad ones that it would have let pass, of those that it would have decided. */
  readonly misses: Share;
  /** From the traffic on, of the bad ones on which it would have acted; null: none. */
  readonly medianTimeUntilFound: Milliseconds | null;
}

export const OUTCOMES: readonly WatchOutcome[] = [
  "rollback",
  "ask",
  "announce",
  "pass",
  "quiet",
  "no-data",
];

export function tallyWatch(trials: readonly WatchTrial[]): WatchTally {
  const count = (truth: Episode["truth"]["kind"], outcome: WatchOutcome) =>
    trials.filter(
      ({ episode, replay }) => episode.truth.kind === truth && replay.outcome === outcome,
    ).length;
  const row = (truth: Episode["truth"]["kind"]) =>
    Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(truth, outcome)]));
  const healthy = (...outcomes: readonly WatchOutcome[]) =>
    outcomes.reduce((sum, outcome) => sum + count("healthy", outcome), 0);
  const bad = (["pass", "rollback", "ask", "announce"] as const).map((one) => count("bad", one));
  const times = trials.flatMap(({ episode, replay: { at, outcome } }) =>
    episode.truth.kind === "bad" && at !== null && outcome !== "pass" ? [at - episode.from] : [],
  );
  return {
    counts: Object.fromEntries(TRUTHS.map((truth) => [truth, row(truth)])) as WatchTally["counts"],
    falseRollbacks: shareOf([healthy("rollback"), healthy("ask", "announce", "pass", "quiet")]),
    questions: shareOf([healthy("ask", "announce"), healthy("rollback", "pass", "quiet")]),
    misses: shareOf(bad),
    medianTimeUntilFound: middle(times),
  };
}
