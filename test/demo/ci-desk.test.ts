import { expect, it } from "vitest";
import { createCiDesk } from "../../src/demo/ci-desk.ts";
import { fakeSampleWorld } from "../support/fake-sample-world.ts";

const BUILD = {
  component: "svc-feed",
  version: "2.3.0",
  outcome: "success",
  summary: "the tests passed",
  reported: true,
} as const;

it("a job runs until its build is finished, or the CI broke, and whoever listens is told", async () => {
  const world = fakeSampleWorld();
  const desk = createCiDesk(world.ci);
  const told = () =>
    new Promise<void>((resolve) => {
      const stop = desk.subscribe(() => {
        stop();
        resolve();
      });
    });
  desk.start("buildService");
  desk.start("retrain");
  expect(desk.runs()).toEqual([
    { id: 2, job: "retrain", state: { kind: "begun" } },
    { id: 1, job: "buildService", state: { kind: "begun" } },
  ]);
  world.finish(BUILD);
  await told();
  world.fail(new Error("no disk"));
  await told();
  expect(desk.runs()).toEqual([
    { id: 2, job: "retrain", state: { kind: "broken", why: "no disk" } },
    { id: 1, job: "buildService", state: { kind: "finished", build: BUILD } },
  ]);
});

it("only the last few are kept", () => {
  const desk = createCiDesk(fakeSampleWorld().ci);
  for (let job = 0; job < 10; job += 1) desk.start("retrain");
  expect(desk.runs().map(({ id }) => id)).toEqual([10, 9, 8]);
});
