import type { Archive } from "./archive.ts";
import { Documents } from "./documents.ts";
import { JobIndex } from "./job-index.ts";
import type { JournalRecord, StreamChange } from "./journal-record.ts";
import type { StreamDocument } from "./stream-document.ts";

/** Where a line stands in the journal. */
export interface LinePlaceInJournal {
  readonly segment: number;
  readonly line: number;
}

/**
 * What is on the disk, in memory. It is made from the files at the start and goes on with each line of the
 * journal, by the same function whether the line is replayed or has just become durable.
 */
export class LedgerImage {
  readonly documents = new Documents();
  readonly jobs = new JobIndex();
  readonly archive: Archive;
  #position = 0;

  constructor(archive: Archive) {
    this.archive = archive;
  }

  /** The position of the last event; 0 before the first. */
  get position(): number {
    return this.#position;
  }

  /** The ledger's files, without the journal, reach to this position. */
  startAt(position: number): void {
    this.#position = position;
  }

  /** A document as its file has it. */
  put(document: StreamDocument): void {
    this.documents.put(document);
    for (const [key, pending] of Object.entries(document.jobs)) {
      this.jobs.apply(document.stream, key, pending);
    }
  }

  apply(record: JournalRecord, segment: number): void {
    for (const change of record.changes) this.#change(change);
    this.archive.add(record, segment);
    this.#position = record.events.at(-1)?.position ?? this.#position;
  }

  #change(change: StreamChange): void {
    this.documents.apply(change);
    for (const [key, pending] of Object.entries(change.jobs)) {
      this.jobs.apply(change.stream, key, pending);
    }
  }
}
