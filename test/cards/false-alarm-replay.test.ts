import { describe, expect, it } from "vitest";
import { drawFalseAlarmReplay } from "../../src/cards/false-alarm-replay.ts";
import type { FalseAlarmReplay } from "../../src/core/replay/choose-variant.ts";
import { aCheck } from "../support/policies.ts";

const variant = {
  check: aCheck(),
  words: "4 failures in a row instead of 3",
  diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 4"],
};
const REPLAYED: FalseAlarmReplay = {
  check: "success rate",
  results: [
    { variant, result: "failed", bad: [] },
    { variant, result: "passed", bad: ["failed", "passed"] },
  ],
  proposal: { check: "success rate", diff: variant.diff, sentence: "With that it is quiet." },
  note: "1 of 2 bad releases could not be replayed in time",
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
    const text = textOf({ ...REPLAYED, proposal: null, note: null });
    expect(text).toContain("No small change would have stayed quiet and still found what is bad.");
    expect(text).not.toContain("rich_text");
  });

  it("says why there is none", () => {
    expect(textOf({ why: "the source has nothing of this time" })).toContain(
      "Not replayed with other limits: the source has nothing of this time.",
    );
  });
});
