import { join } from "node:path";
import { expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { startChild } from "../support/child-app.ts";
import { runSlipway } from "../support/run-slipway.ts";
import { type RunningApp, runApp } from "../support/running-app.ts";
import {
  aReport,
  card,
  cards,
  LEA,
  send,
  startWorld,
  until,
  type World,
} from "../support/system.ts";

/** Builds that were accepted before the backup is begun. */
const BEFORE = 8;

function withData(world: World, name: string): World {
  const environment = { ...world.environment, SLIPWAY_DATA: join(world.folder, name) };
  return { ...world, environment };
}

async function registered({ ledger }: RunningApp): Promise<readonly string[]> {
  const releases = [];
  for await (const { event } of ledger.read({ stream: null, since: null })) {
    if (event.type === "ReleaseRegistered") releases.push(event.release.replace("model-pymk@", ""));
  }
  return releases;
}

it("a backup under load holds what was accepted before it, and what it lacks can be sent again", async () => {
  const world = await startWorld();
  world.deploys.finishAtOnce();
  const app = await startChild(world);
  const accepted: string[] = [];
  let enough = () => {};
  const begun = new Promise<void>((resolve) => {
    enough = resolve;
  });
  let loading = true;
  const load = (async () => {
    for (let number = 1; loading; number += 1) {
      const { status } = await send(app.port, aReport(`${number}`), `msg_${number}`);
      expect(status).toBe(202);
      accepted.push(`${number}`);
      if (accepted.length === BEFORE) enough();
    }
  })();
  await begun;
  const before = [...accepted];
  const folder = join(world.folder, "backup");
  const { exitCode, out } = await runSlipway(["backup", folder], world.environment);
  expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringMatching(/ whole\n$/) });
  loading = false;
  await load;
  // The machine is lost, with all that came after.
  await app.kill();

  const restored = await runApp(withData(world, "backup"));
  expect(await verifyLedger(restored.ledger)).toMatchObject({ kind: "whole" });
  const found = await registered(restored);
  // A beginning of what was accepted: nothing is missing in between, and nothing is made up.
  expect(found).toEqual(accepted.slice(0, found.length));
  expect(found.length).toBeGreaterThanOrEqual(before.length);
  for (const version of accepted) {
    const { body } = await send(restored.port, aReport(version), `msg_${version}`);
    const expected = found.includes(version) ? "duplicate" : "accepted";
    expect({ version, outcome: body.outcome }).toEqual({ version, outcome: expected });
  }
  expect(await registered(restored)).toEqual(accepted);
  expect(cards(world, accepted.at(-1) ?? "").length).toBeLessThanOrEqual(1);
});

it("a restored ledger deploys nothing that was overtaken, when it is looked at before it acts", async () => {
  const world = await startWorld();
  const { slack, deploys, channel } = world;
  deploys.finishAtOnce();
  // The backup is made at the worst time: 1 is about to be deployed.
  const early = await runApp(world, { withoutDeployments: true });
  await send(early.port, aReport("1"));
  await card(world, "1", "staging");
  const backup = join(world.folder, "backup");
  expect((await runSlipway(["backup", backup], world.environment)).exitCode).toBe(0);
  await early.stop();
  // Then the world goes on: 1, and after it 2, and all of it is lost.
  const lost = await runApp(world);
  await card(world, "1", "approval needed");
  await send(lost.port, aReport("2"));
  await card(world, "2", "approval needed");
  await lost.stop();
  const deployed = deploys.begunByKey();
  expect(deployed).toEqual({
    "deploy:model-pymk@1:staging:1": 1,
    "deploy:model-pymk@2:staging:1": 1,
  });

  const looking = await runApp(withData(world, "backup"), { withoutDeployments: true });
  const readiness = await fetch(`http://127.0.0.1:${looking.port}/readyz`);
  expect(await readiness.json()).toMatchObject({
    ready: true,
    warnings: [expect.stringContaining("--without-deployments")],
  });
  const { ts } = await card(world, "1", "Stop");
  await slack.click(LEA, channel, ts, "Stop");
  const view = await until(slack, () => slack.openViews(LEA)[0], "the reason is asked for");
  await slack.submit(LEA, view.id, { reason: { "reason.text": "2 is live, the backup is older" } });
  await card(world, "1", "stopped by");
  expect((await send(looking.port, aReport("2"))).body.outcome).toBe("accepted");
  await looking.stop();
  expect(deploys.begunByKey()).toEqual(deployed);

  await runApp(withData(world, "backup"));
  await card(world, "2", "approval needed");
  // 1 was not deployed over 2; 2 was asked for again under the key that the deployment system knows.
  expect(deploys.begunByKey()).toEqual({
    "deploy:model-pymk@1:staging:1": 1,
    "deploy:model-pymk@2:staging:1": 2,
  });
  expect(deploys.begun()).toBe(2);
});
