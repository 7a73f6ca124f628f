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

/** The payload of a line; JSON text holds no line feed. */
export function encodeRecord(record: JournalRecord): string {
  return JSON.stringify({ schema: STORE_SCHEMA, ...record });
}

/** What this process has just encoded, as a start would read it: nobody else holds a part of it. */
export function reread(payload: string): JournalRecord {
  return JSON.parse(payload) as JournalRecord;
}

/** @throws UnknownSchema; any other error where it is not what encodeRecord writes */
export function decodeRecord(payload: string, place: string): JournalRecord {
  const json: unknown = JSON.parse(payload);
  checkSchemaOf(json, place);
  return recordSchema.parse(json);
}

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

const recordSchema = z.object({
  changes: z.array(
    z.object({
      stream: z.string(),
      /** What it makes of the document is checked when the whole journal has been read. */
      patch: z.custom<JsonPatch>((value) => typeof value === "object" && value !== null),
    }),
  ),
  events: z.array(recordedEventSchema),
  archived: z.array(archivedReleaseSchema),
  commandIds: z.array(z.string()),
});
