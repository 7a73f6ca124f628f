import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { countOf, untilRecorded } from "../support/recorded-events.ts";
import { type RunningApp, runApp } from "../support/running-app.ts";
import {
  aReport,
  card,
  cards,
  GUS,
  LEA,
  SAM,
  send,
  startWorld,
  textOf,
  until,
  type World,
} from "../support/system.ts";

/** A release that waits for its approvals, in a world whose deployments are done at once. */
async function waiting(world: World, app: RunningApp, version = "1") {
  world.deploys.finishAtOnce();
  await send(app.port, aReport(version));
  return card(world, version, "Approve", "approval needed");
}

async function approve(world: World, ts: string): Promise<void> {
  await world.slack.click(LEA, world.channel, ts, "Approve");
  await world.slack.click(SAM, world.channel, ts, "Approve");
}

async function readiness(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: response.status, ...((await response.json()) as object) };
}

describe("people", () => {
  it("two who click at the same moment are both counted, and it deploys once", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const { ts } = await waiting(world, app);
    const { slack, channel, deploys } = world;
    await Promise.all([
      slack.click(LEA, channel, ts, "Approve"),
      slack.click(SAM, channel, ts, "Approve"),
    ]);
    await card(world, "1", "live in production");
    expect(await countOf(app, "DeployStarted")).toBe(2);
    expect(deploys.begun()).toBe(2);
  });

  it("one who rejects as another approves: the first decision wins, and the other is told who decided", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const { ts } = await waiting(world, app);
    const { slack, channel } = world;
    await slack.click(LEA, channel, ts, "Reject");
    const view = await until(slack, () => slack.openViews(LEA)[0], "the modal");
    await slack.submit(LEA, view.id, { reason: { "reason.text": "slices look wrong" } });
    await slack.click(SAM, channel, ts, "Approve");
    await until(
      slack,
      () => slack.onlyFor(SAM).some((message) => textOf(message).includes("lea rejected it")),
      "the loser is told",
    );
    expect(await countOf(app, "ApprovalGiven")).toBe(0);
  });

  it("a guest may look, and may not stop anything", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    await waiting(world, app);
    const { slack, channel } = world;
    await slack.command(GUS, channel, "model-pymk hold because I can");
    expect(slack.onlyFor(GUS).map(textOf).join()).toContain("not a full member");
    await slack.command(LEA, channel, "model-pymk hold looking into it");
    expect(slack.onlyFor(LEA).map(textOf).join()).toContain("model-pymk is held");
    expect(await countOf(app, "HoldPlaced")).toBe(1);
  });
});

describe("deliveries", () => {
  it("the same one twice, and the same fact by another one, make one release", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const report = aReport("1");
    const outcomes = [];
    for (const id of ["msg_1", "msg_1", "msg_2"]) outcomes.push(await send(app.port, report, id));
    expect(outcomes.map(({ status, body }) => [status, body.outcome])).toEqual([
      [202, "accepted"],
      [200, "duplicate"],
      [200, "duplicate"],
    ]);
    await card(world, "1");
    expect(await countOf(app, "ReleaseRegistered")).toBe(1);
  });

  it("thirty at the same moment are all taken, and each of them becomes a release", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const versions = Array.from({ length: 30 }, (_, n) => String(n + 1));
    const answers = await Promise.all(versions.map((version) => send(app.port, aReport(version))));
    expect(answers.map(({ status, body }) => [status, body.outcome])).toEqual(
      versions.map(() => [202, "accepted"]),
    );
    await untilRecorded(app, "ReleaseRegistered", 30);
    const again = await Promise.all(versions.map((version) => send(app.port, aReport(version))));
    expect(again.every(({ status }) => status === 200 || status === 202)).toBe(true);
    expect(await countOf(app, "ReleaseRegistered")).toBe(30);
  });
});

describe("Slack", () => {
  it.each([
    ["says 429", { kind: "limited", retryAfterSeconds: 1 }],
    ["says 500", { kind: "status", status: 500 }],
    ["drops the connection before it takes the post", { kind: "drop", when: "before" }],
    ["takes the post and drops the connection", { kind: "drop", when: "after" }],
  ] as const)("that %s gets one card, not two", async (_what, failure) => {
    const world = await startWorld();
    const app = await runApp(world);
    world.slack.failNext("chat.postMessage", failure, 1);
    await waiting(world, app);
    expect(cards(world, "1")).toHaveLength(1);
  });

  it("from which somebody deletes the card gets it again with the next change", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const { ts } = await waiting(world, app);
    const { slack, channel } = world;
    await slack.deleteMessage(channel, ts);
    await slack.command(LEA, channel, "model-pymk hold looking into it");
    const again = await card(world, "1", "held");
    expect(again.ts).not.toBe(ts);
    expect(cards(world, "1")).toHaveLength(1);
  });

  it("without the channel: it is logged, in the detail of readiness, told to the owner, and mended", async () => {
    const world = await startWorld({
      configure: (yaml) => yaml.replace("channel: releases", "channel: relaeses"),
    });
    const app = await runApp(world);
    await send(app.port, aReport("1"));
    const { slack } = world;
    const told = await until(slack, () => slack.directMessages(LEA)[0], "the owner is told");
    expect(textOf(told)).toContain("relaeses");
    expect(await readiness(app.port)).toMatchObject({
      status: 200,
      ready: true,
      warnings: [expect.stringContaining("relaeses")],
    });
    expect(app.lines.some(({ msg }) => msg === "slack channel unusable")).toBe(true);
    world.configure((yaml) => yaml);
    app.store.reload();
    await card(world, "1");
    expect(await readiness(app.port)).toMatchObject({ warnings: [] });
  });

  it("whose channel the app is not in: it is told the same way, and written to after an invitation", async () => {
    const world = await startWorld({
      slack: { channels: [{ name: "releases", private: true, app: false }] },
    });
    const app = await runApp(world);
    await send(app.port, aReport("1"));
    const told = await until(
      world.slack,
      () => world.slack.directMessages(LEA)[0],
      "the owner is told",
    );
    expect(textOf(told)).toContain("/invite");
  });
});

describe("the deployment system", () => {
  it("that answers 500 after it began deploys once", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    world.deploys.finishAtOnce();
    world.deploys.failAfterNextStart();
    await send(app.port, aReport("1"));
    await card(world, "1", "approval needed");
    expect(world.deploys.begun()).toBe(1);
  });

  it("that cuts the line after it began deploys once", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    world.deploys.finishAtOnce();
    world.deploys.loseNextAnswer();
    await send(app.port, aReport("1"));
    await card(world, "1", "approval needed");
    expect(world.deploys.begun()).toBe(1);
  });

  it("that fails is announced, with a button to try again", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const { ts } = await waiting(world, app);
    world.deploys.failFromNowOn("no quota");
    await approve(world, ts);
    await card(world, "1", "no quota", "Retry");
    world.deploys.finishAtOnce();
    await world.slack.click(LEA, world.channel, ts, "Retry");
    await card(world, "1", "live in production");
    expect(await countOf(app, "ApprovalGiven")).toBe(2);
  });
});

describe("the metrics server", () => {
  it("that is down for the whole watch: people are asked, nothing is rolled back, and it stays armed", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const { ts } = await waiting(world, app);
    await approve(world, ts);
    await card(world, "1", "live in production");
    await send(app.port, aReport("2"));
    const second = await card(world, "2", "approval needed");
    world.prometheus.goDown();
    await approve(world, second.ts);
    await card(world, "2", "Override");
    expect(await countOf(app, "RollbackStarted")).toBe(0);
    world.prometheus.setValue(0.1);
    await card(world, "2", "was rolled back");
    expect(await countOf(app, "RollbackStarted")).toBe(1);
  });

  it("that knows nothing of the release is no success either", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    world.prometheus.setEmpty();
    const { ts } = await waiting(world, app);
    await approve(world, ts);
    await card(world, "1", "Override");
    expect(await countOf(app, "PromotionCompleted")).toBe(1);
  });
});

describe("the clock", () => {
  it("that jumps an hour ahead in the middle of a watch makes it ask, not pass", async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => Date.now() + ahead };
    const world = await startWorld({ configure: (yaml) => yaml.replace("for: 3s", "for: 20m") });
    const app = await runApp(world, { clock });
    const { ts } = await waiting(world, app);
    await approve(world, ts);
    await card(world, "1", "watch");
    world.prometheus.knowOnlyUntil(Date.now());
    ahead = 3_600_000;
    await card(world, "1", "Override");
    expect(await countOf(app, "WatchPassed")).toBe(0);
  });

  it("that jumps back goes on when it has caught up, and nothing is lost or done twice", async () => {
    let behind = 0;
    const clock = { ...systemClock, now: () => Date.now() - behind };
    const world = await startWorld();
    const app = await runApp(world, { clock });
    const { ts } = await waiting(world, app);
    behind = 3_600_000;
    await approve(world, ts);
    await until(world.slack, () => world.deploys.begun() === 2, "it deploys");
    behind = 0;
    await card(world, "1", "live in production");
    expect(world.deploys.begun()).toBe(2);
    expect(await verifyLedger(app.ledger)).toMatchObject({ kind: "whole" });
  });
});

describe("the configuration", () => {
  it("that is changed is in force without a restart, and voids what was approved under the old one", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    const { ts } = await waiting(world, app);
    await world.slack.click(LEA, world.channel, ts, "Approve");
    await card(world, "1", "*1 of 1* from @ml-leads");
    world.configure((yaml) =>
      yaml.replace('from: ["@sre"], count: 1', 'from: ["@sre", "@ml-leads"], count: 1'),
    );
    app.store.reload();
    await card(world, "1", "*0 of 1* from @ml-leads");
    expect(await countOf(app, "ApprovalsVoided")).toBe(1);
  });

  it("that is broken is refused whole, said, and the old one stays", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    world.configure((yaml) => yaml.replace("count: 1", "cuont: 1"));
    app.store.reload();
    expect(await readiness(app.port)).toMatchObject({
      ready: true,
      warnings: [expect.stringContaining("cuont")],
    });
    await waiting(world, app);
  });
});

describe("stopping", () => {
  it("takes nothing more, finishes, and everything is there after a restart", async () => {
    const world = await startWorld();
    const app = await runApp(world);
    await waiting(world, app);
    await app.stop();
    await expect(fetch(`http://127.0.0.1:${app.port}/healthz`)).rejects.toThrow();
    const again = await runApp(world);
    const { ts } = await card(world, "1", "approval needed");
    await approve(world, ts);
    await card(world, "1", "live in production");
    expect(cards(world, "1")).toHaveLength(1);
    expect(await verifyLedger(again.ledger)).toMatchObject({ kind: "whole" });
  });
});
