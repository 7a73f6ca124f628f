import { expect, it } from "vitest";
import { PALETTE } from "../../src/charts/palette.ts";
import type { LocalMessage } from "../../src/demo/gateway/message-log.ts";
import { readPng } from "../support/read-png.ts";
import { runApp } from "../support/running-app.ts";
import {
  aReport,
  card,
  LEA,
  SAM,
  send,
  startWorld,
  textOf,
  until,
  type World,
} from "../support/system.ts";

interface Picture {
  readonly type: string;
  readonly slack_file: { readonly id: string };
  readonly alt_text: string;
}

function picturesOf({ blocks }: LocalMessage): readonly Picture[] {
  return (blocks as unknown as readonly Picture[]).filter(({ type }) => type === "image");
}

/** Version 1 is live, version 2 is being watched. */
async function watching(world: World, port: number): Promise<void> {
  const { slack, deploys, channel } = world;
  deploys.setAll("done");
  deploys.finishAtOnce();
  for (const version of ["1", "2"]) {
    await send(port, aReport(version));
    const { ts } = await card(world, version, "Approve");
    await slack.click(LEA, channel, ts, "Approve");
    await card(world, version, "*1 of 1* from @ml-leads");
    await slack.click(SAM, channel, ts, "Approve");
    await card(world, version, version === "1" ? "live in production" : "being watched");
  }
}

function announcement(world: World, holds: (message: LocalMessage) => boolean, what: string) {
  return until(
    world.slack,
    () =>
      world.slack
        .messages(world.channel)
        .find((message) => textOf(message).includes("success_rate") && holds(message)),
    what,
  );
}

it("a release that fails is announced, and the picture of its measurements follows", async () => {
  const world = await startWorld();
  const { slack, prometheus } = world;
  const { port } = await runApp(world);
  await watching(world, port);
  prometheus.setValue(0.5);

  const told = await announcement(
    world,
    (message) => picturesOf(message).some(({ alt_text: alt }) => alt.includes("Rollback:")),
    "the announcement with a picture of the rollback",
  );
  const [picture] = picturesOf(told);
  expect(picture?.alt_text).toMatch(
    /^Chart of success rate of model-pymk 2 in production, .* Limit: at least 0\.97\. Deploy: .* Breach: /,
  );
  const bytes = slack.picture(picture?.slack_file.id ?? "");
  const pixels = readPng(bytes ?? new Uint8Array());
  expect({ width: pixels.width, height: pixels.height }).toEqual({ width: 720, height: 464 });
  // The value that breaks the limit is drawn below it, and both are inside of the area.
  const limit = pixels.extent(PALETTE.beyond);
  expect(pixels.count(PALETTE.limit)).toBeGreaterThan(100);
  expect(limit?.bottom).toBeGreaterThan(300);
  expect(pixels.at(6, 200)).toBe(PALETTE.background);
  expect(pixels.at(0, 0)).toBe("clear");
  const calls = slack.calls.map(({ method }) => method);
  expect(calls.indexOf("files.getUploadURLExternal")).toBeGreaterThan(
    calls.lastIndexOf("chat.postMessage", calls.indexOf("files.getUploadURLExternal")),
  );
}, 60_000);

it("without the scope for files it is announced without a picture, and readiness says why", async () => {
  const world = await startWorld();
  const { slack, prometheus } = world;
  const { port } = await runApp(world);
  await watching(world, port);
  slack.failNext("files.getUploadURLExternal", { kind: "error", error: "missing_scope" }, 1_000);
  prometheus.setValue(0.5);
  const told = await announcement(world, () => true, "the announcement");
  await card(world, "2", "was rolled back");
  expect(picturesOf(told)).toEqual([]);
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(await ready.text()).toContain(
    "Charts are not shown, only their numbers: Slack's files.getUploadURLExternal failed: missing_scope",
  );
}, 60_000);

it("/release COMPONENT watch answers with the measurements and their picture", async () => {
  const world = await startWorld({
    configure: (yaml) => yaml.replace("for: 3s", "for: 10m"),
  });
  const { slack, channel, deploys } = world;
  const { port } = await runApp(world);
  deploys.setAll("done");
  deploys.finishAtOnce();
  await send(port, aReport("1"));
  const { ts } = await card(world, "1", "Approve");
  await slack.click(LEA, channel, ts, "Approve");
  await card(world, "1", "*1 of 1* from @ml-leads");
  await slack.click(SAM, channel, ts, "Approve");
  await card(world, "1", "being watched");
  await slack.command(LEA, channel, "model-pymk watch");
  const answer = await until(
    slack,
    () => slack.onlyFor(LEA).find((message) => picturesOf(message).length > 0),
    "the answer",
  );
  expect(textOf(answer)).toContain("being watched in production");
  expect(textOf(answer)).toMatch(/Its watch ends in \d+ min/);
  expect(textOf(answer)).toContain("0 of 2 failures in a row");
}, 60_000);
