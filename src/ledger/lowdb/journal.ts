import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import { type Health, Unavailable } from "../ledger.ts";
import { type FileSystem, isOutOfSpace, type OpenFile } from "./file-system.ts";
import { encodeLine } from "./journal-line.ts";
import { EMPTY_RECORD, encodeRecord } from "./journal-record.ts";
import type { Layout } from "./layout.ts";
import type { SoleOwner } from "./sole-owner.ts";

/** What is behind the journal. None of these may throw. */
export interface JournalWatcher {
  /** A segment ended, on the disk as a whole; `line` is the number of its last line. */
  rolled(segment: number, line: number): void;
  /** False: go on with this segment. */
  mayRoll(): boolean;
  /** Resolves when that may have become true, or will not for long. */
  catchUp(): Promise<void>;
  /** What was appended and is not durable by now has been refused. */
  refused(): void;
}

export interface JournalOptions {
  readonly files: FileSystem;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly owner: SoleOwner;
  readonly watcher: JournalWatcher;
  /** A segment that is longer is ended, at the end of a batch. */
  readonly segmentBytes: number;
  /** Where to go on. */
  readonly end: JournalEnd;
}

export interface JournalEnd {
  readonly segment: number;
  readonly file: OpenFile;
  readonly bytes: number;
  readonly lastLine: number;
}

interface Entry {
  readonly payload: string;
  readonly durable: (segment: number) => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The most that one batch takes with it. */
const BATCH_LINES = 4096;
const BATCH_CHARACTERS = 4 * 1024 * 1024;
const SAYS_NOTHING = encodeRecord(EMPTY_RECORD);
/** Whoever appends faster than segments are moved away waits when one is so many times its length. */
const LONGEST = 2;
/** How often it looks whether there is space again. */
const SPACE_CHECK = 1_000;

/**
 * Appends lines to the journal. At most one write and fdatasync are under way; whoever comes meanwhile
 * shares the next. A write that finds no space is taken back and refused, and the journal goes on. Any
 * other failure is final: what is on the disk is not known, and only a restart finds out.
 */
export class Journal {
  readonly #options: JournalOptions;
  #end: JournalEnd;
  #queue: Entry[] = [];
  #running: Promise<void> | null = null;
  #broken: string | null = null;
  /** Resolves, to the reason, when nothing is taken any more. */
  readonly failure: Promise<string>;
  #announceFailure: (why: string) => void = () => {};
  #full: string | null = null;
  #lookingForSpace: Promise<void> | null = null;
  readonly #closing = new AbortController();

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#end = options.end;
    this.failure = new Promise((resolve) => {
      this.#announceFailure = resolve;
    });
  }

  /**
   * Resolves when the line is on the disk; `durable` is called first, for all lines of a batch in their
   * order. @throws Unavailable
   */
  append(payload: string, durable: (segment: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== null) return reject(new Unavailable(this.#broken));
      this.#queue.push({ payload, durable, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  health(): Health {
    const why = this.#broken ?? this.#full;
    return why === null ? { ok: true } : { ok: false, why };
  }

  /** @throws Unavailable after a final failure */
  check(): void {
    if (this.#broken !== null) throw new Unavailable(this.#broken);
  }

  /** What else could not be written: nothing is taken any more. */
  breakDown(why: string): void {
    this.#broken ??= why;
    this.#announceFailure(this.#broken);
  }

  /** After what was appended, all of which is in segments that have ended then. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lookingForSpace;
    await this.#running;
    if (this.#end.bytes > 0 && this.#broken === null) await this.#roll();
    await this.#end.file.close();
  }

  async #run(): Promise<void> {
    const { watcher } = this.#options;
    while (this.#queue.length > 0 && this.#broken === null) {
      await whoeverComes();
      await this.#flush(this.#takeBatch());
      if (this.#end.bytes >= LONGEST * this.#options.segmentBytes) await watcher.catchUp();
      if (this.#isToRoll()) await this.#roll();
    }
    this.#refuse(this.#queue.splice(0), this.#broken ?? "");
    this.#running = null;
  }

  #takeBatch(): readonly Entry[] {
    let characters = 0;
    let count = 0;
    for (const { payload } of this.#queue) {
      if (count === BATCH_LINES || characters > BATCH_CHARACTERS) break;
      characters += payload.length;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #flush(entries: readonly Entry[]): Promise<void> {
    const { file, bytes, segment, lastLine } = this.#end;
    const batch = lastLine + 1;
    const lines = entries.map(({ payload }, n) =>
      encodeLine({ number: batch + n, batch, payload }),
    );
    const data = Buffer.from(lines.join(""));
    try {
      this.#options.owner.check();
      await file.write(data, bytes);
    } catch (error) {
      return isOutOfSpace(error) ? this.#takeBack(entries, error) : this.#fail(entries, error);
    }
    try {
      await file.syncData();
    } catch (error) {
      return this.#fail(entries, error);
    }
    this.#full = null;
    this.#end = { ...this.#end, bytes: bytes + data.length, lastLine: lastLine + entries.length };
    try {
      for (const { durable } of entries) durable(segment);
    } catch (error) {
      return this.#fail(entries, error);
    }
    for (const { resolve } of entries) resolve();
  }

  /** Nothing of it was promised to anybody: the file ends again where the last batch ended. */
  async #takeBack(entries: readonly Entry[], error: unknown): Promise<void> {
    try {
      await this.#end.file.truncate(this.#end.bytes);
    } catch (worse) {
      return this.#fail(entries, worse);
    }
    const why = `there is no space left for the ledger in ${this.#options.layout.root}, nothing was recorded: free some (${errorText(error)})`;
    this.#full = why;
    this.#lookingForSpace ??= this.#lookForSpace();
    // Those behind it were decided on what it would have written.
    this.#refuse([...entries, ...this.#queue.splice(0)], why);
  }

  #fail(entries: readonly Entry[], error: unknown): void {
    const { journal } = this.#options.layout;
    const why = `the ledger's journal in ${journal} failed, and what it holds is known only after a restart: ${errorText(error)}`;
    this.breakDown(why);
    this.#refuse([...entries, ...this.#queue.splice(0)], this.#broken ?? why);
  }

  #refuse(entries: readonly Entry[], why: string): void {
    if (entries.length === 0) return;
    this.#options.watcher.refused();
    for (const { reject } of entries) reject(new Unavailable(why));
  }

  /** Writes a line that says nothing now and then, until one is taken. */
  async #lookForSpace(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#full !== null && this.#broken === null) {
      await this.#options.clock.sleep(SPACE_CHECK, signal);
      if (signal.aborted) break;
      if (this.#full !== null) await this.append(SAYS_NOTHING, () => {}).catch(() => {});
    }
    this.#lookingForSpace = null;
  }

  #isToRoll(): boolean {
    const { segmentBytes, watcher } = this.#options;
    return this.#broken === null && this.#end.bytes >= segmentBytes && watcher.mayRoll();
  }

  /** All that is in the old segment is durable before anything is written to the next. */
  async #roll(): Promise<void> {
    const { segment, file, lastLine } = this.#end;
    const { files, layout, watcher } = this.#options;
    try {
      const next = await openSegment(files, layout, segment + 1);
      this.#end = { segment: segment + 1, file: next, bytes: 0, lastLine };
      await file.close();
    } catch (error) {
      if (!isOutOfSpace(error)) return this.#fail([], error);
      return this.#takeBackSegment(segment + 1);
    }
    watcher.rolled(segment, lastLine);
  }

  /** There was no space for its name: it goes on with the old one, and tries again later. */
  async #takeBackSegment(segment: number): Promise<void> {
    try {
      await this.#options.files.remove(this.#options.layout.segment(segment));
    } catch (error) {
      this.#fail([], error);
    }
  }
}

/** A new segment, whose name is durable. */
export async function openSegment(
  files: FileSystem,
  layout: Layout,
  segment: number,
): Promise<OpenFile> {
  const file = await files.open(layout.segment(segment), "new");
  await files.syncDirectory(layout.journal);
  return file;
}

/** Everybody who is about to append in this turn of the event loop. */
function whoeverComes(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
