import { expect, it } from "vitest";
import type { LocalMessage } from "../../src/demo/gateway/message-log.ts";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { postgresServer } from "../support/postgres-server.ts";
import { countEvents, runReplica, startReplicaWorld } from "../support/replicas.ts";
import { aReport, LEA, SAM, send, textOf, until, type World } from "../support/system.ts";

const server = postgresServer();

const RELEASES = 50;
const AT_ONCE = 10;
const OWN_CARDS = 2;

/** Approved before it is deployed anywhere; from the third release within ten minutes on, one card. */
function stormy(yaml: string): string {
  return yaml
    .replace("    intake:", "    storm: { releases: 3, within: 10m }\n    intake:")
    .replace("      staging:\n        deploy: { use: gate }\n", "");
}

function inChannel({ slack, channel }: World): readonly LocalMessage[] {
  return slack.messages(channel);
}

const isCard = ({ metadata }: LocalMessage) =>
  String((metadata as { event_payload?: { key?: unknown } } | null)?.event_payload?.key).endsWith(
    "/card",
  );

it("fifty retrains at once, on two replicas, come to three cards, and the last one follows the newest", async () => {
  const world = await startReplicaWorld(server, { configure: stormy });
  const { slack, channel } = world;
  world.deploys.finishAtOnce();
  const replicas = await Promise.all([runReplica(world), runReplica(world)]);
  await slack.socketMode.connected(2);

  const start = Date.now() - RELEASES * 1000;
  for (let first = 1; first <= RELEASES; first += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => {
        const each = first + index;
        const finishedAt = new Date(start + each * 1000).toISOString();
        const { port } = replicas[each % 2] ?? { port: 0 };
        return send(port, aReport(String(each), { finishedAt }));
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  }
  const newest = await until(
    slack,
    () =>
      inChannel(world).find(
        (message) => isCard(message) && textOf(message).includes(`model-pymk ${RELEASES}:`),
      ),
    "a card shows the newest release",
  );
  const shows = (text: string) =>
    until(
      slack,
      () =>
        inChannel(world).some(
          (message) => message.ts === newest.ts && textOf(message).includes(text),
        ),
      `the card shows ${text}`,
    );
  await slack.click(LEA, channel, newest.ts, "Approve");
  await shows("*1 of 1* from @ml-leads");
  await slack.click(SAM, channel, newest.ts, "Approve");
  await shows("live in production");

  const cards = inChannel(world).filter(isCard);
  expect(cards.length).toBeLessThanOrEqual(OWN_CARDS + 1);
  // Each card asks once in its thread, and the channel is told.
  expect(inChannel(world).length - cards.length).toBeLessThanOrEqual(OWN_CARDS + 1);
  const [one] = replicas;
  if (one === undefined) throw new Error("no replica runs");
  const [registered, ...shared] = await countEvents(
    one,
    "ReleaseRegistered",
    "CardMoved",
    "CardWithheld",
  );
  expect(registered).toBe(RELEASES);
  expect(shared.reduce((sum, count) => sum + count)).toBe(RELEASES - OWN_CARDS);
  expect((await verifyLedger(one.ledger)).kind).toBe("whole");
});
