import { duration, utc } from "../describe.ts";
import type { Episode } from "../episodes/episode.ts";
import type { Instant, Milliseconds } from "../json.ts";
import { type Share, TRUTHS } from "./tally.ts";

type Counts<Came extends string> = Readonly<
  Record<Episode["truth"]["kind"], Readonly<Record<Came, number>>>
>;

/** Two tables: what came of each release, and how many of each truth came to each of it. */
export function trialLines<Came extends string>({
  judge,
  trials,
  counts,
  order,
  words,
}: {
  /** Who judged, as a column is called. */
  readonly judge: string;
  readonly trials: readonly {
    readonly episode: Episode;
    readonly came: Came;
    /** When; null: never. */
    readonly at: Instant | null;
  }[];
  readonly counts: Counts<Came>;
  readonly order: readonly Came[];
  readonly words: Readonly<Record<Came, string>>;
}): readonly string[] {
  return [
    ...table([
      ["release", "environment", "took traffic", "what happened", "was", judge, "after"],
      ...trials.map(({ episode, came, at }) => [
        `${episode.component}@${episode.version}`,
        episode.environment,
        utc(episode.from),
        happened(episode),
        episode.truth.kind,
        words[came],
        at === null ? "" : duration(at - episode.from),
      ]),
    ]),
    "",
    ...table([
      ["", ...order.map((came) => words[came])],
      ...TRUTHS.map((truth) => [truth, ...order.map((came) => String(counts[truth][came]))]),
    ]),
  ];
}

/** How much of what was bad was found, and how soon. */
export function foundLines(misses: Share, median: Milliseconds | null): readonly string[] {
  return [
    `Misses: ${shareText(misses, "bad releases that can be judged")}.`,
    `Median time until found: ${median === null ? "none was found" : duration(median)}.`,
  ];
}

function happened({ outcome, falseAlarm, from }: Episode): string {
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

/** Cells below one another, two spaces apart. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widest = (column: number) =>
    Math.max(...rows.flatMap((row) => row.slice(column, column + 1)).map(({ length }) => length));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widest(column)))
      .join("  ")
      .trimEnd(),
  );
}
