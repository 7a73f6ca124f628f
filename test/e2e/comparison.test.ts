import { expect, it } from "vitest";
import type { ComponentEvent } from "../../src/core/event.ts";
import { comparing, releaseVersion } from "../support/compared-release.ts";
import { runApp } from "../support/running-app.ts";
import { card, startWorld } from "../support/system.ts";

/** Requests a second of each version, all of which run beside one another. */
const TRAFFIC = 2_000;
const BAD_BEFORE = 0.01;

/** Two counters for each version; what fails of the worst version is up to the test. */
function counters(worst: { readonly version: string; readonly bad: number }) {
  return (query: string, second: number): number => {
    const total = TRAFFIC * (second % 1_000_000);
    if (!query.includes('outcome="bad"')) return total;
    return total * (query.includes(`version="${worst.version}"`) ? worst.bad : BAD_BEFORE);
  };
}

it("a release that is as good as the version beside it goes live, and one that is worse is rolled back", async () => {
  const world = await startWorld({
    configure: comparing,
  });
  world.deploys.setAll("done");
  world.deploys.finishAtOnce();
  world.prometheus.setAnswer(counters({ version: "3", bad: 0.2 }));
  const { port, ledger } = await runApp(world);
  const events = async () => {
    const all: ComponentEvent[] = [];
    for await (const { event } of ledger.read({ stream: null, since: null })) {
      all.push(event as ComponentEvent);
    }
    return all;
  };

  await releaseVersion(world, port, "1");
  await card(world, "1", "live in production");
  await releaseVersion(world, port, "2");
  await card(world, "2", "live in production");
  expect((await events()).filter(({ type }) => type === "WatchBreached")).toEqual([]);

  await releaseVersion(world, port, "3");
  await card(world, "3", "was rolled back");
  const breaches = (await events()).flatMap((event) =>
    event.type === "WatchBreached" ? [event.incident] : [],
  );
  expect(breaches).toMatchObject([
    {
      kind: "breach",
      action: "rollback",
      checks: [{ verdict: "failure", comparison: { with: "stable", method: "sequential" } }],
    },
  ]);
  expect(breaches[0]?.sentence).toMatch(
    /^failed predictions: 20 % against [\d.]+ % of the version beside it/,
  );
});
