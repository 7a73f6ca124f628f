import { z } from "zod";
import type { Release } from "../../core/release.ts";
import { Damaged, type StreamState } from "../ledger.ts";
import type { KeptRelease, KeptStream } from "../ledger-contents.ts";
import type { Queries, Row } from "./database.ts";

/** States, some of which are long, that are fetched at once. */
const STREAMS = 50;
const RELEASES = 500;
const FINGERPRINTS = 10_000;

/** In the order of their names as every store has it, which is not that of a collation. */
export async function* keptStreams(rows: Queries["rows"]): AsyncGenerator<KeptStream> {
  const names = (await rows("select stream from slipway.streams"))
    .map((row) => nameRow.parse(row).stream)
    .toSorted();
  for (let from = 0; from < names.length; from += STREAMS) {
    const some = await rows(
      "select stream, version, head, state from slipway.streams where stream = any($1)",
      [names.slice(from, from + STREAMS)],
    );
    const page = some.map((row) => parsed(streamRow, row, `the state of ${String(row.stream)}`));
    yield* page.toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
  }
}

/** By stream and sequence: a database does not know in which order they were archived. */
export async function* keptReleases(
  rows: Queries["rows"],
  skip: number,
): AsyncGenerator<KeptRelease> {
  const columns = "select stream, id, sequence, release from slipway.archived_releases";
  const order = `order by stream, sequence, id limit ${RELEASES}`;
  let page = await rows(`${columns} ${order} offset $1`, [skip]);
  while (page.length > 0) {
    for (const row of page) {
      yield parsed(releaseRow, row, `an archived release of ${String(row.stream)}`);
    }
    const last = page.at(-1);
    page = await rows(`${columns} where (stream, sequence, id) > ($1, $2, $3) ${order}`, [
      last?.stream,
      last?.sequence,
      last?.id,
    ]);
  }
}

export async function* keptFingerprints(
  rows: Queries["rows"],
  skip: number,
): AsyncGenerator<string> {
  const columns = "select fingerprint::text as fingerprint from slipway.commands";
  const order = `order by commands.fingerprint limit ${FINGERPRINTS}`;
  let page = await rows(`${columns} ${order} offset $1`, [skip]);
  while (page.length > 0) {
    const some = page.map((row) => fingerprintRow.parse(row).fingerprint);
    yield* some;
    page = await rows(`${columns} where fingerprint > $1::bigint ${order}`, [some.at(-1)]);
  }
}

const nameRow = z.object({ stream: z.string() });
const fingerprintRow = z.object({ fingerprint: z.string() });
const streamRow = z.object({
  stream: z.string(),
  version: z.coerce.number(),
  head: z.string(),
  state: z.custom<StreamState>((value) => typeof value === "object" && value !== null),
});
const releaseRow = z.object({
  stream: z.string(),
  release: z.custom<Release>((value) => typeof value === "object" && value !== null),
});

function parsed<T>(schema: z.ZodType<T>, row: Row, what: string): T {
  const result = schema.safeParse(row);
  if (!result.success) throw new Damaged(`${what} cannot be read: restore a backup`);
  return result.data;
}
