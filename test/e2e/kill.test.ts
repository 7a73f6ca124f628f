import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { type ChildApp, startChild } from "../support/child-app.ts";
import { runApp } from "../support/running-app.ts";
import type { ReceivedRequest } from "../support/scripted-server.ts";
import {
  aReport,
  card,
  cards,
  LEA,
  SAM,
  send,
  startWorld,
  until,
  type World,
} from "../support/system.ts";

/**
 * `kill -9` of the whole process at each point between a commit and the end of its effect: when the world
 * hears of an effect, before it takes place and after it has. Whoever starts again goes on, and nothing
 * has happened twice.
 */

type Moment = (world: World, kill: () => void) => void;

const onDeploy =
  (matches: (request: ReceivedRequest) => boolean, when: "before" | "after"): Moment =>
  (world, kill) => {
    world.deploys.cutOnce({ matches, when, meanwhile: kill });
  };

const onSlack =
  (method: string, when: "before" | "after"): Moment =>
  (world, kill) => {
    world.slack.failNext(method, { kind: "drop", when, meanwhile: kill });
  };

const isStart = ({ method }: ReceivedRequest) => method === "POST";
const isLook = ({ method, url }: ReceivedRequest) => method === "GET" && !url.includes("key=");

const MOMENTS: readonly (readonly [string, Moment])[] = [
  ["before the card reaches Slack", onSlack("chat.postMessage", "before")],
  ["after Slack took the card", onSlack("chat.postMessage", "after")],
  ["before an edit of the card", onSlack("chat.update", "before")],
  ["after an edit of the card", onSlack("chat.update", "after")],
  ["before the deployment begins", onDeploy(isStart, "before")],
  ["after the deployment began", onDeploy(isStart, "after")],
  ["while the deployment is looked at", onDeploy(isLook, "before")],
  ["after the deployment was seen to be done", onDeploy(isLook, "after")],
  [
    "while a watch is measured",
    (world, kill) => {
      world.prometheus.cutOnce(kill);
    },
  ],
];

describe("kill -9", () => {
  it.each(MOMENTS)("%s", async (_name, moment) => {
    const world = await startWorld();
    world.deploys.finishAtOnce();
    let app: ChildApp = await startChild(world);
    const killed = new Promise<void>((resolve) => {
      moment(world, () => {
        resolve(app.kill());
      });
    });
    await send(app.port, aReport("1"));
    const story = approveWhenAsked(world, () => app);
    await killed;
    app = await startChild(world);
    await story;
    await card(world, "1", "live in production");
    await app.kill();

    expect(cards(world, "1")).toHaveLength(1);
    expect(world.deploys.begunByKey()).toEqual({
      "deploy:model-pymk@1:staging:1": 1,
      "deploy:model-pymk@1:production:1": 1,
    });
    const { ledger } = await runApp(world);
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole" });
  });

  it("at once after an event was accepted", async () => {
    const world = await startWorld();
    world.deploys.finishAtOnce();
    const app = await startChild(world);
    const { status } = await send(app.port, aReport("1"), "msg_1");
    await app.kill();
    expect(status).toBe(202);
    const again = await startChild(world);
    await card(world, "1", "approval needed");
    expect((await send(again.port, aReport("1"), "msg_1")).body.outcome).toBe("duplicate");
    expect(cards(world, "1")).toHaveLength(1);
  });
});

describe("SIGTERM", () => {
  it("ends the process cleanly, with nothing lost", async () => {
    const world = await startWorld();
    world.deploys.finishAtOnce();
    const app = await startChild(world);
    await send(app.port, aReport("1"));
    expect(await app.terminate()).toBe(0);
    await startChild(world);
    await card(world, "1", "approval needed");
    expect(cards(world, "1")).toHaveLength(1);
  });
});

/** Approves as both people, as often as it takes: the process that was asked may have been killed. */
async function approveWhenAsked(world: World, app: () => ChildApp): Promise<void> {
  const { slack, channel } = world;
  for (const [person, shown] of [
    [LEA, "*1 of 1* from @ml-leads"],
    [SAM, "*1 of 1* from @sre"],
  ] as const) {
    const { ts } = await card(world, "1", "approval needed");
    const taken = async () => {
      try {
        return (await slack.click(person, channel, ts, "Approve")).status === 200;
      } catch {
        return false;
      }
    };
    while (!(await taken()))
      await until(slack, () => slack.socketMode.connections() > 0 && app(), "it is back");
    await Promise.race([
      card(world, "1", shown),
      card(world, "1", "no longer waits"),
      card(world, "1", "live in production"),
    ]);
  }
}
