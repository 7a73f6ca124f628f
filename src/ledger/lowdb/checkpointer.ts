import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { type CheckpointMark, writeMark } from "./checkpoint-mark.ts";
import { documentFile } from "./document-file.ts";
import { type FileSystem, isOutOfSpace, replaceFile } from "./file-system.ts";
import type { LedgerImage } from "./image.ts";
import type { Layout } from "./layout.ts";
import type { StreamDocument } from "./stream-document.ts";

export interface CheckpointerOptions {
  readonly files: FileSystem;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly logger: Logger | null;
  readonly image: LedgerImage;
  /** How far the documents' files reach at the start. */
  readonly mark: CheckpointMark;
  /** The documents are written when so many segments have ended. */
  readonly every: number;
  /** Called once, for a failure after which nothing can be promised. */
  failed(why: string): void;
}

/** Documents that are being written at a time: more would keep the journal waiting for a thread. */
const WRITERS = 3;
const RETRY_AFTER = 5_000;

/**
 * Moves what the journal holds to where it stays, in the background: the events and archived releases of
 * each segment that has ended to the archive; and now and then the documents to their files, after which
 * the journal up to there is not needed any more.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  /** Segments that have ended since the last checkpoint. */
  #ended: CheckpointMark[] = [];
  #mark: CheckpointMark;
  #running: Promise<void> | null = null;
  #waitsForSpace = false;
  #waiting: (() => void)[] = [];
  readonly #closing = new AbortController();

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#mark = options.mark;
  }

  isBusy(): boolean {
    return this.#running !== null;
  }

  /** Resolves when it is not busy, or has to wait for space. */
  async caughtUp(): Promise<void> {
    if (!this.isBusy() || this.#waitsForSpace) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** A segment ended like this, and all of it is on the disk. */
  ended(segment: CheckpointMark): void {
    this.#ended.push(segment);
    // After a restart a segment may lie in the archive already, and wait for the next checkpoint only.
    if (this.#running === null && this.#isBehind()) this.#running = this.#run();
  }

  /**
   * `finish`: writes down everything of the segments that have ended, so that the next start has nothing to
   * replay. What cannot be written now is still in the journal.
   */
  async close({ finish }: { readonly finish: boolean }): Promise<void> {
    this.#closing.abort();
    await this.#running;
    const last = this.#ended.at(-1);
    if (!finish || last === undefined) return;
    try {
      await this.#archiveEnded();
      await this.#checkpoint(last);
    } catch (error) {
      const fields = { error: errorText(error) };
      this.#options.logger?.warn(fields, "the journal is left for the next start to replay");
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && this.#isBehind()) {
      try {
        await this.#work();
      } catch (error) {
        if (!isOutOfSpace(error)) {
          this.#options.failed(`the ledger's files could not be written: ${errorText(error)}`);
          break;
        }
        this.#options.logger?.warn({ error: errorText(error) }, "no space to move the journal");
        this.#waitsForSpace = true;
        this.#wakeWaiting();
        await this.#options.clock.sleep(RETRY_AFTER, signal);
        this.#waitsForSpace = false;
      }
    }
    this.#running = null;
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #isBehind(): boolean {
    const last = this.#ended.at(-1)?.segment ?? 0;
    return last > this.#options.image.archive.lastArchived() || this.#isDue(last);
  }

  #isDue(segment: number): boolean {
    return segment - this.#mark.segment >= this.#options.every;
  }

  async #work(): Promise<void> {
    await this.#archiveEnded();
    const last = this.#ended.at(-1);
    if (last !== undefined && this.#isDue(last.segment)) await this.#checkpoint(last);
  }

  async #archiveEnded(): Promise<void> {
    const { archive } = this.#options.image;
    for (const { segment } of this.#ended) {
      if (segment > archive.lastArchived()) await archive.write(segment);
    }
  }

  async #checkpoint(mark: CheckpointMark): Promise<void> {
    const { files, layout, image } = this.#options;
    const documents = image.documents.takeDirty();
    try {
      await this.#writeDocuments(documents);
      await writeMark(files, layout, mark);
    } catch (error) {
      image.documents.giveBack(documents);
      throw error;
    }
    for (let segment = this.#mark.segment + 1; segment <= mark.segment; segment += 1) {
      await files.remove(layout.segment(segment));
    }
    await files.syncDirectory(layout.journal);
    this.#mark = mark;
    this.#ended = this.#ended.filter(({ segment }) => segment > mark.segment);
  }

  async #writeDocuments(documents: readonly StreamDocument[]): Promise<void> {
    const { files, layout } = this.#options;
    const directories = new Set<string>();
    const queue = documents.values();
    const writeNext = async (): Promise<void> => {
      for (const document of queue) {
        const { directory, path } = layout.document(document.stream);
        await replaceFile(files, path, [documentFile(document)]);
        directories.add(directory);
      }
    };
    const writers = await Promise.allSettled(Array.from({ length: WRITERS }, writeNext));
    for (const writer of writers) if (writer.status === "rejected") throw writer.reason;
    for (const directory of directories) await files.syncDirectory(directory);
  }
}
