import type { StreamId } from "../ledger.ts";
import type { Archive } from "./archive.ts";
import type { FiledDocument } from "./document-file.ts";
import { Documents } from "./documents.ts";
import { JobIndex } from "./job-index.ts";
import type { History, ReadRecord } from "./journal-record.ts";
import type { StreamDocument } from "./stream-document.ts";

/**
 * What is on the disk, in memory. It is made from the files and the journal at the start, and goes on with
 * what each commit wrote, once that is on the disk. That both come to the same is a promise of the port,
 * and a test of its contract.
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
  put(filed: FiledDocument): void {
    this.documents.put(filed);
  }

  /** All that the journal has to say was applied. @throws Damaged */
  endReplay(): void {
    this.documents.check();
    for (const { stream, jobs } of this.documents.all()) this.#index(stream, {}, jobs);
  }

  /** What a line of the journal says, at the start. Over documents that may be newer: it changes nothing then. */
  replay(record: ReadRecord, segment: number): void {
    for (const change of record.changes) this.documents.apply(change);
    this.archive.add(record, segment);
    this.#position = record.position ?? this.#position;
  }

  /** What has just become durable: the documents as they are now, and what happened. */
  commit(documents: readonly StreamDocument[], history: History, segment: number): void {
    for (const document of documents) {
      const before = this.documents.get(document.stream);
      this.documents.replace(document);
      this.#index(document.stream, before.jobs, document.jobs);
    }
    this.archive.add(history, segment);
    this.#position = history.events.at(-1)?.position ?? this.#position;
  }

  /** What a commit did not touch is the same object as before. */
  #index(stream: StreamId, before: StreamDocument["jobs"], after: StreamDocument["jobs"]): void {
    if (before === after) return;
    for (const key of Object.keys(after)) {
      const pending = after[key];
      if (pending !== undefined && pending !== before[key]) this.jobs.apply(stream, key, pending);
    }
    for (const key of Object.keys(before)) {
      if (after[key] === undefined) this.jobs.apply(stream, key, null);
    }
  }
}
