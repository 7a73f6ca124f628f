import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/core/outcome.ts";
import { SocketReceiver } from "../../../src/intake/slack/socket-receiver.ts";
import { ConfigError } from "../../../src/shared/errors.ts";
import { deferred } from "../../support/deferred.ts";
import { ACCEPTED } from "../../support/fake-desk.ts";
import { memoryLogger } from "../../support/memory-logger.ts";
import { type SocketWire, startSocketWire } from "../../support/slack-wire.ts";
import { ANA } from "../../support/slack-workspace.ts";

let wire: SocketWire;

beforeEach(async () => {
  wire = await startSocketWire();
});

afterEach(() => wire.stop());

async function ask(): Promise<number> {
  const channel = wire.slack.channelId("releases");
  return (await wire.slack.command(ANA, channel, "help")).status;
}

function opened(): number {
  return wire.slack.calls.filter(({ method }) => method === "apps.connections.open").length;
}

describe("the socket", () => {
  it("is open after the start", () => {
    expect(wire.receiver.problem()).toBeNull();
    expect(wire.slack.socketMode.connections()).toBe(1);
  });

  it("comes back at once when Slack moves a connection that has held", async () => {
    await wire.clock.advance(10_000);
    wire.slack.socketMode.refresh();
    await wire.slack.socketMode.connected();
    expect(await ask()).toBe(200);
    expect(opened()).toBe(2);
  });

  it("comes back at once when the line is cut, and says meanwhile that it is gone", async () => {
    await wire.clock.advance(10_000);
    wire.slack.failNext("apps.connections.open", { kind: "status", status: 500 });
    wire.slack.socketMode.cut();
    await expect.poll(() => wire.receiver.problem()).toContain("no connection to Slack");
    expect(await ask()).toBe(0);
    await wire.clock.sleeper(1_000);
    await wire.clock.advance(1_000);
    await wire.slack.socketMode.connected();
    await expect.poll(() => wire.receiver.problem()).toBeNull();
    expect(await ask()).toBe(200);
  });

  it("waits longer each time while Slack cannot be reached, and for ever", async () => {
    await wire.clock.advance(10_000);
    wire.slack.failNext("apps.connections.open", { kind: "drop", when: "before" }, 8);
    wire.slack.socketMode.cut();
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      await wire.clock.sleeper(delay);
      await wire.clock.advance(delay);
    }
    await wire.slack.socketMode.connected();
    expect(opened()).toBe(10);
  });

  it("does not come back at once when a connection did not hold: Slack allows few a minute", async () => {
    wire.slack.socketMode.cut();
    await wire.clock.sleeper(1_000);
    expect(opened()).toBe(1);
    await wire.clock.advance(1_000);
    await wire.slack.socketMode.connected();
    expect(opened()).toBe(2);
  });

  it("lets a listener that has begun acknowledge before it closes", async () => {
    const { promise, resolve } = deferred<Outcome>();
    wire.desk.outcomes = [promise];
    const channel = wire.slack.channelId("releases");
    const delivery = wire.slack.command(ANA, channel, "model-pymk hold slow");
    await wire.clock.sleeper(2_000);
    const stopping = wire.receiver.stop();
    resolve(ACCEPTED);
    expect((await delivery).status).toBe(200);
    await stopping;
    await expect.poll(() => wire.slack.socketMode.connections()).toBe(0);
    expect(wire.receiver.problem()).toBe("stopped");
  });
});

describe("starting", () => {
  it("fails with the name of the variable when Slack does not take the token", async () => {
    const receiver = new SocketReceiver({
      appToken: "xapp-wrong",
      apiUrl: wire.slack.apiUrl,
      clock: wire.clock,
      log: memoryLogger().log,
    });
    await expect(receiver.start()).rejects.toEqual(
      new ConfigError(["SLACK_APP_TOKEN: Slack says invalid_auth"]),
    );
  });

  it("goes on in the background while Slack cannot be reached", async () => {
    const receiver = new SocketReceiver({
      appToken: "xapp-any",
      apiUrl: "http://127.0.0.1:1/api/",
      clock: wire.clock,
      log: memoryLogger().log,
    });
    await receiver.start();
    expect(receiver.problem()).toContain("no connection to Slack");
    await receiver.stop();
  });
});
