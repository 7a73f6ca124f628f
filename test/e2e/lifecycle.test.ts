import { expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { postgresServer } from "../support/postgres-server.ts";
import { quietLog } from "../support/quiet-log.ts";
import { runApp } from "../support/running-app.ts";
import {
  aReport,
  card,
  DANA,
  LEA,
  SAM,
  send,
  startWorld,
  textOf,
  until,
} from "../support/system.ts";

const server = postgresServer();

const stores: readonly (readonly [string, (directory: string) => Promise<Ledger>])[] = [
  ["a folder", (directory) => openEmbeddedLedger({ directory, clock })],
  [
    "PostgreSQL",
    async () => {
      const url = server.url(await server.createDatabase());
      return openPostgresLedger({ url, clock, logger: quietLog });
    },
  ],
];

it.each(stores)(
  "on %s: a build becomes a card, people approve it, it deploys, it is measured, it rolls back",
  async (_, openLedger) => {
    const world = await startWorld();
    const { slack, deploys, prometheus, channel } = world;
    const { port, ledger } = await runApp(world, { openLedger });
    deploys.setAll("done");
    deploys.finishAtOnce();

    expect((await send(port, aReport("1"))).status).toBe(202);
    const first = await card(world, "1", "Approve");
    await slack.click(DANA, channel, first.ts, "Approve");
    await until(
      slack,
      () => slack.onlyFor(DANA).some(({ text }) => text.includes("author")),
      "the author is told no",
    );
    await slack.click(LEA, channel, first.ts, "Approve");
    await card(world, "1", "*1 of 1* from @ml-leads");
    await slack.click(SAM, channel, first.ts, "Approve");
    await card(world, "1", "live in production");

    await send(port, aReport("2", { metrics: { auc: 0.82 } }));
    const second = await card(world, "2", "Approve");
    await slack.click(LEA, channel, second.ts, "Approve");
    await slack.click(SAM, channel, second.ts, "Approve");
    await card(world, "2", "watch");
    prometheus.setValue(0.5);
    const alert = await until(
      slack,
      () => slack.messages(channel).find((message) => textOf(message).includes("success_rate")),
      "the announcement",
    );
    await card(world, "2", "was rolled back");
    expect(textOf(alert)).toContain("2 failures in a row");
    expect(deploys.begun()).toBe(5);
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole" });
  },
  60_000,
);
