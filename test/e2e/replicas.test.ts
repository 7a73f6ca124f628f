import { describe, expect, it } from "vitest";
import type { LocalMessage } from "../../src/demo/gateway/message-log.ts";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { postgresServer } from "../support/postgres-server.ts";
import { countEvents, runReplica, scrape, startReplicaWorld } from "../support/replicas.ts";
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
    // One after the other: which of two that were built in the same instant is newer, their arrival says.
    await send(two.port, aReport("1"));
    await send(three.port, aReport("2", { run: { id: "train/2" } }));
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
