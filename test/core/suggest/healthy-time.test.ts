import { describe, expect, it } from "vitest";
import { healthyTime } from "../../../src/core/suggest/healthy-time.ts";
import type { History } from "../../../src/core/suggest/propose.ts";
import type { Reading } from "../../../src/core/verdict.ts";
import { anEpisode } from "../../support/episodes.ts";
import { MINUTE } from "../../support/policies.ts";
import { NOON } from "../../support/story.ts";

const minute = (minutes: number) => NOON + minutes * MINUTE;
const TIME = { from: minute(-100), to: minute(100) };
const ASKED = { time: TIME, watch: 10 * MINUTE };
const measure = { kind: "count", events: "errors_total" } as const;

function history(events: Reading): History {
  return {
    signal: { name: "errors", measure, overall: measure },
    measured: { kind: "count", events },
  };
}

/** A number at each of these minutes; null: none there. */
function numbersAt(minutes: readonly number[], value: number | null = 1): History {
  return history({ kind: "samples", samples: minutes.map((at) => ({ at: minute(at), value })) });
}

const WHOLE = [numbersAt([-100, 100])];
const BAD = { kind: "bad", why: "it was rolled back" } as const;

describe("the time that is known", () => {
  it("goes from the first number to the last one, of any signal", () => {
    const buckets = history({
      kind: "buckets",
      histograms: {
        bounds: [Number.POSITIVE_INFINITY],
        points: [
          { at: minute(40), counts: [1] },
          { at: minute(90), counts: null },
        ],
      },
    });
    const histories = [numbersAt([-20, 5]), numbersAt([-90], null), buckets];
    const known = { from: minute(-20), to: minute(40) };
    expect(healthyTime(histories, [], ASKED)).toEqual({ known, healthy: [known], leftOut: 0 });
  });

  it("is what was asked for where nothing could be read: each signal says why", () => {
    const unread = [history({ kind: "error", why: "it is down" })];
    expect(healthyTime(unread, [], ASKED).known).toEqual(TIME);
  });
});

describe("the time that is healthy", () => {
  it("has all of the time of releases that were", () => {
    expect(healthyTime(WHOLE, [anEpisode()], ASKED)).toEqual({
      known: TIME,
      healthy: [TIME],
      leftOut: 0,
    });
  });

  it.each([
    {
      what: "one that was rolled back, until its watch was to end",
      episode: anEpisode({
        truth: BAD,
        outcome: {
          kind: "rolled-back",
          at: minute(3),
          trigger: "automatic",
          by: { kind: "system", name: "slipway" },
          reason: "it failed",
        },
      }),
      until: 10,
    },
    {
      what: "one that was revoked later, until then",
      episode: anEpisode({
        truth: BAD,
        outcome: { kind: "revoked", at: minute(70), why: "recall" },
      }),
      until: 70,
    },
    {
      what: "one of which nobody knows yet, until now",
      episode: anEpisode({
        truth: { kind: "unknown", why: "it is being watched" },
        outcome: { kind: "watching" },
      }),
      until: 100,
    },
    {
      what: "one that had no watch, for as long as one takes",
      episode: anEpisode({
        truth: BAD,
        until: null,
        outcome: { kind: "ended", at: minute(1), why: "x" },
      }),
      until: 10,
    },
  ])("has none of $what", ({ episode, until }) => {
    const { healthy, leftOut } = healthyTime(WHOLE, [episode], ASKED);
    const before = { from: TIME.from, to: NOON };
    expect(healthy).toEqual(
      until === 100 ? [before] : [before, { from: minute(until), to: TIME.to }],
    );
    expect(leftOut).toBe(1);
  });
});
