import { expect, it } from "vitest";
import { createBurst } from "../src/burst.ts";
import { createFakeClock } from "./support/fake-clock.ts";

const NEVER = new AbortController().signal;

/** A burst, and whether somebody who waits for its end still waits. */
function aBurst() {
  const clock = createFakeClock();
  const burst = createBurst(clock);
  const wait = (signal: AbortSignal = NEVER) => {
    const waiter = { waits: true };
    void burst.calmed(signal).then(() => {
      waiter.waits = false;
    });
    return waiter;
  };
  return { clock, burst, wait };
}

it("keeps nobody waiting when none is on", async () => {
  const { clock, burst, wait } = aBurst();
  const waiter = wait();
  await clock.advance(0);
  expect([burst.isOn(), waiter.waits]).toEqual([false, false]);
});

it("is over when no build has been queued for 50 ms", async () => {
  const { clock, burst, wait } = aBurst();
  burst.goesOn();
  const waiter = wait();
  await clock.advance(40);
  burst.goesOn();
  await clock.advance(49);
  expect([burst.isOn(), waiter.waits]).toEqual([true, true]);
  await clock.advance(1);
  expect([burst.isOn(), waiter.waits]).toEqual([false, false]);
});

it("holds up decisions for two seconds at most, however long it goes on", async () => {
  const { clock, burst, wait } = aBurst();
  burst.goesOn();
  const waiter = wait();
  for (let at = 0; at < 1_960; at += 40) {
    await clock.advance(40);
    burst.goesOn();
  }
  expect(waiter.waits).toBe(true);
  await clock.advance(40);
  expect([burst.isOn(), waiter.waits]).toEqual([true, false]);
  const later = wait();
  await clock.advance(0);
  expect(later.waits).toBe(false);
});

it("holds up decisions again when a new one begins", async () => {
  const { clock, burst, wait } = aBurst();
  burst.goesOn();
  await clock.advance(10_000);
  burst.goesOn();
  const waiter = wait();
  await clock.advance(49);
  expect(waiter.waits).toBe(true);
});

it("keeps nobody waiting who is told to stop", async () => {
  const { clock, burst, wait } = aBurst();
  burst.goesOn();
  const stopping = new AbortController();
  const waiter = wait(stopping.signal);
  stopping.abort();
  await clock.advance(0);
  expect([burst.isOn(), waiter.waits]).toEqual([true, false]);
});
