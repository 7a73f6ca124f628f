import { describe, expect, it } from "vitest";
import { drawFalseAlarmReplay } from "../../src/cards/false-alarm-replay.ts";
import type { CheckReplay, FalseAlarmReplay } from "../../src/core/replay/choose-variant.ts";
import { aCheck } from "../support/policies.ts";

const variant = {
  check: aCheck(),
  words: "4 failures in a row instead of 3",
  diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 4"],
};
const CHECK: CheckReplay = {
  check: "success rate",
  results: [
    { variant, result: "failed", bad: [] },
    { variant, result: "passed", bad: ["failed", "passed"] },
  ],
  proposal: { check: "success rate", diff: variant.diff, sentence: "With that it is quiet." },
};
const REPLAYED: FalseAlarmReplay = {
  checks: [CHECK],
  notes: ["1 of 2 bad releases could not be replayed in time"],
};

const textOf = (replayed: Parameters<typeof drawFalseAlarmReplay>[0]) =>
  JSON.stringify(drawFalseAlarmReplay(replayed));

describe("the replay of a false alarm", () => {
  it("shows what each change gives, and the one that is proposed as a diff", () => {
    const text = textOf(REPLAYED);
    expect(text).toContain("• 4 failures in a row instead of 3: fails too\\n");
    expect(text).toContain(": passes, finds 1 of 2 bad releases");
    expect(text).toContain(
      "With that it is quiet. It is proposed in the thread; nothing is changed",
    );
    expect(text).toContain("1 of 2 bad releases could not be replayed in time");
    expect(text).toContain("- consecutiveFailures: 3\\n+ consecutiveFailures: 4");
  });

  it("says when no change would do", () => {
    const text = textOf({ checks: [{ ...CHECK, proposal: null }], notes: [] });
    expect(text).toContain("No small change would have stayed quiet and still found what is bad.");
    expect(text).not.toContain("rich_text");
  });

  it("shows each check that failed, and how many have no room", () => {
    const checks = Array.from({ length: 10 }, (_none, index) => ({
      ...CHECK,
      check: `check ${index + 1}`,
    }));
    const text = textOf({ checks, notes: ["latency has no limits that could be wider"] });
    expect(text).toContain("other limits of *check 1*");
    expect(text).toContain("other limits of *check 8*");
    expect(text).not.toContain("check 9");
    expect(text).toContain("and of 2 more checks, which are proposed in the thread");
    expect(text).toContain("latency has no limits that could be wider");
    expect(drawFalseAlarmReplay({ checks, notes: [] }).length).toBeLessThan(40);
  });

  it("says why there is none", () => {
    expect(textOf({ why: "the source has nothing of this time" })).toContain(
      "Not replayed with other limits: the source has nothing of this time.",
    );
  });
});
