import type { Adapter } from "lowdb";
import type { StreamId } from "../ledger.ts";
import type { StreamDocument } from "./stream-document.ts";

/** Where the documents are. */
export interface DocumentStore {
  document(stream: StreamId): StreamDocument;
  /** Within a transaction only. @throws Unavailable */
  write(document: StreamDocument): Promise<void>;
}

/** lowdb's way to one document in the journal. */
export class JournalAdapter implements Adapter<StreamDocument> {
  readonly #store: DocumentStore;
  readonly #stream: StreamId;

  constructor(store: DocumentStore, stream: StreamId) {
    this.#store = store;
    this.#stream = stream;
  }

  /** The document as it is on the disk. */
  async read(): Promise<StreamDocument> {
    return this.#store.document(this.#stream);
  }

  /**
   * Within a transaction of the store only. Resolves when it is on the disk, together with all else that the
   * transaction writes. @throws Unavailable
   */
  write(document: StreamDocument): Promise<void> {
    return this.#store.write(document);
  }
}
