import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFreeze, cronProblem } from "../../src/config/freeze-window.ts";
import type { FreezeWindow } from "../../src/core/policy.ts";

const HOUR = 3_600_000;
const PACIFIC = "America/Los_Angeles";

function freeze(cron: string, hours: number, timezone = PACIFIC): FreezeWindow {
  const compiled = compileFreeze(cron, hours * HOUR, "weekend", timezone);
  if (compiled.kind === "window") return compiled.window;
  throw new Error(compiled.message);
}

function until(window: FreezeWindow, at: string): string | null {
  const end = window.activeUntil(Date.parse(at));
  return end === null ? null : new Date(end).toISOString();
}

describe("a freeze from Friday 17:00 for 63 hours, in Los Angeles", () => {
  const weekend = freeze("0 17 * * 5", 63);

  it.each([
    ["a moment before it begins", "2026-11-21T00:59:59.999Z", null],
    ["when it begins", "2026-11-21T01:00:00Z", "2026-11-23T16:00:00.000Z"],
    ["half a second later", "2026-11-21T01:00:00.500Z", "2026-11-23T16:00:00.000Z"],
    ["on Sunday", "2026-11-22T12:00:00Z", "2026-11-23T16:00:00.000Z"],
    ["in its last moment", "2026-11-23T15:59:59.999Z", "2026-11-23T16:00:00.000Z"],
    ["when it ends", "2026-11-23T16:00:00Z", null],
    ["on Wednesday", "2026-11-25T12:00:00Z", null],
    [
      "while the clocks go back: 63 hours are 63 hours",
      "2026-11-01T12:00:00Z",
      "2026-11-02T15:00:00.000Z",
    ],
    ["while the clocks go forward", "2026-03-08T12:00:00Z", "2026-03-09T16:00:00.000Z"],
  ])("%s", (_when, at, expected) => {
    expect(until(weekend, at)).toBe(expected);
  });

  it("carries its reason", () => {
    expect(weekend.reason).toBe("weekend");
  });
});

describe("changes of the clocks", () => {
  it("a beginning that is skipped is taken right after the gap", () => {
    expect(until(freeze("30 2 * * *", 1), "2026-03-08T10:10:00Z")).toBe("2026-03-08T11:00:00.000Z");
  });

  it("a beginning that comes twice begins once", () => {
    const night = freeze("30 1 * * *", 1);
    expect(until(night, "2026-11-01T08:40:00Z")).toBe("2026-11-01T09:30:00.000Z");
    expect(until(night, "2026-11-01T09:40:00Z")).toBeNull();
  });

  it("the same cron begins at another instant in another zone", () => {
    expect(until(freeze("0 17 * * 5", 1, "Europe/Berlin"), "2026-11-20T16:30:00Z")).toBe(
      "2026-11-20T17:00:00.000Z",
    );
    expect(until(freeze("0 17 * * 5", 1), "2026-11-20T16:30:00Z")).toBeNull();
  });
});

describe("windows that touch or overlap", () => {
  it("are one", () => {
    const workingDays = freeze("0 0 * * 1-5", 24, "UTC");
    expect(until(workingDays, "2026-11-23T05:00:00Z")).toBe("2026-11-28T00:00:00.000Z");
    expect(until(workingDays, "2026-11-28T05:00:00Z")).toBeNull();
  });

  it("stay apart when there is a gap", () => {
    expect(until(freeze("0 0 * * 1-5", 23, "UTC"), "2026-11-23T05:00:00Z")).toBe(
      "2026-11-23T23:00:00.000Z",
    );
  });

  it("that never end are a problem", () => {
    expect(compileFreeze("0 * * * *", HOUR, "x", "UTC")).toEqual({
      kind: "problem",
      message: "this freeze never ends: each window begins before the one before it is over",
    });
  });
});

describe("for any moment of two years", () => {
  const windows = [freeze("0 17 * * 5", 63), freeze("30 1,2 * * *", 2), freeze("0 0 1 * *", 49)];

  it("the end lies ahead, and nothing is frozen at it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...windows),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
        (window, at) => {
          const end = window.activeUntil(at);
          if (end === null) return;
          expect(end).toBeGreaterThan(at);
          expect(window.activeUntil(end)).toBeNull();
          expect(window.activeUntil(end - 1)).toBe(end);
        },
      ),
    );
  });
});

describe("a cron expression", () => {
  it.each(["0 17 * * 5", "*/5 9-17 * * mon-fri", "0 0 29 2 *"])("%s is one", (cron) => {
    expect(cronProblem(cron)).toBeNull();
  });

  it.each([
    [
      "0 17 * *",
      "must have five fields such as 0 17 * * 5 (minute, hour, day, month, weekday), and has 4",
    ],
    [
      "* * * * * *",
      "must have five fields such as 0 17 * * 5 (minute, hour, day, month, weekday), and has 6",
    ],
    ["0 0 31 2 *", "this time never occurs"],
  ])("%s is none", (cron, message) => {
    expect(cronProblem(cron)).toBe(message);
  });

  it("says what it does not understand", () => {
    expect(cronProblem("0 25 * * *")).toMatch(/^not a cron expression such as 0 17 \* \* 5 \(/);
  });
});
