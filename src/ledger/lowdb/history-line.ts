import { z } from "zod";
import type { Actor } from "../../core/actor.ts";
import type { DomainEvent } from "../../core/event.ts";
import type { Release } from "../../core/release.ts";
import type { PrintedEvent } from "../chain.ts";
import type { RecordedEvent, StreamId } from "../ledger.ts";
import { tagOf } from "./tag.ts";

export interface ArchivedRelease {
  readonly stream: StreamId;
  readonly release: Release;
}

/** An event as it is written everywhere, printed once; and what is asked about it without reading it. */
export interface EventLine extends Pick<RecordedEvent, "position" | "stream" | "at"> {
  /** `eventText`. */
  readonly text: string;
}

/** An archived release, likewise. */
export interface ReleaseLine extends Pick<Release, "id" | "sequence"> {
  readonly stream: StreamId;
  /** The JSON of an `ArchivedRelease`. */
  readonly text: string;
}

export function eventLine({ event, text }: PrintedEvent): EventLine {
  const { position, stream, at } = event;
  return { position, stream, at, text };
}

export function releaseLine({ stream, release }: ArchivedRelease): ReleaseLine {
  const { id, sequence } = release;
  return { stream, id, sequence, text: JSON.stringify({ stream, release }) };
}

export const recordedEventSchema = z.object({
  position: z.number(),
  stream: z.string(),
  version: z.number(),
  at: z.number(),
  by: z.custom<Actor>((value) => tagOf(value, "kind") !== null),
  event: z.custom<DomainEvent>((value) => tagOf(value, "type") !== null),
  previous: z.string(),
  schema: z.number().optional(),
  hash: z.string(),
});

export const archivedReleaseSchema = z.object({
  stream: z.string(),
  release: z.custom<Release>((value) => tagOf(value, "id") !== null),
});

/** The event of an `EventLine`. @throws where it is none */
export function parseEvent(text: string): RecordedEvent {
  return recordedEventSchema.parse(JSON.parse(text));
}

/** What stands in a `ReleaseLine`. @throws where it is none */
export function parseRelease(text: string): ArchivedRelease {
  return archivedReleaseSchema.parse(JSON.parse(text));
}
