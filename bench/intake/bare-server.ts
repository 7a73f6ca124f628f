import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Journal, openSegment } from "../../src/ledger/lowdb/journal.ts";
import { layoutOf } from "../../src/ledger/lowdb/layout.ts";
import { nodeFileSystem } from "../../src/ledger/lowdb/node-file-system.ts";
import { takeFolder } from "../../src/ledger/lowdb/sole-owner.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { cpuTime } from "../harness/cpu-time.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { REPORT_SECRET } from "../world/configuration.ts";

const key = createSecretKey(Buffer.from(REPORT_SECRET.slice("whsec_".length), "base64"));
const ACCEPTED = '{"outcome":"accepted"}';

/**
 * The least that durable intake can be: node:http, the HMAC over the raw bytes, and the bytes in the
 * ledger's own group-committed journal. It understands nothing, decides nothing, and logs nothing.
 */
await serveParent(async ({ folder }: { readonly folder: string }) => {
  const journal = await openJournal(folder);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void receive(request, Buffer.concat(chunks), response, journal));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ready: (server.address() as AddressInfo).port,
    answer: async () => cpuTime(),
    stop: () => journal.close(),
  };
});

async function receive(
  { headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  journal: Journal,
): Promise<void> {
  const mac = createHmac("sha256", key)
    .update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`)
    .update(body);
  const expected = Buffer.from(`v1,${mac.digest("base64")}`);
  const offered = Buffer.from(String(headers["webhook-signature"]));
  const verified = offered.length === expected.length && timingSafeEqual(offered, expected);
  if (verified) await journal.append(body.toString("utf8"), () => {});
  const text = verified ? ACCEPTED : "";
  response
    .writeHead(verified ? 202 : 401, {
      "content-type": "application/json",
      "content-length": text.length,
    })
    .end(text);
}

async function openJournal(folder: string): Promise<Journal> {
  const layout = layoutOf(folder);
  nodeFileSystem.makeDirectory(layout.journal);
  const file = await openSegment(nodeFileSystem, layout, 1);
  return new Journal({
    files: nodeFileSystem,
    layout,
    clock,
    owner: await takeFolder(folder, clock),
    segmentBytes: Number.POSITIVE_INFINITY,
    end: { segment: 1, file, bytes: 0, lastLine: 0 },
    watcher: {
      rolled: () => {},
      mayRoll: () => false,
      catchUp: async () => {},
      refused: () => {},
    },
  });
}
