import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openLedgerOn } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { takeFolder } from "../../src/ledger/lowdb/sole-owner.ts";
import { untilToldToStop } from "../../src/serve.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { type FailingDisk, failingDisk } from "../support/failing-disk.ts";
import { runApp } from "../support/running-app.ts";
import { aReport, card, cards, LEA, send, startWorld, textOf, until } from "../support/system.ts";

it("a full disk: intake answers 503, a click is told, nothing acknowledged is lost, and it goes on", async () => {
  const world = await startWorld();
  world.deploys.finishAtOnce();
  const disk = failingDisk();
  const app = await runApp(world, { openLedger: ledgerOn(disk) });
  const accepted = await send(app.port, aReport("1"));
  expect(accepted.status).toBe(202);
  const { ts } = await card(world, "1", "approval needed");

  disk.fill();
  const refused = await send(app.port, aReport("2"));
  expect(refused).toMatchObject({ status: 503, body: { outcome: "unavailable" } });
  await world.slack.click(LEA, world.channel, ts, "Approve");
  await until(
    world.slack,
    () =>
      world.slack
        .onlyFor(LEA)
        .some((message) => textOf(message).includes("may not have been recorded")),
    "the click is answered",
  );
  const readiness = await fetch(`http://127.0.0.1:${app.port}/readyz`);
  expect(readiness.status).toBe(503);
  expect(await readiness.text()).toContain("no space left");
  expect(cards(world, "2")).toEqual([]);

  disk.free();
  await retried(() => send(app.port, aReport("2")), 202);
  await card(world, "2", "approval needed");
  await app.stop();

  const again = await runApp(world);
  const releases = [];
  for await (const { event } of again.ledger.read({ stream: null, since: null })) {
    if (event.type === "ReleaseRegistered") releases.push(event.release);
  }
  expect(releases).toEqual(["model-pymk@1", "model-pymk@2"]);
  expect(await verifyLedger(again.ledger)).toMatchObject({ kind: "whole" });
});

it("a disk that breaks: nothing more is taken, and the process ends, to be started again", async () => {
  const world = await startWorld();
  const disk = failingDisk();
  const app = await runApp(world, { openLedger: ledgerOn(disk) });
  const ended = untilToldToStop({ ...app, signals: new EventEmitter() as never });
  expect((await send(app.port, aReport("1"))).status).toBe(202);
  disk.breakDown();
  expect((await send(app.port, aReport("2"))).status).toBe(503);
  expect(await ended).toBe(1);
  expect(app.lines.find(({ level }) => level === "fatal")).toMatchObject({
    msg: "the ledger has failed",
    why: expect.stringContaining("EIO"),
  });
});

function ledgerOn(disk: FailingDisk) {
  return async (directory: string): Promise<Ledger> => {
    disk.files.makeDirectory(directory);
    return openLedgerOn(disk.files, await takeFolder(directory, clock), { directory, clock });
  };
}

/** Sends again, as every sender of webhooks does, until it is answered so. */
async function retried(
  once: () => Promise<{ readonly status: number }>,
  status: number,
): Promise<void> {
  let answer = await once();
  while (answer.status === 503) answer = await once();
  expect(answer.status).toBe(status);
}
