import { expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { runApp } from "../support/running-app.ts";
import {
  aReport,
  card,
  DANA,
  LEA,
  SAM,
  send,
  startWorld,
  textOf,
  until,
} from "../support/system.ts";

it("a build becomes a card, people approve it, it deploys, it is measured, it rolls back", async () => {
  const world = await startWorld();
  const { slack, deploys, prometheus, channel } = world;
  const { port, ledger } = await runApp(world);
  deploys.setAll("done");
  deploys.finishAtOnce();

  expect((await send(port, aReport("1"))).status).toBe(202);
  const first = await card(world, "1", "Approve");
  await slack.click(DANA, channel, first.ts, "Approve");
  await until(
    slack,
    () => slack.onlyFor(DANA).some(({ text }) => text.includes("author")),
    "the author is told no",
  );
  await slack.click(LEA, channel, first.ts, "Approve");
  await card(world, "1", "*1 of 1* from @ml-leads");
  await slack.click(SAM, channel, first.ts, "Approve");
  await card(world, "1", "live in production");

  await send(port, aReport("2", { metrics: { auc: 0.82 } }));
  const second = await card(world, "2", "Approve");
  await slack.click(LEA, channel, second.ts, "Approve");
  await slack.click(SAM, channel, second.ts, "Approve");
  await card(world, "2", "watch");
  prometheus.setValue(0.5);
  const alert = await until(
    slack,
    () => slack.messages(channel).find((message) => textOf(message).includes("success_rate")),
    "the announcement",
  );
  await card(world, "2", "rolled back");
  expect(textOf(alert)).toContain("2 failures in a row");
  expect(deploys.begun()).toBe(5);
  expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole" });
}, 60_000);
