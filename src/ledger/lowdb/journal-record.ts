import { z } from "zod";
import { eventText } from "../chain.ts";
import type { StreamId } from "../ledger.ts";
import {
  archivedReleaseSchema,
  type EventLine,
  eventLine,
  type ReleaseLine,
  recordedEventSchema,
  releaseLine,
} from "./history-line.ts";
import type { JsonPatch } from "./json-patch.ts";
import { checkSchemaOf, STORE_SCHEMA } from "./store-schema.ts";

/** What one line of the journal says: one atomic change. */
export interface JournalRecord extends History {
  readonly changes: readonly StreamChange[];
}

/** What stays for ever of an atomic change. */
export interface History {
  readonly events: readonly EventLine[];
  readonly archived: readonly ReleaseLine[];
  readonly commandIds: readonly string[];
}

/** How a stream's document differs from what it was. To apply it twice does no harm. */
export interface StreamChange {
  readonly stream: StreamId;
  readonly patch: JsonPatch;
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
export function encodeRecord({ changes, events, archived, commandIds }: JournalRecord): string {
  const position = events.at(-1)?.position ?? null;
  const documents = JSON.stringify({ schema: STORE_SCHEMA, position, changes });
  const history = [
    `"events":[${textsOf(events)}]`,
    `"archived":[${textsOf(archived)}]`,
    `"commandIds":${JSON.stringify(commandIds)}`,
  ];
  return `${documents}${TAB}{${history.join(",")}}`;
}

function textsOf(lines: readonly { readonly text: string }[]): string {
  return lines.map(({ text }) => text).join(",");
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
  const { events, archived, commandIds } = historySchema.parse(JSON.parse(payload.slice(tab + 1)));
  return {
    changes,
    position,
    events: events.map((event) => eventLine({ event, text: eventText(event) })),
    archived: archived.map(releaseLine),
    commandIds,
  };
}

const TAB = "\t";

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
