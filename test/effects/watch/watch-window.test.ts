import { describe, expect, it } from "vitest";
import type { WatchPolicy } from "../../../src/core/watch-policy.ts";
import { watchWindow } from "../../../src/effects/watch/watch-window.ts";

const MINUTE = 60_000;
const POLICY: WatchPolicy = {
  for: 30 * MINUTE,
  every: MINUTE,
  warmUp: 5 * MINUTE,
  on: { failure: "rollback", inconclusive: "ask", error: "ask" },
  checks: [],
  alerts: [],
  score: null,
  guard: null,
  confirm: null,
};
const WATCHING = { kind: "watching", from: 0, until: 30 * MINUTE, checks: [] } as const;

describe("the window of a tick", () => {
  it.each([
    { name: "at the start", now: 0, asked: false, from: 0, to: 0, warmUp: 5 },
    { name: "in the middle", now: 10, asked: false, from: 0, to: 10, warmUp: 5 },
    { name: "after an incident before the end", now: 10, asked: true, from: 0, to: 10, warmUp: 5 },
    { name: "at the end", now: 30, asked: true, from: 0, to: 30, warmUp: 5 },
    { name: "at an end that was noticed late", now: 90, asked: false, from: 0, to: 30, warmUp: 5 },
    { name: "after the end, with warm-up in it", now: 32, asked: true, from: 2, to: 32, warmUp: 3 },
    { name: "after the end, warm-up past", now: 50, asked: true, from: 20, to: 50, warmUp: 0 },
  ])("$name", ({ now, asked, from, to, warmUp }) => {
    const circumstances = { peopleAreAsked: asked, now: now * MINUTE };
    expect(watchWindow(WATCHING, POLICY, circumstances)).toEqual({
      deployedAt: 0,
      from: from * MINUTE,
      to: to * MINUTE,
      until: 30 * MINUTE,
      every: MINUTE,
      warmUp: warmUp * MINUTE,
    });
  });

  it("never reaches back before the release took traffic, even if the watch was made longer", () => {
    const longer = { ...POLICY, for: 120 * MINUTE };
    const circumstances = { peopleAreAsked: true, now: 40 * MINUTE };
    expect(watchWindow(WATCHING, longer, circumstances)).toMatchObject({
      from: 0,
      to: 40 * MINUTE,
    });
  });
});
