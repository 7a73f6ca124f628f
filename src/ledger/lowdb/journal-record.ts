import { z } from "zod";
import type { Actor } from "../../core/actor.ts";
import type { DomainEvent } from "../../core/event.ts";
import type { Release } from "../../core/release.ts";
import type { RecordedEvent, StreamId } from "../ledger.ts";
import type { JsonPatch } from "./json-patch.ts";
import { checkSchemaOf, STORE_SCHEMA } from "./store-schema.ts";
import { tagOf } from "./tag.ts";

/** What one line of the journal says: one atomic change. */
export interface JournalRecord {
  readonly changes: readonly StreamChange[];
  readonly events: readonly RecordedEvent[];
  readonly archived: readonly ArchivedRelease[];
  readonly commandIds: readonly string[];
}

/** How a stream's document differs from what it was. To apply it twice does no harm. */
export interface StreamChange {
  readonly stream: StreamId;
  readonly patch: JsonPatch;
}

export interface ArchivedRelease {
  readonly stream: StreamId;
  readonly release: Release;
}

export const EMPTY_RECORD: JournalRecord = {
  changes: [],
  events: [],
  archived: [],
  commandIds: [],
};

/** A record as it was read. */
export interface ReadRecord extends JournalRecord {
  /** Of its last event; null: it has none. */
  readonly position: number | null;
}

/**
 * The payload of a line, as two JSON texts with a tab between them, because a start needs the second one
 * only of what does not lie in the archive yet. JSON text holds neither tabs nor line feeds.
 */
export function encodeRecord({ changes, ...history }: JournalRecord): string {
  const position = history.events.at(-1)?.position ?? null;
  return `${JSON.stringify({ schema: STORE_SCHEMA, position, changes })}${TAB}${JSON.stringify(history)}`;
}

/** What this process has just encoded, as a start would read it: nobody else holds a part of it. */
export function reread(payload: string): ReadRecord {
  const tab = payload.indexOf(TAB);
  return {
    ...(JSON.parse(payload.slice(0, tab)) as Pick<ReadRecord, "changes" | "position">),
    ...(JSON.parse(payload.slice(tab + 1)) as Omit<JournalRecord, "changes">),
  };
}

/**
 * `isArchived`: its events, releases and commands lie in the archive, and are left out.
 * @throws UnknownSchema; any other error where it is not what encodeRecord writes
 */
export function decodeRecord(payload: string, place: string, isArchived: boolean): ReadRecord {
  const tab = payload.indexOf(TAB);
  const json: unknown = JSON.parse(tab === -1 ? payload : payload.slice(0, tab));
  checkSchemaOf(json, place);
  const { changes, position } = changesSchema.parse(json);
  if (isArchived) return { ...EMPTY_RECORD, changes, position };
  return { ...historySchema.parse(JSON.parse(payload.slice(tab + 1))), changes, position };
}

const TAB = "\t";

export const recordedEventSchema = z.object({
  position: z.number(),
  stream: z.string(),
  version: z.number(),
  at: z.number(),
  by: z.custom<Actor>((value) => tagOf(value, "kind") !== null),
  event: z.custom<DomainEvent>((value) => tagOf(value, "type") !== null),
  previous: z.string(),
  hash: z.string(),
});

export const archivedReleaseSchema = z.object({
  stream: z.string(),
  release: z.custom<Release>((value) => tagOf(value, "id") !== null),
});

const changesSchema = z.object({
  position: z.number().nullable(),
  changes: z.array(
    z.object({
      stream: z.string(),
      /** What it makes of the document is checked when the whole journal has been read. */
      patch: z.custom<JsonPatch>((value) => typeof value === "object" && value !== null),
    }),
  ),
});

const historySchema = z.object({
  events: z.array(recordedEventSchema),
  archived: z.array(archivedReleaseSchema),
  commandIds: z.array(z.string()),
});
