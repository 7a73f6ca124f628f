import { duration, utc } from "../describe.ts";
import { happened, shareText, table } from "./describe-backtest.ts";
import type { WatchOutcome } from "./replay-watch.ts";
import { TRUTHS } from "./tally.ts";
import { OUTCOMES, type WatchTally, type WatchTrial } from "./tally-watch.ts";

/** What a backtest of a watch as a whole found, as lines of plain text. */
export function describeWatchBacktest(
  tally: WatchTally,
  trials: readonly WatchTrial[],
): readonly string[] {
  const { counts, falseRollbacks, questions, misses, medianTimeUntilFound } = tally;
  return [
    "The watch as a whole, with these checks in it:",
    "",
    ...table([
      ["release", "environment", "took traffic", "what happened", "was", "the watch", "after"],
      ...trials.map(rowOf),
    ]),
    "",
    ...table([
      ["", ...OUTCOMES.map((outcome) => OUTCOME_WORDS[outcome])],
      ...TRUTHS.map((truth) => [truth, ...OUTCOMES.map((one) => String(counts[truth][one]))]),
    ]),
    "",
    `False rollbacks: ${shareText(falseRollbacks, "healthy releases that can be judged")}.`,
    `Questions: ${shareText(questions, "healthy releases that can be judged")}.`,
    `Misses: ${shareText(misses, "bad releases that can be judged")}.`,
    `Median time until found: ${
      medianTimeUntilFound === null ? "none was found" : duration(medianTimeUntilFound)
    }.`,
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

function rowOf({ episode, replay }: WatchTrial): readonly string[] {
  const { component, version, environment, from, truth } = episode;
  return [
    `${component}@${version}`,
    environment,
    utc(from),
    happened(episode),
    truth.kind,
    OUTCOME_WORDS[replay.outcome],
    replay.at === null ? "" : duration(replay.at - from),
  ];
}

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
