import type { RecordedEvent } from "../ledger.ts";
import type { KeptRelease } from "../ledger-contents.ts";
import type { ArchivedSegment, ArchiveReader } from "./archive-reader.ts";
import type { Fingerprint } from "./fingerprint-set.ts";
import { type EventLine, parseEvent, parseRelease, type ReleaseLine } from "./history-line.ts";

/** What the journal still holds of one segment. */
export interface ArchiveTail {
  readonly events: readonly EventLine[];
  readonly releases: readonly ReleaseLine[];
  readonly commands: readonly Fingerprint[];
}

/** Where everything of an archive lies, in the order in which it was written. */
export interface ArchiveParts {
  readonly reader: ArchiveReader;
  readonly segments: readonly ArchivedSegment[];
  /** After all segments. */
  readonly tails: readonly ArchiveTail[];
}

/** The events after this position; of the segments before it the files are not read. */
export async function* eventsAfter(
  { reader, segments, tails }: ArchiveParts,
  after: number,
): AsyncGenerator<RecordedEvent> {
  for (const segment of segments) {
    if (segment.firstPosition + segment.events - 1 <= after) continue;
    for await (const event of reader.events(segment, { stream: null, since: null })) {
      if (event.position > after) yield event;
    }
  }
  for (const { events } of tails) {
    for (const { position, text } of events) if (position > after) yield parseEvent(text);
  }
}

/** Every writing of every release but the first so many. */
export async function* releasesFrom(
  { reader, segments, tails }: ArchiveParts,
  skip: number,
): AsyncGenerator<KeptRelease> {
  let left = skip;
  for (const { segment, releases } of segments) {
    if (releases <= left) {
      left -= releases;
      continue;
    }
    for await (const release of reader.releases(segment, releases)) {
      if (left === 0) yield release;
      else left -= 1;
    }
  }
  for (const { releases } of tails) {
    for (const { text } of releases) {
      if (left === 0) yield parseRelease(text);
      else left -= 1;
    }
  }
}

export async function* fingerprintsFrom(
  { reader, segments, tails }: ArchiveParts,
  skip: number,
): AsyncGenerator<Fingerprint> {
  let left = skip;
  for (const { segment, commands } of segments) {
    const all = commands <= left ? new Int32Array() : await reader.commandPairs(segment);
    const from = Math.min(left, commands);
    for (let at = 2 * from; at < all.length; at += 2) {
      yield { high: all[at] ?? 0, low: all[at + 1] ?? 0 };
    }
    left -= from;
  }
  for (const { commands } of tails) {
    yield* commands.slice(left);
    left = Math.max(0, left - commands.length);
  }
}
