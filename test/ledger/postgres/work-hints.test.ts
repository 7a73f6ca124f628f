import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Database } from "../../../src/ledger/postgres/database.ts";
import { CONNECTION_DEFAULTS } from "../../../src/ledger/postgres/open-postgres-ledger.ts";
import { WorkHints } from "../../../src/ledger/postgres/work-hints.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { NOON } from "../../support/ledger-samples.ts";
import { quietLog } from "../../support/quiet-log.ts";

/** The driver gives up by itself after 5 s. */
const BEFORE_THE_DRIVER_GIVES_UP = 4_000;

it("hints from a server that takes the connection and says nothing do not hold up the end", {
  timeout: BEFORE_THE_DRIVER_GIVES_UP,
}, async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  await once(silent, "listening");
  const url = `postgresql://slipway@127.0.0.1:${(silent.address() as AddressInfo).port}/slipway`;
  const database = new Database({ ...CONNECTION_DEFAULTS, url }, quietLog);
  const heard: string[] = [];
  const hints = new WorkHints({
    database,
    clock: createFakeClock(NOON),
    logger: quietLog,
    heard: () => heard.push("work"),
  });
  hints.listen();
  await once(silent, "connection");
  await hints.stop();
  await database.close();
  expect(heard).toEqual([]);
});
