import { describe, expect, it } from "vitest";
import type { LocalMessage } from "../../src/demo/gateway/message-log.ts";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { startChild } from "../support/child-app.ts";
import { postgresServer } from "../support/postgres-server.ts";
import { countEvents, runReplica, scrape, startReplicaWorld } from "../support/replicas.ts";
import type { RunningApp } from "../support/running-app.ts";
import type { ReceivedRequest } from "../support/scripted-server.ts";
import { aReport, card, cards, LEA, SAM, send, until, type World } from "../support/system.ts";

const server = postgresServer();

const STAGING = "deploy:model-pymk@1:staging:1";
const PRODUCTION = "deploy:model-pymk@1:production:1";

async function threeReplicas(options: { readonly digest?: string } = {}) {
  const world = await startReplicaWorld(server);
  world.deploys.finishAtOnce();
  const replicas = await Promise.all([1, 2, 3].map(() => runReplica(world, options)));
  const [one, two, three] = replicas;
  if (one === undefined || two === undefined || three === undefined) throw new Error("three");
  await world.slack.socketMode.connected(3);
  return { world, one, two, three, replicas };
}

function keyOf({ metadata }: LocalMessage): string {
  return String((metadata as { event_payload?: { key?: unknown } } | null)?.event_payload?.key);
}

/** Everything in the channel and in the thread of the first card, by what it says it is. */
function postedIn({ slack, channel }: World, cardTs: string): readonly string[] {
  // A reply that the channel is told of stands in both.
  const all = [...slack.messages(channel), ...slack.thread(channel, cardTs)];
  return [...new Map(all.map((message) => [message.ts, keyOf(message)])).values()];
}

const isStart = ({ method, body }: ReceivedRequest) =>
  method === "POST" && body.includes("staging");
const isLookup = ({ method, url }: ReceivedRequest) => method === "GET" && url.includes("key=");

describe("three replicas", () => {
  it("any of them takes any delivery, click and job, and what comes to all at once counts once", async () => {
    const { world, replicas, one } = await threeReplicas();
    const { slack, channel, deploys } = world;
    const answers = await Promise.all(
      replicas.map(({ port }) => send(port, aReport("1"), "msg_same")),
    );
    expect(answers.map(({ status }) => status).every((status) => status < 300)).toBe(true);
    const { ts } = await card(world, "1", "approval needed");

    slack.socketMode.copyToAll(true);
    expect(await slack.click(LEA, channel, ts, "Approve")).toMatchObject({ status: 200 });
    await card(world, "1", "*1 of 1* from @ml-leads");
    expect(await slack.click(SAM, channel, ts, "Approve")).toMatchObject({ status: 200 });
    await slack.again();
    await card(world, "1", "live in production");

    for (const { port } of replicas) {
      expect(await scrape(port, "slipway_release_info")).toEqual([
        'slipway_release_info{component="model-pymk",version="1",environment="production"} 1',
        'slipway_release_info{component="model-pymk",version="1",environment="staging"} 1',
      ]);
    }
    expect(
      await countEvents(one, "ReleaseRegistered", "ApprovalGiven", "PromotionApproved"),
    ).toEqual([1, 2, 1]);
    expect(deploys.begunByKey()).toEqual({ [STAGING]: 1, [PRODUCTION]: 1 });
    for (const { stop } of replicas.slice(1)) await stop();
    expect(cards(world, "1")).toHaveLength(1);
    const posted = postedIn(world, ts);
    expect(posted).toEqual([...new Set(posted)]);
    expect(await verifyLedger(one.ledger)).toMatchObject({ kind: "whole" });
  }, 60_000);

  it("obey at once a freeze that was set at one of them", async () => {
    const { world, one, two, three } = await threeReplicas();
    const { slack, channel, deploys } = world;
    await slack.command(LEA, channel, "freeze 1h the fair is on");
    await expect.poll(() => countEvents(one, "FreezePlaced")).toEqual([1]);
    await Promise.all([
      send(two.port, aReport("1")),
      send(three.port, aReport("2", { run: { id: "train/2" } })),
    ]);
    await card(world, "2", "the fair is on");
    expect(deploys.begun()).toBe(0);

    await slack.command(LEA, channel, "unfreeze");
    await card(world, "2", "approval needed");
    expect(deploys.begun()).toBeGreaterThan(0);
  }, 60_000);

  it("post a digest that is due once", async () => {
    const { world, replicas } = await threeReplicas({ digest: "* * * * * *" });
    const { slack, channel } = world;
    const digests = () =>
      slack
        .messages(channel)
        .map(keyOf)
        .filter((key) => key.startsWith("digest/"));
    await until(slack, () => digests().length >= 3, "three digests");
    for (const { stop } of replicas) await stop();
    expect(digests()).toEqual([...new Set(digests())]);
  }, 60_000);
});

describe("a replica that is gone", () => {
  it.each([
    ["before its deployment took effect", "before"],
    ["after its deployment took effect", "after"],
  ] as const)(
    "kill -9 %s: another one takes over, and it takes effect once",
    async (_name, when) => {
      const world = await startReplicaWorld(server);
      const { deploys } = world;
      deploys.finishAtOnce();
      const doomed = await startChild(world);
      const killed = new Promise<RunningApp>((resolve, reject) => {
        const meanwhile = () => {
          doomed
            .kill()
            .then(() => runReplica(world))
            .then(resolve, reject);
        };
        deploys.cutOnce({ matches: isStart, when, meanwhile });
      });
      await send(doomed.port, aReport("1"));
      const other = await killed;
      await card(world, "1", "approval needed");
      expect(deploys.begunByKey()).toEqual({ [STAGING]: 1 });
      expect(cards(world, "1")).toHaveLength(1);
      expect(await verifyLedger(other.ledger)).toMatchObject({ kind: "whole" });
    },
    60_000,
  );

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
