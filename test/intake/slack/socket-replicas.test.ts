import { describe, expect, it, onTestFinished } from "vitest";
import { type SocketWire, startSocketWires } from "../../support/slack-wire.ts";
import { ANA } from "../../support/slack-workspace.ts";

async function threeReplicas() {
  const wires = await startSocketWires(3);
  const [one, two, three] = wires;
  if (one === undefined || two === undefined || three === undefined) throw new Error("three wires");
  const { slack, clock } = one;
  onTestFinished(async () => {
    for (const wire of wires) await wire.receiver.stop();
    await slack.close();
  });
  const ask = async () => (await slack.command(ANA, slack.channelId("releases"), "help")).status;
  return { wires, one, two, three, slack, clock, ask };
}

function asked(wires: readonly SocketWire[]): readonly number[] {
  return wires.map(({ desk }) => desk.queries.length);
}

describe("several connections of one app", () => {
  it("each get some of what people do, and each thing goes to one of them", async () => {
    const { wires, slack, ask } = await threeReplicas();
    expect(slack.socketMode.connections()).toBe(3);
    for (let n = 0; n < 6; n += 1) expect(await ask()).toBe(200);
    expect(asked(wires)).toEqual([2, 2, 2]);
  });

  it("take over what one of them got that has stopped", async () => {
    const { wires, one, slack, ask } = await threeReplicas();
    await one.receiver.stop();
    await expect.poll(() => slack.socketMode.connections()).toBe(2);
    for (let n = 0; n < 4; n += 1) expect(await ask()).toBe(200);
    expect(asked(wires)).toEqual([0, 2, 2]);
  });

  it("come back, each by itself, when Slack moves them", async () => {
    const { wires, slack, clock, ask } = await threeReplicas();
    await clock.advance(10_000);
    slack.socketMode.refresh();
    await slack.socketMode.connected(3);
    for (let n = 0; n < 3; n += 1) expect(await ask()).toBe(200);
    expect(asked(wires)).toEqual([1, 1, 1]);
  });

  it("both get what Slack delivers twice", async () => {
    const { wires, slack, ask } = await threeReplicas();
    slack.socketMode.repeat(() => Promise.resolve());
    expect(await ask()).toBe(200);
    await expect.poll(() => asked(wires)).toEqual([1, 1, 0]);
  });

  it("get an event again that the one before did not acknowledge", async () => {
    const { two, three, slack } = await threeReplicas();
    const delivered = slack.event({ type: "subteam_updated", subteam: { id: "S0LEADS" } });
    slack.socketMode.cutOne();
    await delivered;
    expect(two.groupsChanged() + three.groupsChanged()).toBe(1);
  });
});
