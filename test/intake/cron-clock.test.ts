import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CronClock, createCronClock } from "../../src/intake/cron-clock.ts";
import { captureLogs } from "../support/captured-logger.ts";

/** Sunday evening in UTC. */
const SUNDAY = Date.UTC(2026, 10, 22, 22);
const WEEKDAYS_AT_NINE = "0 9 * * 1-5";
const DAY = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ now: SUNDAY });
});
afterEach(() => {
  vi.useRealTimers();
});

function clockOf(onTime: (due: number) => Promise<void> = async () => {}) {
  const due: string[] = [];
  const { logger, lines } = captureLogs();
  const clock = createCronClock({
    name: "digest",
    logger,
    async onTime(time) {
      due.push(new Date(time).toISOString());
      await onTime(time);
    },
  });
  return { clock, due, lines };
}

describe("a cron clock", () => {
  it("calls back at each time, in the time zone, with the time that was due", async () => {
    const { clock, due } = clockOf();
    clock.set(WEEKDAYS_AT_NINE, "America/Los_Angeles");
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(due).toEqual(["2026-11-23T17:00:00.000Z", "2026-11-24T17:00:00.000Z"]);
    await clock.stop();
  });

  it("leaves out the days that the expression leaves out", async () => {
    const { clock, due } = clockOf();
    clock.set(WEEKDAYS_AT_NINE, "UTC");
    await vi.advanceTimersByTimeAsync(8 * DAY);
    expect(due.map((time) => time.slice(8, 10))).toEqual(["23", "24", "25", "26", "27", "30"]);
    await clock.stop();
  });

  it("replaces what was scheduled", async () => {
    const { clock, due } = clockOf();
    clock.set(WEEKDAYS_AT_NINE, "UTC");
    clock.set("30 8 * * 1", "UTC");
    await vi.advanceTimersByTimeAsync(DAY);
    expect(due).toEqual(["2026-11-23T08:30:00.000Z"]);
    await clock.stop();
  });

  it("goes on undisturbed when the same is set again", async () => {
    const { clock, due } = clockOf();
    clock.set(WEEKDAYS_AT_NINE, "UTC");
    await vi.advanceTimersByTimeAsync(DAY / 2);
    clock.set(WEEKDAYS_AT_NINE, "UTC");
    await vi.advanceTimersByTimeAsync(DAY / 2);
    expect(due).toEqual(["2026-11-23T09:00:00.000Z"]);
    await clock.stop();
  });

  it.each([
    ["nothing is set", async (clock: CronClock) => clock.set(null, "UTC")],
    ["it is stopped", (clock: CronClock) => clock.stop()],
  ])("is silent once %s", async (_when, end) => {
    const { clock, due } = clockOf();
    clock.set(WEEKDAYS_AT_NINE, "UTC");
    await end(clock);
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(due).toEqual([]);
    await clock.stop();
  });

  it("says in the log when a time could not be kept, and keeps the next", async () => {
    let fails = true;
    const { clock, due, lines } = clockOf(async () => {
      if (fails) throw new Error("the ledger is closed");
    });
    clock.set(WEEKDAYS_AT_NINE, "UTC");
    await vi.advanceTimersByTimeAsync(DAY);
    fails = false;
    await vi.advanceTimersByTimeAsync(DAY);
    expect(due).toHaveLength(2);
    expect(lines).toMatchObject([
      {
        level: "error",
        msg: "a scheduled time was missed",
        clock: "digest",
        error: "the ledger is closed",
      },
    ]);
    await clock.stop();
  });
});
