import { duration, utc } from "../describe.ts";
import type { Episode } from "../episodes/episode.ts";
import type { Replay, ReplayResult } from "./replay-check.ts";
import { type Share, type Tally, TRUTHS, type Trial } from "./tally.ts";

/** What a backtest of one check found, as lines of plain text. */
export function describeBacktest(tally: Tally, trials: readonly Trial[]): readonly string[] {
  return [
    `Check: ${tally.check}`,
    "",
    ...table([
      ["release", "environment", "took traffic", "what happened", "was", "this check", "after"],
      ...trials.map(rowOf),
    ]),
    "",
    ...table([
      ["", ...RESULTS.map((result) => RESULT_WORDS[result])],
      ...TRUTHS.map((truth) => [
        truth,
        ...RESULTS.map((result) => String(tally.counts[truth][result])),
      ]),
    ]),
    "",
    `False alarms: ${shareText(tally.falseAlarms, "healthy releases that can be judged")}.`,
    `Misses: ${shareText(tally.misses, "bad releases that can be judged")}.`,
    `Median time until found: ${
      tally.medianTimeUntilFound === null ? "none was found" : duration(tally.medianTimeUntilFound)
    }.`,
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

function rowOf({ episode, replay }: Trial): readonly string[] {
  const { component, version, environment, from, truth } = episode;
  return [
    `${component}@${version}`,
    environment,
    utc(from),
    happened(episode),
    truth.kind,
    RESULT_WORDS[replay.result],
    foundAfter(episode, replay),
  ];
}

function foundAfter({ from }: Episode, { foundAt }: Replay): string {
  return foundAt === null ? "" : duration(foundAt - from);
}

export function happened({ outcome, falseAlarm, from }: Episode): string {
  const label = falseAlarm === null ? "" : ", called a false alarm";
  switch (outcome.kind) {
    case "rolled-back": {
      const who = outcome.trigger === "automatic" ? "by itself" : "by a person";
      return `rolled back ${who} after ${duration(outcome.at - from)}${label}`;
    }
    case "overridden":
      return `kept by a person${label}`;
    case "revoked":
      return "passed, not confirmed";
    case "ended":
      return `did not pass${label}`;
    case "watching":
      return `is being watched${label}`;
    case "passed":
      return `passed${label}`;
  }
}

export function shareText({ count, of, atMost }: Share, what: string): string {
  if (atMost === null) return `unknown: there are no ${what}`;
  return `${count} of ${of} ${what} (${percent(count / of)}; at most ${percent(atMost)} with 95 % confidence)`;
}

/** With enough digits for what is rare. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function withoutData({ counts }: Tally): readonly string[] {
  const gone = counts.healthy["no-data"] + counts.bad["no-data"] + counts.unknown["no-data"];
  if (gone === 0) return [];
  const releases = gone === 1 ? "1 release" : `${gone} releases`;
  return [
    `The source has no numbers of ${releases} any more: counted as neither passed nor failed.`,
  ];
}

/** Cells below one another, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widest = (column: number) =>
    Math.max(...rows.flatMap((row) => row.slice(column, column + 1)).map(({ length }) => length));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widest(column)))
      .join("  ")
      .trimEnd(),
  );
}
