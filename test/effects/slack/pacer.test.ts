import fc from "fast-check";
import { expect, it } from "vitest";
import { type Lane, Pacer } from "../../../src/effects/slack/pacer.ts";
import { manualClock } from "../../support/manual-clock.ts";

const BURST: Lane = { name: "burst", limit: 3, per: 9_000 };
const SINGLE: Lane = { name: "single", limit: 1, per: 1_000 };

it("lets a burst go at once, and spreads the rest over the time the limit gives", () => {
  const pacer = new Pacer(manualClock());
  const waits = ["a", "b", "c", "d", "e", "f"].map((key) => pacer.admit(key, [BURST]));
  expect(waits).toEqual([0, 0, 0, 9_000, 12_000, 15_000]);
});

it("tells the same key the same time, however often it asks", async () => {
  const clock = manualClock();
  const pacer = new Pacer(clock);
  pacer.admit("a", [SINGLE]);
  const waits = [pacer.admit("b", [SINGLE]), pacer.admit("b", [SINGLE])];
  await clock.advance(400);
  expect([...waits, pacer.admit("b", [SINGLE])]).toEqual([1_000, 1_000, 600]);
});

it("is not slowed in one lane by those who wait in another", () => {
  const pacer = new Pacer(manualClock());
  const edits = ["a", "b"].map((card) => [
    { ...SINGLE, name: card },
    { ...BURST, limit: 10 },
  ]);
  for (const lanes of edits) pacer.admit(`first ${lanes[0]?.name}`, lanes);
  expect(edits.map((lanes) => pacer.admit(`second ${lanes[0]?.name}`, lanes))).toEqual([
    1_000, 1_000,
  ]);
});

it("keeps everybody back in a lane that is paused, and no other", async () => {
  const clock = manualClock();
  const pacer = new Pacer(clock);
  pacer.pause("single", 5_000);
  pacer.pause("single", 2_000);
  expect(pacer.admit("a", [SINGLE])).toBe(5_000);
  expect(pacer.admit("b", [SINGLE])).toBe(6_000);
  expect(pacer.admit("c", [BURST])).toBe(0);
  await clock.advance(5_000);
  expect(pacer.admit("a", [SINGLE])).toBe(0);
});

it("never lets more go than the limit, whoever comes when, and everybody who comes back goes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 40 }),
      async (pauses) => {
        const clock = manualClock();
        const pacer = new Pacer(clock);
        const went: number[] = [];
        const waiting = new Map<string, number>();
        const come = (key: string) => {
          const wait = pacer.admit(key, [BURST]);
          if (wait > 0) waiting.set(key, clock.monotonic() + wait);
          else {
            waiting.delete(key);
            went.push(clock.monotonic());
          }
        };
        for (const [number, pause] of pauses.entries()) {
          come(`job ${number}`);
          await clock.advance(pause);
          for (const [key, at] of waiting) if (at <= clock.monotonic()) come(key);
        }
        for (let turn = 0; waiting.size > 0 && turn < 1_000; turn += 1) {
          const next = Math.min(...waiting.values());
          await clock.advance(Math.max(0, next - clock.monotonic()));
          for (const [key, at] of waiting) if (at <= clock.monotonic()) come(key);
        }
        expect(went).toHaveLength(pauses.length);
        for (const [index, at] of went.entries()) {
          const fourth = went[index + BURST.limit];
          if (fourth !== undefined) expect(fourth - at).toBeGreaterThanOrEqual(BURST.per);
        }
      },
    ),
    { numRuns: 50 },
  );
});
