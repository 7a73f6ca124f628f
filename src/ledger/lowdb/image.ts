import type { StreamId } from "../ledger.ts";
import type { Archive } from "./archive.ts";
import type { FiledDocument } from "./document-file.ts";
import { Documents } from "./documents.ts";
import { JobIndex } from "./job-index.ts";
import type { ReadRecord } from "./journal-record.ts";
import type { StreamDocument } from "./stream-document.ts";

/**
 * What is on the disk, in memory. It is made from the files at the start and goes on with each line of the
 * journal, by the same function whether the line is replayed or has just become durable.
 */
export class LedgerImage {
  readonly documents = new Documents();
  readonly jobs = new JobIndex();
  readonly archive: Archive;
  #position = 0;
  /** While the journal is replayed, over documents that may be newer, their jobs are not yet what they seem. */
  #isReplaying = true;

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
  put(filed: FiledDocument): void {
    this.documents.put(filed);
  }

  /** All that the journal has to say was applied. @throws Damaged */
  endReplay(): void {
    this.documents.check();
    this.#isReplaying = false;
    for (const { stream, jobs } of this.documents.all()) this.#index(stream, {}, jobs);
  }

  apply(record: ReadRecord, segment: number): void {
    for (const change of record.changes) {
      const before = this.documents.get(change.stream);
      const after = this.documents.apply(change);
      this.#index(change.stream, before.jobs, after.jobs);
    }
    this.archive.add(record, segment);
    this.#position = record.position ?? this.#position;
  }

  /** What a patch did not touch is the same object as before. */
  #index(stream: StreamId, before: StreamDocument["jobs"], after: StreamDocument["jobs"]): void {
    if (before === after || this.#isReplaying) return;
    for (const key of Object.keys(after)) {
      const pending = after[key];
      if (pending !== undefined && pending !== before[key]) this.jobs.apply(stream, key, pending);
    }
    for (const key of Object.keys(before)) {
      if (after[key] === undefined) this.jobs.apply(stream, key, null);
    }
  }
}
