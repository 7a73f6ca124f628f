import type { Release } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import { deepFrozen } from "../freeze.ts";
import { Damaged, type ReadQuery, type RecordedEvent, type StreamId } from "../ledger.ts";
import type { ArchiveParts, ArchiveTail } from "./archive-contents.ts";
import { ArchiveHead, headLength, USUAL_HEAD } from "./archive-index.ts";
import { type ArchivedSegment, ArchiveReader, summaryOf } from "./archive-reader.ts";
import { rowOf, writeArchive } from "./archive-writer.ts";
import type { FileSystem } from "./file-system.ts";
import { type Fingerprint, FingerprintSet, fingerprintOf } from "./fingerprint-set.ts";
import {
  type ArchivedRelease,
  type EventLine,
  parseEvent,
  parseRelease,
  type ReleaseLine,
} from "./history-line.ts";
import type { History } from "./journal-record.ts";
import { indexOf, type Layout } from "./layout.ts";
import { ReleaseDirectory, type ReleasePlace } from "./release-directory.ts";

/**
 * So many indexes are read into the same memory as those before: memory of their own would be given back one
 * by one, full of holes that nothing else fits into.
 */
const AT_ONCE = 256;

/** What a segment that is still in the journal has for the archive. Only ever added to. */
interface Tail extends ArchiveTail {
  readonly events: EventLine[];
  readonly releases: ReleaseLine[];
  readonly commands: Fingerprint[];
}

/**
 * Everything that is kept for ever: events, archived releases, the ids of commands. What was written to the
 * files of the archive stays there, and of it only where to find it is in memory; what the journal still
 * holds is in memory as well.
 */
export class Archive {
  readonly #files: FileSystem;
  readonly #layout: Layout;
  readonly #reader: ArchiveReader;
  readonly #commands = new FingerprintSet();
  readonly #releases = new ReleaseDirectory();
  /** By number of their segment, in rising order, before all tails. */
  readonly #archived: ArchivedSegment[] = [];
  readonly #tails = new Map<number, Tail>();

  constructor(files: FileSystem, layout: Layout) {
    this.#files = files;
    this.#layout = layout;
    this.#reader = new ArchiveReader(files, layout);
  }

  /** Blocks. Reads what must be known of the archive's files. @throws Damaged, UnknownSchema */
  load(): void {
    const names = this.#files.list(this.#layout.archive);
    const segments = names.flatMap((name) => indexOf(name) ?? []).sort((a, b) => a - b);
    for (const [place, segment] of segments.entries()) {
      const expected = place + 1;
      if (segment !== expected) throw missing(this.#layout.archived("index", expected));
    }
    const memory = Buffer.allocUnsafeSlow(Math.min(segments.length, AT_ONCE) * USUAL_HEAD);
    for (let from = 0; from < segments.length; from += AT_ONCE) {
      const heads = segments.slice(from, from + AT_ONCE).map((segment, n) => ({
        segment,
        head: this.#loadIndex(segment, memory.subarray(n * USUAL_HEAD, (n + 1) * USUAL_HEAD)),
      }));
      const share = segments.length / heads.length;
      if (from === 0) this.#commands.expect(share * sumOf(heads, ({ head }) => head.commands));
      this.#commands.addAll(heads.map(({ head }) => head.commandPairs()));
      this.#releases.addAll(heads.map(({ segment, head }) => ({ segment, rows: head.rows() })));
    }
  }

  /** The last segment that lies in the archive, with all before it; 0: none does. */
  lastArchived(): number {
    return this.#archived.at(-1)?.segment ?? 0;
  }

  /** What a line of this segment says happened. A segment that was archived is known already. */
  add({ events, archived, commandIds }: History, segment: number): void {
    if (segment <= this.lastArchived()) return;
    const tail = this.#tailOf(segment);
    for (const event of events) tail.events.push(event);
    for (const one of archived) {
      this.#releases.add(rowOf(one), segment, tail.releases.length);
      tail.releases.push(one);
    }
    for (const id of commandIds) {
      const fingerprint = fingerprintOf(id);
      this.#commands.add(fingerprint);
      tail.commands.push(fingerprint);
    }
  }

  /** Different ids of archived releases. */
  get releaseCount(): number {
    return this.#releases.count;
  }

  get commandCount(): number {
    return this.#commands.size;
  }

  /** For who reads all of it, while nothing is added. */
  parts(): ArchiveParts {
    const tails = [...this.#tails.values()];
    return { reader: this.#reader, segments: [...this.#archived], tails };
  }

  hasCommand(id: string): boolean {
    return this.#commands.has(fingerprintOf(id));
  }

  /** Writes a segment, to which nothing is added any more, to the files of the archive. */
  async write(segment: number): Promise<void> {
    const tail = this.#tailOf(segment);
    const index = await writeArchive(this.#files, this.#layout, { segment, ...tail });
    const head = new ArchiveHead(index, this.#layout.archived("index", segment));
    this.#archived.push(summaryOf(segment, head));
    this.#tails.delete(segment);
  }

  /** The events there are now, in the order of their positions. */
  read(query: ReadQuery): AsyncGenerator<RecordedEvent> {
    const archived = [...this.#archived];
    const tails = [...this.#tails.values()].map(({ events }) => ({ events, end: events.length }));
    return this.#read(query, archived, tails);
  }

  async release(stream: StreamId, id: ReleaseId): Promise<Release | null> {
    for (const place of this.#releases.find(stream, id)) {
      const { release } = await this.#releaseAt(place);
      if (release.id === id) return deepFrozen(release);
    }
    return null;
  }

  async releases(
    stream: StreamId,
    page: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]> {
    const places = this.#releases.page(stream, page.before, page.limit);
    const found = await Promise.all(places.map((place) => this.#releaseAt(place)));
    return found.map(({ release }) => deepFrozen(release));
  }

  async *#read(
    query: ReadQuery,
    archived: readonly ArchivedSegment[],
    tails: readonly { readonly events: readonly EventLine[]; readonly end: number }[],
  ): AsyncGenerator<RecordedEvent> {
    for (const segment of archived) yield* this.#reader.events(segment, query);
    const { stream, since } = query;
    for (const { events, end } of tails) {
      for (let at = 0; at < end; at += 1) {
        const line = events[at];
        if (line === undefined || (stream !== null && line.stream !== stream)) continue;
        if (since === null || line.at >= since) yield parseEvent(line.text);
      }
    }
  }

  async #releaseAt({ segment, ordinal }: ReleasePlace): Promise<ArchivedRelease> {
    const line = this.#tails.get(segment)?.releases[ordinal];
    return line === undefined ? this.#reader.release(segment, ordinal) : parseRelease(line.text);
  }

  /** The head lies in this memory where it fits in there. */
  #loadIndex(segment: number, memory: Buffer): ArchiveHead {
    const path = this.#layout.archived("index", segment);
    const start = this.#files.readStart(path, memory) ?? memory.subarray(0, 0);
    const length = headLength(start, path);
    const whole = length <= start.length ? start : this.#files.readFile(path);
    const head = new ArchiveHead(whole ?? start, path);
    this.#archived.push(summaryOf(segment, head));
    return head;
  }

  #tailOf(segment: number): Tail {
    const tail = this.#tails.get(segment) ?? { events: [], releases: [], commands: [] };
    this.#tails.set(segment, tail);
    return tail;
  }
}

function sumOf<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}

function missing(path: string): Damaged {
  return new Damaged(`${path} is missing. Restore it from a backup`);
}
