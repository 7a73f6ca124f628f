import { describe, expect, it } from "vitest";
import type { Episode } from "../../../src/core/episodes/episode.ts";
import { describeWatchBacktest } from "../../../src/core/replay/describe-watch-backtest.ts";
import type { WatchOutcome } from "../../../src/core/replay/replay-watch.ts";
import { tallyWatch, type WatchTrial } from "../../../src/core/replay/tally-watch.ts";
import { upperLimit } from "../../../src/core/replay/upper-limit.ts";
import { anEpisode } from "../../support/episodes.ts";
import { MINUTE } from "../../support/policies.ts";

function trial(
  kind: Episode["truth"]["kind"],
  outcome: WatchOutcome,
  after: number | null = null,
): WatchTrial {
  const episode = anEpisode({ truth: { kind, why: "" } });
  const at = after === null ? null : episode.from + after;
  return { episode, replay: { outcome, at, sentence: "errors: 5 %" } };
}

const TRIALS = [
  trial("healthy", "pass", 10 * MINUTE),
  trial("healthy", "quiet"),
  trial("healthy", "rollback", MINUTE),
  trial("healthy", "ask", 10 * MINUTE),
  trial("healthy", "no-data"),
  trial("bad", "rollback", 2 * MINUTE),
  trial("bad", "announce", 4 * MINUTE),
  trial("bad", "pass", 10 * MINUTE),
  trial("bad", "quiet"),
  trial("unknown", "ask", 10 * MINUTE),
];

describe("the tally of a watch", () => {
  it("counts rollbacks and questions of the healthy, misses of the bad, and what cannot be judged apart", () => {
    expect(tallyWatch(TRIALS)).toEqual({
      counts: {
        healthy: { rollback: 1, ask: 1, announce: 0, pass: 1, quiet: 1, "no-data": 1 },
        bad: { rollback: 1, ask: 0, announce: 1, pass: 1, quiet: 1, "no-data": 0 },
        unknown: { rollback: 0, ask: 1, announce: 0, pass: 0, quiet: 0, "no-data": 0 },
      },
      falseRollbacks: { count: 1, of: 4, atMost: upperLimit(1, 4) },
      questions: { count: 1, of: 4, atMost: upperLimit(1, 4) },
      misses: { count: 1, of: 3, atMost: upperLimit(1, 3) },
      medianTimeUntilFound: 2 * MINUTE,
    });
  });

  it("is told with what each watch would have done, and why it would have acted", () => {
    const lines = describeWatchBacktest(tallyWatch(TRIALS), TRIALS);
    expect(lines[3]).toMatch(/passed +healthy +would pass +10 min$/);
    expect(lines).toEqual(
      expect.arrayContaining([
        "False rollbacks: 1 of 4 healthy releases that can be judged (25 %; at most 75 % with 95 % confidence).",
        "Questions: 1 of 4 healthy releases that can be judged (25 %; at most 75 % with 95 % confidence).",
        "Misses: 1 of 3 bad releases that can be judged (33 %; at most 86 % with 95 % confidence).",
        "Median time until found: 2 min.",
      ]),
    );
    expect(lines.filter((line) => line === "svc-feed@2 in production: errors: 5 %")).toHaveLength(
      5,
    );
  });

  it("claims nothing where there is nothing to judge by", () => {
    const gone = [trial("healthy", "no-data")];
    const lines = describeWatchBacktest(tallyWatch(gone), gone);
    expect(lines.at(-1)).toBe("Median time until found: none was found.");
    expect(lines).toContain("Misses: unknown: there are no bad releases that can be judged.");
  });
});
