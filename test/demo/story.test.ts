import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { LocalMessage } from "../../src/demo/gateway/message-log.ts";
import type { Serving } from "../../src/demo/serving.ts";
import { type Demo, startDemo } from "../../src/demo/start-demo.ts";
import { visibleText } from "../support/markup.ts";
import { type PageClient, pageClient } from "../support/page-client.ts";
import { textOf, until } from "../support/system.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The demo, clicked through from the first build to the rollback, by the requests that its page sends. */

const FAST = {
  deployTime: { pending: 1, running: 1 },
  overlap: 60_000,
  traffic: { prediction: 10, feed: 100 },
  scrape: 100,
};

/** `slipway.yml` in a hurry: everything else is as it ships. */
function configuration(): string {
  const shipped = readFileSync(join(import.meta.dirname, "../../src/demo/slipway.yml"), "utf8");
  const hurried = [
    ["for: 1m", "for: 16s"],
    ["every: 2s", "every: 1s"],
    ["warmUp: 6s", "warmUp: 1s"],
    ["every: 500ms", "every: 100ms"],
    ["[20s]", "[2s]"],
  ].reduce((text, [slow = "", fast = ""]) => {
    if (!text.includes(slow)) throw new Error(`slipway.yml does not say ${slow} any more`);
    return text.replaceAll(slow, fast);
  }, shipped);
  const path = join(temporaryFolder(), "slipway.yml");
  writeFileSync(path, hurried);
  return path;
}

function cardWith(demo: Demo, ...parts: readonly string[]): Promise<LocalMessage> {
  const { slack } = demo;
  const channel = slack.channelId("ml-releases");
  return until(
    slack,
    () =>
      slack
        .messages(channel)
        .find((message) => parts.every((part) => textOf(message).includes(part))),
    `a message with ${parts.join(" and ")}`,
  );
}

async function approveAsBoth(page: PageClient, waiting: LocalMessage): Promise<void> {
  expect(await page.click("U0ANA", waiting, "Approve")).toEqual({ kind: "done" });
  expect(await page.click("U0BEN", waiting, "Approve")).toEqual({ kind: "done" });
}

/** What the runtime itself says that it serves. */
async function inProduction(demo: Demo): Promise<Serving | undefined> {
  const serving = await demo.world.serving();
  return serving.find((one) => one.environment === "production" && one.component === "model-pymk");
}

it("a build is approved by two people, serves, is made worse, and its predecessor serves again", async () => {
  const demo = await startDemo({ port: 0, pace: FAST, configuration: configuration() });
  onTestFinished(demo.close);
  const page = pageClient(demo.url);

  await page.act("job", { job: "retrain" });
  const first = await cardWith(demo, "2026.11.01-1: approval needed", "0 of 1");
  await page.click("U0DANA", first, "Approve");
  await until(demo.slack, () => demo.slack.onlyFor("U0DANA")[0], "the author is told no");
  expect(await inProduction(demo)).toMatchObject({ version: null });
  await approveAsBoth(page, first);
  await cardWith(demo, "2026.11.01-1", "being watched in production");
  expect(await inProduction(demo)).toMatchObject({ version: "2026.11.01-1", degraded: false });
  await cardWith(demo, "2026.11.01-1: live in production");

  await page.act("job", { job: "retrain" });
  await approveAsBoth(page, await cardWith(demo, "2026.11.06-1: approval needed", "0 of 1"));
  await cardWith(demo, "2026.11.06-1: being watched in production");
  await page.act("world", {
    ...{ environment: "production", component: "model-pymk", change: "worse" },
  });
  const panel = await page.event("world", (markup) => markup.includes("serving unwell"));
  expect(visibleText(panel)).toContain("model-pymk 2026.11.06-1");

  const announcement = await cardWith(
    demo,
    "2026.11.06-1: rolled back",
    "of the version beside it, over",
    "Failing:",
  );
  expect(textOf(announcement)).toContain('outcome!="ok"} /');
  expect(await inProduction(demo)).toMatchObject({ version: "2026.11.01-1", degraded: false });
  const { regions } = await page.view("?as=gus&channel=ml-releases");
  expect(visibleText(regions.messages ?? "")).toContain(
    "model-pymk 2026.11.06-1: rolled back in production to 2026.11.01-1",
  );
}, 120_000);
