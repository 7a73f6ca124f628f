import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { startChild } from "../support/child-app.ts";
import { postgresServer } from "../support/postgres-server.ts";
import { countEvents, runReplica, startReplicaWorld } from "../support/replicas.ts";
import type { ReceivedRequest } from "../support/scripted-server.ts";
import { aReport, card, cards, send } from "../support/system.ts";

const server = postgresServer();

const STAGING = "deploy:model-pymk@1:staging:1";

const isStart = ({ method, body }: ReceivedRequest) =>
  method === "POST" && body.includes("staging");
const isLookup = ({ method, url }: ReceivedRequest) => method === "GET" && url.includes("key=");

describe("a replica that is gone", () => {
  it("kill -9 before its deployment took effect: the next one begins it, once", async () => {
    const world = await startReplicaWorld(server);
    const { deploys } = world;
    deploys.finishAtOnce();
    const doomed = await startChild(world);
    const killed = new Promise<void>((resolve) => {
      const meanwhile = () => resolve(doomed.kill());
      deploys.cutOnce({ matches: isStart, when: "before", meanwhile });
    });
    await send(doomed.port, aReport("1"));
    await killed;
    const other = await runReplica(world);
    await card(world, "1", "approval needed");
    expect(deploys.begunByKey()).toEqual({ [STAGING]: 1 });
    expect(cards(world, "1")).toHaveLength(1);
    expect(await verifyLedger(other.ledger)).toMatchObject({ kind: "whole" });
  }, 60_000);

  it("kill -9 after its deployment took effect, before it knew: one that runs finds it, and begins none", async () => {
    const world = await startReplicaWorld(server);
    const { deploys } = world;
    deploys.finishAtOnce();
    const doomed = await startChild(world);
    const start = deploys.holdOnce(isStart);
    await send(doomed.port, aReport("1"));
    await start.reached;
    const other = await runReplica(world);
    await doomed.kill();
    start.answer();
    await card(world, "1", "approval needed");
    expect(deploys.begunByKey()).toEqual({ [STAGING]: 1 });
    expect(cards(world, "1")).toHaveLength(1);
    expect(await countEvents(other, "DeployStarted", "DeploySucceeded")).toEqual([1, 1]);
  }, 60_000);

  it("stopped for longer than its lease: it goes on too late, and does nothing a second time", async () => {
    const world = await startReplicaWorld(server);
    const { deploys, slack } = world;
    deploys.finishAtOnce();
    const stopped = await startChild(world);
    // Whether it took effect is not known, so the next try looks before it sends again.
    deploys.cutOnce({ matches: isStart, when: "before", meanwhile: () => {} });
    const lookup = deploys.holdOnce(isLookup);
    await send(stopped.port, aReport("1"));
    await lookup.reached;
    stopped.pause();
    // "There is none": by the time that it reads this, there is one.
    lookup.answer();
    const other = await runReplica(world);
    await card(world, "1", "approval needed");
    stopped.goOn();
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${stopped.port}/readyz`)).status)
      .toBe(200);
    expect(deploys.begunByKey()).toEqual({ [STAGING]: 1 });
    expect(cards(world, "1")).toHaveLength(1);

    // It is whole again, and works.
    await other.stop();
    await slack.socketMode.connected();
    await send(stopped.port, aReport("2", { run: { id: "train/2" } }));
    await card(world, "2", "approval needed");
    expect(deploys.begunByKey()).toMatchObject({ [STAGING]: 1 });
  }, 90_000);
});
