import { describe, expect, it } from "vitest";
import { clockTime, time } from "../../../src/cards/text/time.ts";
import { NOW } from "../../support/builders.ts";

describe("a point in time", () => {
  it("is shown in the reader's time zone, and in UTC to who cannot", () => {
    expect(time(NOW + 999)).toEqual({
      mrkdwn: "<!date^1795356000^{date_short_pretty} at {time}|2026-11-22 14:00 UTC>",
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 8.65e15])("%s is none", (at) => {
    expect(time(at)).toEqual({ mrkdwn: "an unknown time" });
    expect(clockTime(at)).toBe("unknown ");
  });

  it("is a time of day in a table", () => {
    expect(clockTime(NOW + 30_000)).toBe("14:00:30");
  });
});
