import { describe, expect, it } from "vitest";
import type { Episode } from "../../../src/core/episodes/episode.ts";
import { trafficEnd } from "../../../src/core/episodes/episode.ts";
import type { ReplayResult } from "../../../src/core/replay/replay-check.ts";
import { type Trial, tally } from "../../../src/core/replay/tally.ts";
import { upperLimit } from "../../../src/core/replay/upper-limit.ts";
import { anEpisode } from "../../support/episodes.ts";
import { MINUTE } from "../../support/policies.ts";

function trial(
  kind: Episode["truth"]["kind"],
  result: ReplayResult,
  foundAfter: number | null = null,
): Trial {
  const episode = anEpisode({ truth: { kind, why: "" } });
  const foundAt = foundAfter === null ? null : episode.from + foundAfter;
  return { episode, replay: { result, foundAt, sentence: "" } };
}

describe("the tally of a backtest", () => {
  it("counts false alarms of the healthy, misses of the bad, and what cannot be judged apart", () => {
    const { counts, falseAlarms, misses, medianTimeUntilFound } = tally("errors", [
      trial("healthy", "passed"),
      trial("healthy", "passed"),
      trial("healthy", "quiet"),
      trial("healthy", "failed", MINUTE),
      trial("healthy", "no-data"),
      trial("bad", "failed", 4 * MINUTE),
      trial("bad", "failed", 2 * MINUTE),
      trial("bad", "passed"),
      trial("bad", "quiet"),
      trial("bad", "undecided"),
      trial("unknown", "failed", MINUTE),
    ]);
    expect(counts).toEqual({
      healthy: { failed: 1, passed: 2, quiet: 1, undecided: 0, "no-data": 1 },
      bad: { failed: 2, passed: 1, quiet: 1, undecided: 1, "no-data": 0 },
      unknown: { failed: 1, passed: 0, quiet: 0, undecided: 0, "no-data": 0 },
    });
    expect(falseAlarms).toEqual({ count: 1, of: 4, atMost: upperLimit(1, 4) });
    expect(misses).toEqual({ count: 1, of: 3, atMost: upperLimit(1, 3) });
    expect(medianTimeUntilFound).toBe(2 * MINUTE);
  });

  it("claims nothing where there is nothing to judge by", () => {
    expect(tally("errors", [])).toMatchObject({
      falseAlarms: { count: 0, of: 0, atMost: null },
      misses: { count: 0, of: 0, atMost: null },
      medianTimeUntilFound: null,
    });
  });
});

describe("the upper limit of a share", () => {
  it.each([
    // Exact, as tables of the binomial distribution have them.
    { events: 0, trials: 200, limit: 0.014867 },
    { events: 0, trials: 10, limit: 0.258866 },
    { events: 1, trials: 10, limit: 0.394163 },
    { events: 5, trials: 100, limit: 0.102253 },
    { events: 10, trials: 10, limit: 1 },
    { events: 0, trials: 0, limit: 1 },
  ])("of $events in $trials is $limit", ({ events, trials, limit }) => {
    expect(upperLimit(events, trials)).toBeCloseTo(limit, 4);
  });
});

describe("the end of the traffic", () => {
  it("is the rollback, and nothing else", () => {
    const by = { kind: "system", name: "slipway" } as const;
    const rolledBack = {
      kind: "rolled-back",
      at: 5,
      trigger: "automatic",
      by,
      reason: "",
    } as const;
    expect(trafficEnd({ outcome: rolledBack })).toBe(5);
    expect(trafficEnd({ outcome: { kind: "passed", at: 5 } })).toBeNull();
  });
});
