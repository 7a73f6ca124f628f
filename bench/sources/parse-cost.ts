import { createHmac } from "node:crypto";
import { mediaTypeOf } from "../../src/intake/content-type.ts";
import { createKeySets } from "../../src/intake/sources/key-sets.ts";
import { createSourceAdapters } from "../../src/intake/sources/registry.ts";
import type { SourceAdapter, SourceSettings } from "../../src/intake/sources/source.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { fakeIssuer } from "../../test/support/job-tokens.ts";
import type { SignedPost } from "../../test/support/signed-request.ts";
import { compared } from "../harness/compared.ts";
import type { Row } from "../harness/row.ts";
import { DELIVERIES, deliveryTo } from "./deliveries.ts";
import { SECRET } from "./delivery.ts";

export const ROUNDS = 15;
const WARM_UP = 5;
/** Different ones, so that nothing is parsed that was just parsed. */
export const PARSED = 400;

const adapters = createSourceAdapters({
  keySets: createKeySets({ fetch: fakeIssuer("key-1").fetch, clock }),
});

/** Microseconds of one delivery from its bytes to what it says: verified, decoded and parsed. */
export async function parseCosts(
  settings: Readonly<Record<string, SourceSettings>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const type of Object.keys(DELIVERIES)) {
    const adapter = adapters[type];
    const source = settings[type];
    if (adapter === undefined || source === undefined) throw new Error(`no source of type ${type}`);
    rows.push(await parseCost(adapter, source));
  }
  return rows;
}

async function parseCost(adapter: SourceAdapter, source: SourceSettings): Promise<Row> {
  const posts = Array.from({ length: PARSED }, (_, n) =>
    deliveryTo(source.type, n + 1, clock.now()),
  );
  const ours: number[] = [];
  const peers: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    for (const post of posts) await read(post, adapter, source);
    const between = performance.now();
    for (const { body } of posts) readBare(body);
    const endedAt = performance.now();
    if (round < 0) continue;
    ours.push(((between - startedAt) * 1000) / PARSED);
    peers.push(((endedAt - between) * 1000) / PARSED);
  }
  return {
    name: `parse cost: ${source.type}, ${posts[0]?.body.length} bytes`,
    unit: "µs",
    peer: "JSON.parse + HMAC-SHA256",
    ...compared(ours, peers),
    target: null,
    ok: null,
  };
}

/** @throws when it is not taken: refusing would cost less */
async function read(
  { headers, body, parameters = new URLSearchParams() }: SignedPost,
  adapter: SourceAdapter,
  source: SourceSettings,
): Promise<void> {
  const now = clock.now();
  const verification = await adapter.verify({ headers, body, parameters }, source, now);
  if (verification.kind !== "verified") throw new Error(`${source.type}: ${verification.message}`);
  const decoded = adapter.mediaTypes[mediaTypeOf(headers)]?.(body);
  if (decoded?.kind !== "decoded") throw new Error(`${source.type}: the body is not decoded`);
  const parsed = adapter.parse({ source: source.id, headers, body: decoded.value }, now);
  if (parsed.kind === "malformed") throw new Error(`${source.type}: ${parsed.message}`);
}

/** The same bytes, as little as can be done with them by whoever must believe them. */
function readBare(body: Buffer): void {
  const mac = createHmac("sha256", SECRET).update(body).digest("hex");
  const value = JSON.parse(body.toString("utf8")) as unknown;
  if (mac.length !== 64 || value === null) throw new Error("nothing was read");
}
