import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/ledger/audit.ts";
import {
  openPostgresLedger,
  type PostgresLedgerOptions,
} from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { type CuttingProxy, cuttingProxy } from "../support/cutting-proxy.ts";
import { endConnections, holdingUpWriters, onlyReading } from "../support/postgres-faults.ts";
import { postgresServer } from "../support/postgres-server.ts";
import { quietLog } from "../support/quiet-log.ts";
import { runApp } from "../support/running-app.ts";
import { aReport, card, cards, LEA, send, startWorld, textOf, until } from "../support/system.ts";

const server = postgresServer();

interface Fault {
  readonly options?: Partial<PostgresLedgerOptions>;
  /** Resolves to what ends it. `url` leads to the database itself, the product goes through the proxy. */
  begin(url: string, proxy: CuttingProxy): Promise<() => Promise<void>>;
  /** What `/readyz` says meanwhile. */
  readonly why: string;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "that cannot be reached": {
    begin: async (url, proxy) => {
      proxy.refuse();
      await endConnections(url);
      return async () => proxy.accept();
    },
    why: "cannot be reached",
  },
  "that only reads after a failover": {
    begin: onlyReading,
    why: "takes no writes",
  },
  "in which statements take too long": {
    options: { statementTimeout: 300 },
    begin: holdingUpWriters,
    why: "timeout",
  },
  "without a free connection": {
    options: { connections: 1, connectTimeout: 300 },
    begin: holdingUpWriters,
    why: "timeout",
  },
};

/** The database is asked again each second. */
const SOON = { timeout: 15_000 };

/** What somebody is told whose click met a database that takes nothing, or does not even answer. */
const ANSWERS = /may not have been recorded.*try again|nothing was changed. Try again/;

/** The whole product, whose connections to its database go through a proxy. */
async function start(options: Partial<PostgresLedgerOptions> = {}) {
  const world = await startWorld();
  const proxy = await cuttingProxy(server.port());
  const name = await server.createDatabase();
  const url = server.url(name, proxy.port);
  const app = await runApp(world, {
    openLedger: () => openPostgresLedger({ ...options, url, clock, logger: quietLog }),
  });
  return { world, app, proxy, url: server.url(name) };
}

async function readiness(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: response.status, text: await response.text() };
}

describe.each(Object.entries(FAULTS))("a database %s", (_what, { options, begin, why }) => {
  it("answers 503 and says so, loses nothing that was acknowledged, and work goes on afterwards", async () => {
    const { world, app, proxy, url } = await start(options);
    const { slack, channel } = world;
    world.deploys.finishAtOnce();
    expect(await send(app.port, aReport("1"))).toMatchObject({ status: 202 });
    const { ts } = await card(world, "1", "approval needed");

    const end = await begin(url, proxy);
    const refused = await send(app.port, aReport("2"), "msg_2");
    expect(refused).toMatchObject({ status: 503, body: { outcome: "unavailable" } });
    expect(refused.retryAfter).toBeGreaterThan(0);
    await slack.click(LEA, channel, ts, "Approve");
    await until(
      slack,
      () => slack.onlyFor(LEA).some((told) => ANSWERS.test(textOf(told))),
      "the click is answered",
    );
    // The first to notice may have been told otherwise, by the server that was going down.
    await expect
      .poll(() => readiness(app.port), SOON)
      .toEqual({ status: 503, text: expect.stringContaining(why) });
    expect(cards(world, "2")).toEqual([]);

    await end();
    let again = await send(app.port, aReport("2"), "msg_2");
    while (again.status === 503) again = await send(app.port, aReport("2"), "msg_2");
    expect(again.status).toBe(202);
    const second = await card(world, "2", "approval needed");
    await slack.click(LEA, channel, second.ts, "Approve");
    await card(world, "2", "*1 of 1* from @ml-leads");
    await expect.poll(() => readiness(app.port), SOON).toMatchObject({ status: 200 });
    expect(cards(world, "1")).toHaveLength(1);
    expect(cards(world, "2")).toHaveLength(1);
    const registered: string[] = [];
    for await (const { event } of app.ledger.read({ stream: null, since: null })) {
      if (event.type === "ReleaseRegistered") registered.push(event.release);
    }
    expect(registered).toEqual(["model-pymk@1", "model-pymk@2"]);
    expect(await verifyLedger(app.ledger)).toMatchObject({ kind: "whole" });
  });
});

describe("a connection that breaks at a COMMIT", () => {
  it("is looked up: the webhook is answered with what became of it, and makes one release", async () => {
    const { world, app, proxy } = await start();
    const report = aReport("1");
    world.deploys.finishAtOnce();
    const cut = proxy.next("ReleaseRegistered", "cut-answer");
    let answer = await send(app.port, report, "msg_1");
    await cut;
    while (answer.status === 503) answer = await send(app.port, report, "msg_1");
    expect(answer.status).toBe(202);
    await card(world, "1", "approval needed");
    expect(await send(app.port, report, "msg_1")).toMatchObject({ status: 200 });
    expect(cards(world, "1")).toHaveLength(1);
  });
});

describe("a database that is gone in the middle of a deployment", () => {
  it("deploys once: the result is recorded when it is back", async () => {
    const { world, app, proxy, url } = await start();
    const { slack, deploys } = world;
    await send(app.port, aReport("1"));
    await until(slack, () => deploys.begun() === 1, "it deploys to staging");
    proxy.refuse();
    await endConnections(url);
    deploys.setAll("done");
    expect(await send(app.port, aReport("2"))).toMatchObject({ status: 503 });
    proxy.accept();
    await card(world, "1", "approval needed");
    expect(deploys.begun()).toBe(1);
    expect(Object.values(deploys.begunByKey())).toEqual([1]);
  });
});
