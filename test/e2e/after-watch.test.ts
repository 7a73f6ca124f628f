import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { sendAsGrafana } from "../support/grafana-delivery.ts";
import { countOf, untilRecorded } from "../support/recorded-events.ts";
import { type RunningApp, runApp } from "../support/running-app.ts";
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

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Below the checks of the watch. */
const GUARD = `
          guard: { every: 5m, window: 30m }
`;
const CONFIRM = `
          confirm:
            after: 1h
            for: 1h
            every: 10m
            checks:
              - name: recall of the labels
                source: prom
                query: label_recall{version="{{version}}"}
                pass: value >= 0.6
                consecutiveFailures: 2
                minSamples: 2
`;

const slipwayWith = (more: string) =>
  startWorld({ configure: (yaml) => `${yaml.trimEnd()}${more}` });

/** A clock whose time a test may let go by. */
function aClock() {
  let ahead = 0;
  return {
    clock: { ...systemClock, now: () => Date.now() + ahead },
    wait: (milliseconds: number) => {
      ahead += milliseconds;
    },
  };
}

/** Builds a version, approves it, and waits until it has passed its watch. */
async function bringLive(world: World, app: RunningApp, version: string): Promise<void> {
  world.deploys.finishAtOnce();
  await send(app.port, aReport(version));
  const { ts } = await card(world, version, "Approve", "approval needed");
  await world.slack.click(LEA, world.channel, ts, "Approve");
  await world.slack.click(SAM, world.channel, ts, "Approve");
  await card(world, version, "live in production");
}

/** The announcements of a version, which are messages of their own. */
function alerts({ slack, channel }: World, version: string) {
  return slack.messages(channel).filter(({ metadata }) => {
    const key = JSON.stringify(metadata ?? {});
    return key.includes(`model-pymk@${version}/alert:`);
  });
}

function alertWith(world: World, version: string, text: string) {
  const found = () => alerts(world, version).find((message) => textOf(message).includes(text));
  return until(world.slack, found, `the announcement of ${version} with ${text}`);
}

describe("a guard", () => {
  it("that fails an hour after a release went live rolls back once and holds, also after a restart, and never rolls back the rollback", async () => {
    const world = await slipwayWith(GUARD);
    const { slack, prometheus, channel } = world;
    const { clock, wait } = aClock();
    const before = await runApp(world, { clock });
    await bringLive(world, before, "1");
    await bringLive(world, before, "2");
    await card(world, "2", "measured every 5 min");
    await before.stop();

    const app = await runApp(world, { clock });
    wait(HOUR);
    prometheus.setValue(0.1);
    await card(world, "2", "was rolled back");
    await card(world, "1", "measured every 5 min", "held");
    expect(await countOf(app, "RollbackStarted")).toBe(1);

    wait(HOUR);
    await card(world, "1", "failing in production", "Override");
    expect(textOf(await alertWith(world, "1", "because of a rollback"))).toContain("Override");
    expect(await countOf(app, "RollbackStarted")).toBe(1);

    const { ts } = await alertWith(world, "2", "False alarm");
    await slack.click(LEA, channel, ts, "False alarm");
    const view = await until(slack, () => slack.openViews(LEA)[0], "the modal");
    await slack.submit(LEA, view.id, { reason: { "reason.text": "the scrape job was moved" } });
    await alertWith(world, "2", "called a false alarm by");
    expect(await countOf(app, "HoldLifted")).toBe(1);
    expect(await verifyLedger(app.ledger)).toMatchObject({ kind: "whole" });
  }, 60_000);

  it("that cannot measure asks, in one announcement, and is over by itself when it can again", async () => {
    const world = await slipwayWith(GUARD);
    const { prometheus } = world;
    const { clock, wait } = aClock();
    const app = await runApp(world, { clock });
    await bringLive(world, app, "1");
    const known = await countOf(app, "VerdictChanged");

    prometheus.goDown();
    wait(6 * MINUTE);
    await untilRecorded(app, "VerdictChanged", known + 1);
    expect(await countOf(app, "WatchUndecided")).toBe(0);
    wait(20 * MINUTE);
    await card(world, "1", "nobody can say how it is", "Override");
    await alertWith(world, "1", "Override");

    prometheus.setValue(0.99);
    wait(6 * MINUTE);
    await alertWith(world, "1", "good again in production");
    expect(alerts(world, "1")).toHaveLength(1);
    expect(await countOf(app, "RollbackStarted")).toBe(0);
  }, 60_000);
});

describe("an alert that is pushed", () => {
  const SECRET = "5f0c6a1e9b7d4832a1";
  const ALERTS = `
          alerts: [{ source: grafana, match: { service: pymk, version: "{{version}}" } }]
          guard: { every: 5m, window: 30m }
`;

  it("an hour after a release went live rolls it back once, and only if it is about what runs now", async () => {
    const world = await startWorld({
      configure: (yaml) =>
        `${yaml.trimEnd()}${ALERTS}`.replace(
          "sources:",
          `sources:\n  grafana: { type: grafana, secret: ${SECRET} }`,
        ),
    });
    const { clock, wait } = aClock();
    const app = await runApp(world, { clock });
    await bringLive(world, app, "1");
    const before = clock.now();
    await bringLive(world, app, "2");
    wait(HOUR);
    const post = (
      labels: Readonly<Record<string, string>>,
      more: { readonly startsAt?: number; readonly secret?: string } = {},
    ) =>
      sendAsGrafana(`http://127.0.0.1:${app.port}/hooks/grafana`, more.secret ?? SECRET, {
        status: "firing",
        fingerprint: "c6eadffa33fcdf37",
        labels: { alertname: "HighErrorRate", service: "pymk", version: "2", ...labels },
        startsAt: more.startsAt ?? clock.now(),
      });

    expect((await post({}, { secret: "of somebody else" })).status).toBe(401);
    const { answer: ofAnother } = await post({ version: "1" });
    expect(ofAnother).toMatchObject({ outcome: "ignored", code: "alert_not_matched" });
    const { answer: ofOther } = await post({ service: "feed" });
    expect(ofOther).toMatchObject({ outcome: "ignored", code: "alert_not_matched" });
    const { answer: early } = await post({}, { startsAt: before });
    expect(early).toMatchObject({ outcome: "ignored", code: "alert_before_deploy" });
    expect(await countOf(app, "WatchBreached")).toBe(0);

    const startsAt = clock.now();
    expect((await post({}, { startsAt })).status).toBe(202);
    await card(world, "2", "was rolled back");
    await card(world, "1", "measured every 5 min", "held");
    expect(textOf(await alertWith(world, "2", "5xx ratio 7.3%"))).toContain("alert HighErrorRate");
    expect((await post({}, { startsAt })).answer).toMatchObject({ outcome: "duplicate" });
    expect(await countOf(app, "RollbackStarted")).toBe(1);
    expect(await verifyLedger(app.ledger)).toMatchObject({ kind: "whole" });
  }, 60_000);
});

describe("labels that come after a release was replaced", () => {
  it("and show that it was bad revoke it, and nothing returns to it", async () => {
    const world = await slipwayWith(CONFIRM);
    const { slack, prometheus, channel } = world;
    const { clock, wait } = aClock();
    const app = await runApp(world, { clock });
    await bringLive(world, app, "1");
    await card(world, "1", "Good provisionally until");
    await bringLive(world, app, "2");

    prometheus.setValueOf('label_recall{version="1"}', 0.2);
    wait(90 * MINUTE);
    await card(world, "1", "never returned to again");
    expect(alerts(world, "1")).toEqual([]);
    await slack.command(LEA, channel, "model-pymk rollback because labels look bad");
    await until(
      slack,
      () => slack.onlyFor(LEA).some((told) => textOf(told).includes("no release that finished")),
      "that there is nothing to return to",
    );
    expect(await countOf(app, "RollbackStarted")).toBe(0);

    wait(HOUR);
    await card(world, "2", "Confirmed");
    expect(await countOf(app, "PromotionRevoked")).toBe(1);
  }, 60_000);
});
