import { z } from "zod";
import type { Actor } from "../../core/actor.ts";
import type { DomainEvent } from "../../core/event.ts";
import type { Release } from "../../core/release.ts";
import type { DeadJob, RecordedEvent, StreamId, StreamState } from "../ledger.ts";
import { checkSchema, STORE_SCHEMA } from "./store-schema.ts";
import { deadJobSchema, type PendingJob, pendingJobSchema, tagOf } from "./stream-document.ts";

/** What one line of the journal says: one atomic change. */
export interface JournalRecord {
  readonly changes: readonly StreamChange[];
  readonly events: readonly RecordedEvent[];
  readonly archived: readonly ArchivedRelease[];
  readonly commandIds: readonly string[];
}

/** How a stream's document differs from what it was. Values are whole: to apply it twice does no harm. */
export interface StreamChange {
  readonly stream: StreamId;
  readonly version: number;
  readonly head: string;
  /** null: as it was. */
  readonly state: StateText | null;
  /** By key; null: the job has ended. Others are as they were. */
  readonly jobs: Readonly<Record<string, PendingJob | null>>;
  /** null: as they were. */
  readonly dead: readonly DeadJob[] | null;
}

/** A state as it stands in the journal; `value` is null until somebody needs it. */
export interface StateText {
  readonly text: string;
  readonly value: StreamState | null;
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

/**
 * The record as the payload of a line: its JSON, with the states behind it, each after a tab. JSON text
 * holds no tab. So a start, which needs the last state of each stream, need not parse all of them.
 */
export function encodeRecord(record: JournalRecord): string {
  const { events, archived, commandIds } = record;
  const changes = record.changes.map((change) => ({ ...change, state: change.state !== null }));
  const states = record.changes.flatMap(({ state }) => (state === null ? [] : [state.text]));
  return [
    JSON.stringify({ schema: STORE_SCHEMA, changes, events, archived, commandIds }),
    ...states,
  ].join("\t");
}

/** @throws UnknownSchema; any other error where it is not what encodeRecord writes */
export function decodeRecord(payload: string, place: string): JournalRecord {
  const [head = "", ...states] = payload.split("\t");
  const json: unknown = JSON.parse(head);
  checkSchema(z.object({ schema: z.unknown() }).parse(json).schema, place);
  const { changes, ...rest } = recordSchema.parse(json);
  const texts = states.values();
  return {
    ...rest,
    changes: changes.map((change) => ({
      ...change,
      state: change.state ? { text: texts.next().value ?? "null", value: null } : null,
    })),
  };
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
      version: z.number(),
      head: z.string(),
      state: z.boolean(),
      jobs: z.record(z.string(), pendingJobSchema.nullable()),
      dead: z.array(deadJobSchema).nullable(),
    }),
  ),
  events: z.array(recordedEventSchema),
  archived: z.array(archivedReleaseSchema),
  commandIds: z.array(z.string()),
});
