import { hash } from "node:crypto";
import { canonicalJson, type Json } from "../core/json.ts";
import {
  type Anchor,
  type Commit,
  GENESIS,
  type RecordedEvent,
  type StreamId,
  type StreamWrite,
} from "./ledger.ts";
import { FIRST_SCHEMA, SCHEMA } from "./schema.ts";

/** The end of a stream's chain: how many events it has, and the hash of the last one. */
export interface ChainHead {
  readonly version: number;
  readonly head: string;
}

export const EMPTY_CHAIN: ChainHead = { version: 0, head: GENESIS };

type Unhashed = Omit<RecordedEvent, "hash">;

/** SHA-256, in hexadecimal, over the canonical JSON of every member of the event but `hash`. */
export function eventHash(event: Unhashed): string {
  return sha256(hashedText(event));
}

/** An event as JSON: the text that its hash is taken over, with the hash as one more member at the end. */
export function eventText(event: RecordedEvent): string {
  return withHash(hashedText(event), event.hash);
}

/** An event as it stands in the ledger, and its `eventText`. */
export interface PrintedEvent {
  readonly event: RecordedEvent;
  readonly text: string;
}

/** The events of one write as they stand in the ledger, the first of them at `position`. */
export function recordEvents(
  { at, by }: Pick<Commit, "at" | "by">,
  { stream, events }: Pick<StreamWrite, "stream" | "events">,
  after: ChainHead,
  position: number,
  schema: number = SCHEMA,
): readonly PrintedEvent[] {
  let { version, head: previous } = after;
  return events.map((event, index) => {
    version += 1;
    const numbered = schema === FIRST_SCHEMA ? {} : { schema };
    const place = { position: position + index, stream, version };
    const entry = { ...place, at, by, event, previous, ...numbered };
    const hashed = hashedText(entry);
    const hash = sha256(hashed);
    previous = hash;
    return { event: { ...entry, hash }, text: withHash(hashed, hash) };
  });
}

function hashedText(event: Unhashed): string {
  const { position, stream, version, at, by, event: happened, previous, schema } = event;
  const numbered = schema === undefined ? {} : { schema };
  const members = { position, stream, version, at, by, event: happened, previous, ...numbered };
  return canonicalJson(members as unknown as Json);
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

function withHash(hashed: string, hash: string): string {
  return `${hashed.slice(0, -1)},"hash":"${hash}"}`;
}

export type ChainFault = "changed" | "removed" | "reordered" | "cut-off" | "added";

/** The first entry that is not as it was written. */
export interface ChainBreak {
  readonly fault: ChainFault;
  readonly stream: StreamId;
  readonly version: number;
  /** Its position; null where the entry is missing, so that nobody knows. */
  readonly position: number | null;
  /** One sentence for people. */
  readonly sentence: string;
}

export type ChainVerdict =
  | { readonly kind: "whole"; readonly events: number; readonly streams: number }
  | { readonly kind: "broken"; readonly at: ChainBreak };

interface Seen extends ChainHead {
  readonly position: number;
}

/**
 * Checks that the events are those that were written: none changed, removed, reordered, cut off at the end,
 * or added behind it. `heads` are the ends of the chains as they are stored apart from the events, taken
 * before the events were read; `anchors` are where chains go on whose first events are not among these.
 * `later` takes the ends again: where there are events beyond `heads`, these must reach as far by then. Null:
 * such events are checked among themselves.
 * Memory grows with the number of streams, not of events.
 */
export async function verifyChain(
  events: AsyncIterable<RecordedEvent>,
  heads: ReadonlyMap<StreamId, ChainHead>,
  anchors: readonly Anchor[] = [],
  later: (() => Promise<ReadonlyMap<StreamId, ChainHead>>) | null = null,
): Promise<ChainVerdict> {
  const seen = new Map<StreamId, Seen>(anchors.map((anchor) => [anchor.stream, anchor]));
  let count = 0;
  let position = 0;
  let gap: Missing | null = null;
  try {
    for await (const event of events) {
      if (gap !== null) {
        if (isMissing(gap, event)) return broken(reordered(event, gap.before.position));
        continue;
      }
      const last = seen.get(event.stream) ?? { ...EMPTY_CHAIN, position: 0 };
      const fault = faultOf(event, last, heads.get(event.stream)) ?? orderFaultOf(event, position);
      if (fault !== null) return broken(fault);
      if (event.version > last.version + 1) gap = { before: event, version: last.version + 1 };
      const { stream, version, hash } = event;
      position = event.position;
      seen.set(stream, { version, head: hash, position });
      count += 1;
    }
  } catch (error) {
    // What comes after the gap cannot be read, so it is not known to stand there.
    if (gap === null) throw error;
  }
  if (gap !== null) return broken(removed(gap));
  const short = [...heads].find(([stream, { version }]) => versionOf(seen, stream) < version);
  if (short !== undefined) return broken(cutOff(short[0], versionOf(seen, short[0]), short[1]));
  const beyond = [...seen].filter(([stream, { version }]) => version > versionOf(heads, stream));
  if (beyond.length > 0 && later !== null) {
    const ends = await later();
    const faults = beyond.map(([stream, last]) =>
      endFaultOf(stream, last, ends.get(stream) ?? EMPTY_CHAIN),
    );
    const fault = faults.find((one) => one !== null);
    if (fault !== undefined) return broken(fault);
  }
  return { kind: "whole", events: count, streams: seen.size };
}

/** The entry that should have stood before this one. */
interface Missing {
  readonly before: RecordedEvent;
  readonly version: number;
}

function isMissing({ before, version }: Missing, event: RecordedEvent): boolean {
  return event.stream === before.stream && event.version === version;
}

function faultOf(event: RecordedEvent, last: Seen, head: ChainHead | undefined): ChainBreak | null {
  if (eventHash(event) !== event.hash) return changed(event, "its hash is not that of its content");
  if (event.version <= last.version) return reordered(event, last.position);
  if (event.version > last.version + 1) return null;
  if (event.previous !== last.head && event.version === 1) {
    return changed(event, "the first event of a stream is chained to nothing before it");
  }
  if (event.previous !== last.head) {
    return changed(
      { stream: event.stream, version: last.version, position: last.position },
      `its hash is not the one that version ${event.version} was chained to`,
    );
  }
  if (event.version === head?.version && event.hash !== head.head) {
    return changed(event, "its hash is not the one that is stored with the state of its stream");
  }
  return null;
}

/** Of the last event that was read of a stream. What was committed after that is not looked at. */
function endFaultOf(stream: StreamId, last: Seen, end: ChainHead): ChainBreak | null {
  const { version, position } = last;
  if (version > end.version) return added(stream, last, end);
  if (version < end.version || last.head === end.head) return null;
  const why = "its hash is not the one that is stored with the state of its stream";
  return changed({ stream, version, position }, why);
}

function orderFaultOf(event: RecordedEvent, position: number): ChainBreak | null {
  return event.position > position ? null : reordered(event, position);
}

function versionOf(chains: ReadonlyMap<StreamId, ChainHead>, stream: StreamId): number {
  return chains.get(stream)?.version ?? 0;
}

function broken(at: ChainBreak): ChainVerdict {
  return { kind: "broken", at };
}

function changed(
  { stream, version, position }: Pick<ChainBreak, "stream" | "version" | "position">,
  why: string,
): ChainBreak {
  const sentence = `${nameOf(stream, version)} at position ${position} was changed: ${why}`;
  return { fault: "changed", stream, version, position, sentence };
}

function reordered({ stream, version, position }: RecordedEvent, after: number): ChainBreak {
  const sentence = `${nameOf(stream, version)} at position ${position} is out of order: it stands after position ${after}`;
  return { fault: "reordered", stream, version, position, sentence };
}

function removed({ before, version }: Missing): ChainBreak {
  const { stream, version: next, position } = before;
  const sentence = `${nameOf(stream, version)} was removed: version ${next} at position ${position} stands where it should be`;
  return { fault: "removed", stream, version, position: null, sentence };
}

function cutOff(stream: StreamId, found: number, head: ChainHead): ChainBreak {
  const version = found + 1;
  const sentence = `${nameOf(stream, version)} is cut off: the stream has ${head.version} events, and ${found} are there`;
  return { fault: "cut-off", stream, version, position: null, sentence };
}

function added(stream: StreamId, { version, position }: Seen, end: ChainHead): ChainBreak {
  const sentence = `${nameOf(stream, version)} at position ${position} was added: the stream has ${end.version} events`;
  return { fault: "added", stream, version, position, sentence };
}

function nameOf(stream: StreamId, version: number): string {
  return `version ${version} of ${stream}`;
}
