import { EventEmitter } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { SIGNING_SECRET } from "../../src/demo/gateway/workspace.ts";
import { serve, startServing } from "../../src/serve.ts";
import { errorText } from "../../src/shared/errors.ts";
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

/** The environment of HTTP mode: Slack posts to this program, which has no socket open. */
function httpMode({ environment }: World): Readonly<Record<string, string>> {
  const { SLACK_APP_TOKEN: _none, ...others } = environment;
  return { ...others, SLACK_SIGNING_SECRET: SIGNING_SECRET };
}

async function served(environment: Readonly<Record<string, string>>) {
  const running = await startServing(environment);
  onTestFinished(() => running.app.stop(5_000));
  return running;
}

describe("slipway serve", () => {
  it("in HTTP mode: Slack posts clicks and commands to it, and they are answered", async () => {
    const world = await startWorld();
    const { slack, channel, deploys } = world;
    deploys.finishAtOnce();
    const { port } = await served(httpMode(world));
    expect(slack.socketMode.connections()).toBe(0);
    slack.listenAt(`http://127.0.0.1:${port}/slack/events`);

    expect((await send(port, aReport("1"))).status).toBe(202);
    const { ts } = await card(world, "1", "approval needed");
    expect(await slack.click(LEA, channel, ts, "Approve")).toMatchObject({ status: 200 });
    await slack.click(SAM, channel, ts, "Approve");
    await card(world, "1", "live in production");
    const answered = await slack.command(SAM, channel, "model-pymk");
    expect(answered.status).toBe(200);
    expect(slack.onlyFor(SAM).map(textOf).join()).toContain("model-pymk");
    await slack.command(SAM, channel, "stats 1d");
    const deployed = "*model-pymk* in production: deployed once";
    await until(
      slack,
      () => slack.onlyFor(SAM).some((message) => textOf(message).includes(deployed)),
      "the statistics",
    );
  });

  it("says what it lacks, all of it, and where to look first", async () => {
    const refused = await startServing({ SLIPWAY_CONFIG: "/nowhere/slipway.yml" }).catch(errorText);
    expect(refused).toContain("SLACK_BOT_TOKEN");
    expect(refused).toContain("SLACK_APP_TOKEN");
    expect(refused).toContain("SLACK_SIGNING_SECRET");
    expect(refused).toContain("npm run demo");
  });

  it("does not start, and leaves nothing open, when Slack refuses the token", async () => {
    const world = await startWorld();
    const environment = { ...world.environment, SLACK_BOT_TOKEN: "xoxb-of-another-workspace" };
    await expect(startServing(environment)).rejects.toThrow(/SLACK_BOT_TOKEN|invalid_auth/);
    const { port } = await served(world.environment);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  });

  it("refuses the folder of another one that runs, and says so", async () => {
    const world = await startWorld();
    await served(world.environment);
    await expect(startServing(world.environment)).rejects.toThrow(/another process/);
  });

  it("outlives SIGHUP, by which it reads its configuration again, and ends with 0 on SIGTERM", async () => {
    const world = await startWorld();
    const signals = new EventEmitter();
    const heard = new Promise<void>((resolve) => {
      signals.on("newListener", (name) => name === "unhandledRejection" && setImmediate(resolve));
    });
    const ended = serve(world.environment, signals as never);
    await heard;
    expect(signals.listenerCount("SIGHUP")).toBe(1);
    signals.emit("SIGHUP");
    signals.emit("SIGTERM");
    signals.emit("SIGINT");
    expect(await ended).toBe(0);
    const { port } = await served(world.environment);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });
});
