import { expect, it } from "vitest";
import type { Outcome } from "../src/core/outcome.ts";
import { createReviews } from "../src/reviews.ts";
import { captureLogs } from "./support/captured-logger.ts";
import { deferred } from "./support/deferred.ts";
import { createFakeClock } from "./support/fake-clock.ts";

const ACCEPTED: Outcome = { kind: "accepted", release: null, sentence: null };

/** Reviews of 100 components, each decided by `decide`. */
function setUp(decide: (component: string) => Promise<void> = async () => {}) {
  const clock = createFakeClock();
  const { logger, lines } = captureLogs();
  const names = Array.from({ length: 100 }, (_, n) => `model-${n}`);
  const asked: string[] = [];
  const reviews = createReviews({
    components: async () => names,
    dispatch: async (command) => {
      if (command.type !== "Review") throw new Error(`not a review: ${command.type}`);
      asked.push(command.component);
      await decide(command.component);
      return ACCEPTED;
    },
    clock,
    logger,
  });
  return { reviews, names, asked, clock, lines };
}

it("looks at every component once", async () => {
  const { reviews, names, asked } = setUp();
  reviews.begin();
  await expect.poll(() => asked.length).toBe(names.length);
  await reviews.stop();
  expect(asked).toEqual(names);
});

it("looks at all of them again later when the store could not take one", async () => {
  let isAway = true;
  const { reviews, names, asked, clock, lines } = setUp(async () => {
    if (isAway) throw new Error("the store is away");
  });
  reviews.begin();
  await clock.advance(4_999);
  expect(lines).toMatchObject([{ level: "error", error: "the store is away" }]);
  isAway = false;
  asked.length = 0;
  await clock.advance(1);
  await expect.poll(() => asked.length).toBe(names.length);
  await reviews.stop();
  expect(asked).toEqual(names);
});

it("begins anew when the configuration changes while it is at it", async () => {
  const held = deferred();
  const { reviews, names, asked, clock } = setUp(() => held.promise);
  reviews.begin();
  await clock.advance(0);
  const before = asked.length;
  expect(before).toBeLessThan(names.length);
  reviews.begin();
  held.resolve();
  await expect.poll(() => asked.length).toBe(before + names.length);
  await reviews.stop();
  expect(asked.slice(before)).toEqual(names);
});

it("ends when the process does, and not in the middle of one", async () => {
  const held = deferred();
  const { reviews, names, asked, clock } = setUp(() => held.promise);
  reviews.begin();
  await clock.advance(0);
  const stopped = reviews.stop();
  held.resolve();
  await stopped;
  expect(asked.length).toBeLessThan(names.length);
});
