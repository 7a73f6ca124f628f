import { describe, expect, it } from "vitest";
import type { EpisodeOutcome } from "../../../src/core/episodes/episode.ts";
import { describeBacktest } from "../../../src/core/replay/describe-backtest.ts";
import type { Replay } from "../../../src/core/replay/replay-check.ts";
import { tally } from "../../../src/core/replay/tally.ts";
import { anEpisode } from "../../support/episodes.ts";
import { MINUTE } from "../../support/policies.ts";
import { LEA, NOON } from "../../support/story.ts";

const by = { kind: "person", id: LEA.id, name: "Lea" } as const;
const PASSED: Replay = { result: "passed", foundAt: null, sentence: "" };

function linesOf(outcome: EpisodeOutcome, replay = PASSED) {
  const trials = [{ episode: anEpisode({ outcome }), replay }];
  return describeBacktest(tally("errors", trials), trials);
}

describe("what a backtest says", () => {
  it.each<{ readonly outcome: EpisodeOutcome; readonly words: string }>([
    { outcome: { kind: "passed", at: NOON }, words: "  passed  " },
    { outcome: { kind: "watching" }, words: "is being watched" },
    { outcome: { kind: "overridden", at: NOON, by }, words: "kept by a person" },
    { outcome: { kind: "revoked", at: NOON, why: "" }, words: "passed, not confirmed" },
    { outcome: { kind: "ended", at: NOON, why: "" }, words: "did not pass" },
    {
      outcome: { kind: "rolled-back", at: NOON + MINUTE, trigger: "button", by, reason: "" },
      words: "rolled back by a person after 1 min",
    },
  ])("of a release is what happened: $words", ({ outcome, words }) => {
    expect(linesOf(outcome)[3]).toContain(words);
  });

  it("says how soon a bad release would have been found, and how sure the rates are", () => {
    const outcome = {
      kind: "rolled-back",
      at: NOON + MINUTE,
      trigger: "automatic",
      by,
      reason: "",
    } as const;
    const bad = anEpisode({ outcome, truth: { kind: "bad", why: "" } });
    const trials = [
      { episode: bad, replay: { result: "failed", foundAt: NOON + MINUTE, sentence: "" } as const },
      { episode: anEpisode(), replay: PASSED },
    ];
    const lines = describeBacktest(tally("errors", trials), trials);
    expect(lines[3]).toMatch(/rolled back by itself after 1 min +bad +would fail +1 min$/);
    expect(lines.slice(-3)).toEqual([
      "False alarms: 0 of 1 healthy releases that can be judged (0 %; at most 95 % with 95 % confidence).",
      "Misses: 0 of 1 bad releases that can be judged (0 %; at most 95 % with 95 % confidence).",
      "Median time until found: 1 min.",
    ]);
  });

  it("claims no rate where nothing can be judged, and counts what is gone apart", () => {
    const gone: Replay = { result: "no-data", foundAt: null, sentence: "" };
    const lines = linesOf({ kind: "passed", at: NOON }, gone);
    expect(lines.slice(-4)).toEqual([
      "False alarms: unknown: there are no healthy releases that can be judged.",
      "Misses: unknown: there are no bad releases that can be judged.",
      "Median time until found: none was found.",
      "The source has no numbers of 1 release any more: counted as neither passed nor failed.",
    ]);
  });

  it("names a label, and how many are gone", () => {
    const falseAlarm = { at: NOON, by, check: null, reason: "" };
    const episode = anEpisode({ falseAlarm });
    const gone: Replay = { result: "no-data", foundAt: null, sentence: "" };
    const trials = [
      { episode, replay: gone },
      { episode, replay: gone },
    ];
    const lines = describeBacktest(tally("errors", trials), trials);
    expect(lines[3]).toContain("passed, called a false alarm");
    expect(lines.at(-1)).toContain("no numbers of 2 releases any more");
  });
});
