import type { WatchOutcome } from "./replay-watch.ts";
import { OUTCOMES, type WatchTally, type WatchTrial } from "./tally-watch.ts";
import { foundLines, shareText, trialLines } from "./trial-lines.ts";

/** What a backtest of a watch as a whole found, as lines of plain text. */
export function describeWatchBacktest(
  tally: WatchTally,
  trials: readonly WatchTrial[],
): readonly string[] {
  const { counts, falseRollbacks, questions, misses, medianTimeUntilFound } = tally;
  return [
    "The watch as a whole, with these checks in it:",
    "",
    ...trialLines({
      judge: "the watch",
      trials: trials.map(({ episode, replay: { outcome, at } }) => ({
        episode,
        came: outcome,
        at,
      })),
      counts,
      order: OUTCOMES,
      words: OUTCOME_WORDS,
    }),
    "",
    `False rollbacks: ${shareText(falseRollbacks, "healthy releases that can be judged")}.`,
    `Questions: ${shareText(questions, "healthy releases that can be judged")}.`,
    ...foundLines(misses, medianTimeUntilFound),
    ...deciding(trials),
  ];
}

const OUTCOME_WORDS: Readonly<Record<WatchOutcome, string>> = {
  rollback: "would roll back",
  ask: "would ask",
  announce: "would announce",
  pass: "would pass",
  quiet: "quiet until it ended",
  "no-data": "no data",
};

/** Why it would have acted: what stands in no column. */
function deciding(trials: readonly WatchTrial[]): readonly string[] {
  const acted = trials.filter(({ replay: { outcome } }) => ACTED.includes(outcome));
  if (acted.length === 0) return [];
  return [
    "",
    ...acted.map(
      ({ episode: { component, version, environment }, replay }) =>
        `${component}@${version} in ${environment}: ${replay.sentence}`,
    ),
  ];
}

const ACTED: readonly WatchOutcome[] = ["rollback", "ask", "announce"];
