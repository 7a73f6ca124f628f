import { describe, expect, it } from "vitest";
import type { Measured } from "../../../src/core/measured.ts";
import { replayGuard } from "../../../src/core/replay/replay-guard.ts";
import { aCheck, MINUTE } from "../../support/policies.ts";
import { NOON } from "../../support/story.ts";

const LOOKS = {
  first: NOON,
  last: NOON + 10 * MINUTE,
  every: 5 * MINUTE,
  window: 10 * MINUTE,
  since: NOON - 60 * MINUTE,
};
const WINDOW = {
  deployedAt: NOON - 60 * MINUTE,
  from: NOON - 10 * MINUTE,
  until: LOOKS.last,
  every: MINUTE,
  warmUp: 0,
};

/** A number for each minute from ten before noon on. */
function valuesOf(bad: (minute: number) => boolean, known = (_minute: number) => true): Measured {
  const samples = Array.from({ length: 21 }, (_none, index) => ({
    at: NOON + (index - 10) * MINUTE,
    value: known(index - 10) ? (bad(index - 10) ? 0.5 : 0.99) : null,
  }));
  return { kind: "value", value: { kind: "samples", samples } };
}

function replayOf(release: Measured, looks = LOOKS, stable?: Measured) {
  const check = aCheck({ consecutiveFailures: 3 });
  const baselines = stable === undefined ? {} : { stable };
  const measured = { release, baselines };
  return replayGuard({ check, query: "success_rate", url: null, measured, window: WINDOW }, looks);
}

describe("a replayed guard", () => {
  it("fails at the look that would have seen it", () => {
    const replay = replayOf(valuesOf((minute) => minute >= 2 && minute < 5));
    expect(replay).toEqual({
      result: "failed",
      foundAt: NOON + 5 * MINUTE,
      sentence: "3 failures in a row (limit 3)",
    });
  });

  it("sees nothing from before the window of a look", () => {
    const early = valuesOf((minute) => minute < -6);
    expect(replayOf(early).result).toBe("failed");
    expect(replayOf(early, { ...LOOKS, first: NOON + 5 * MINUTE }).result).toBe("passed");
  });

  it("sees nothing from before the guard began, and is not over before it has looked at a whole window", () => {
    const early = valuesOf((minute) => minute < -6);
    const young = { ...LOOKS, since: NOON - 5 * MINUTE, last: NOON };
    expect(replayOf(early, young).result).toBe("quiet");
  });

  it("passes when every look does, beside another version or not", () => {
    const good = valuesOf(() => false);
    expect(replayOf(good)).toMatchObject({ result: "passed", foundAt: null });
    expect(replayOf(good, LOOKS, good).result).toBe("passed");
  });

  it("is undecided when a look could not be judged", () => {
    const lacking = valuesOf(
      () => false,
      (minute) => minute < -9 || minute > 5,
    );
    expect(replayOf(lacking).result).toBe("undecided");
    expect(replayOf(lacking, { ...LOOKS, last: NOON - 1 })).toEqual({
      result: "undecided",
      foundAt: null,
      sentence: "it was not looked at",
    });
  });

  it("has no data where the source has none of that time", () => {
    expect(
      replayOf(
        valuesOf(
          () => false,
          () => false,
        ),
      ).result,
    ).toBe("no-data");
  });
});
