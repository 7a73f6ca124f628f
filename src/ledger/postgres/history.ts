import { z } from "zod";
import type { Actor } from "../../core/actor.ts";
import type { DomainEvent } from "../../core/event.ts";
import type { Release } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import { EMPTY_CHAIN } from "../chain.ts";
import {
  type Anchor,
  Damaged,
  type Loaded,
  type ReadQuery,
  type RecordedEvent,
  type StreamId,
  type StreamState,
} from "../ledger.ts";
import { FIRST_SCHEMA } from "../schema.ts";
import type { Database, Row } from "./database.ts";
import type { SchemaGuard } from "./schema-guard.ts";

/** Events that are fetched at once. */
const PAGE = 500;

const READ = `
  select position, stream, version, at, by, event, previous, hash, schema from slipway.events
  where position > $1 and position <= $2
    and ($3::text is null or stream = $3) and ($4::float8 is null or at >= $4)
  order by position limit ${PAGE}`;

/** What was written, as it stands in the tables. */
export class History {
  readonly #database: Pick<Database, "read">;
  readonly #guard: SchemaGuard;

  constructor(database: Pick<Database, "read">, guard: SchemaGuard) {
    this.#guard = guard;
    this.#database = database;
  }

  /** @throws Unavailable where a newer process has written it: it may mean what this one does not know */
  async load(stream: StreamId): Promise<Loaded> {
    const [row] = await this.#database.read(
      "select state, version, head, schema from slipway.streams where stream = $1",
      [stream],
    );
    if (row === undefined) return { state: null, ...EMPTY_CHAIN };
    const { schema, ...loaded } = parsed(streamRow, row, `the state of ${stream}`);
    this.#guard.check(schema, stream);
    return loaded;
  }

  async versions(): Promise<ReadonlyMap<StreamId, number>> {
    const rows = await this.#database.read(
      "select stream, version from slipway.streams where version > 0",
    );
    return new Map(
      rows.map((row) => {
        const { stream, version } = parsed(versionRow, row, "the version of a stream");
        return [stream, version];
      }),
    );
  }

  /**
   * Positions are given out under a lock that is held until the commit: once a position can be seen, all
   * before it can, so that none is skipped that commits late.
   */
  async *read({ stream, since }: ReadQuery): AsyncGenerator<RecordedEvent> {
    const [ledger] = await this.#database.read("select position from slipway.ledger");
    yield* this.#between(0, Number(ledger?.position ?? 0), { stream, since });
  }

  /** All events behind this position, up to `end`. */
  after(position: number, end: number): AsyncGenerator<RecordedEvent> {
    return this.#between(position, end, { stream: null, since: null });
  }

  async *#between(
    position: number,
    end: number,
    { stream, since }: ReadQuery,
  ): AsyncGenerator<RecordedEvent> {
    for (let after = position; ; ) {
      const rows = await this.#database.read(READ, [after, end, stream, since]);
      for (const row of rows) {
        const what = `the event at position ${String(row.position)}`;
        const { schema, hash, ...event } = parsed(eventRow, row, what);
        after = event.position;
        yield schema === FIRST_SCHEMA ? { ...event, hash } : { ...event, schema, hash };
      }
      if (rows.length < PAGE) return;
    }
  }

  async anchors(): Promise<readonly Anchor[]> {
    const rows = await this.#database.read(
      "select stream, version, head, position from slipway.anchors",
    );
    return rows.map((row) => parsed(anchorRow, row, `the anchor of ${String(row.stream)}`));
  }

  async archivedRelease(stream: StreamId, release: ReleaseId): Promise<Release | null> {
    const [row] = await this.#database.read(
      "select release from slipway.archived_releases where stream = $1 and id = $2",
      [stream, release],
    );
    return row === undefined ? null : releaseOf(row, stream);
  }

  async archivedReleases(
    stream: StreamId,
    { before, limit }: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]> {
    const rows = await this.#database.read(
      `select release from slipway.archived_releases
       where stream = $1 and ($2::text is null or sequence <
         (select sequence from slipway.archived_releases where stream = $1 and id = $2))
       order by sequence desc limit $3`,
      [stream, before, limit],
    );
    return rows.map((row) => releaseOf(row, stream));
  }
}

/** What is JSON inside was written by this program; that it is an object is all that is asked of it. */
function json<T extends object>() {
  return z.custom<T>((value) => typeof value === "object" && value !== null);
}

const streamRow = z.object({
  state: json<StreamState>(),
  version: z.coerce.number(),
  head: z.string(),
  schema: z.number(),
});

const anchorRow = z.object({
  stream: z.string(),
  version: z.coerce.number(),
  head: z.string(),
  position: z.coerce.number(),
});
const versionRow = z.object({ stream: z.string(), version: z.coerce.number() });

const eventRow = z.object({
  position: z.coerce.number(),
  stream: z.string(),
  version: z.coerce.number(),
  at: z.number(),
  by: json<Actor>(),
  event: json<DomainEvent>(),
  previous: z.string(),
  hash: z.string(),
  schema: z.number(),
});

const releaseRow = z.object({ release: json<Release>() });

function releaseOf(row: Row, stream: StreamId): Release {
  return parsed(releaseRow, row, `an archived release of ${stream}`).release;
}

/** @throws Damaged */
function parsed<T>(schema: z.ZodType<T>, row: Row, what: string): T {
  const result = schema.safeParse(row);
  if (!result.success) throw new Damaged(`${what} cannot be read: restore a backup`);
  return result.data;
}
