import type { ReplayResult } from "./replay-check.ts";
import type { Tally, Trial } from "./tally.ts";
import { foundLines, shareText, trialLines } from "./trial-lines.ts";

/** What a backtest of one check found, as lines of plain text. */
export function describeBacktest(tally: Tally, trials: readonly Trial[]): readonly string[] {
  return [
    `Check: ${tally.check}`,
    "",
    ...trialLines({
      judge: "this check",
      trials: trials.map(({ episode, replay: { result, foundAt } }) => ({
        episode,
        came: result,
        at: foundAt,
      })),
      counts: tally.counts,
      order: RESULTS,
      words: RESULT_WORDS,
    }),
    "",
    `False alarms: ${shareText(tally.falseAlarms, "healthy releases that can be judged")}.`,
    ...foundLines(tally.misses, tally.medianTimeUntilFound),
    ...withoutData(tally),
  ];
}

const RESULTS: readonly ReplayResult[] = ["failed", "passed", "quiet", "undecided", "no-data"];

const RESULT_WORDS: Readonly<Record<ReplayResult, string>> = {
  failed: "would fail",
  passed: "would pass",
  quiet: "quiet until it ended",
  undecided: "undecided",
  "no-data": "no data",
};

function withoutData({ counts }: Tally): readonly string[] {
  const gone = counts.healthy["no-data"] + counts.bad["no-data"] + counts.unknown["no-data"];
  if (gone === 0) return [];
  const releases = gone === 1 ? "1 release" : `${gone} releases`;
  return [
    `The source has no numbers of ${releases} any more: counted as neither passed nor failed.`,
  ];
}
