import { Low } from "lowdb";
import type { StreamId } from "../ledger.ts";
import { asJson } from "./documents.ts";
import type { LedgerImage } from "./image.ts";
import type { Journal } from "./journal.ts";
import { JournalAdapter } from "./journal-adapter.ts";
import { encodeRecord, type History, type StreamChange } from "./journal-record.ts";
import { patchBetween } from "./json-patch.ts";
import { emptyDocument, type StreamDocument } from "./stream-document.ts";

/** Documents, and what is written beside them, as one line. Nobody changes any of it any more. */
export interface Transaction extends History {
  /** The documents after it: the streams are its own until it has ended. */
  readonly documents: readonly StreamDocument[];
  /** Called when it is on the disk, before anybody can see it. */
  readonly durable: () => void;
}

/**
 * The documents of all streams, each behind a `Low` of its own, in one journal. A document is written as
 * what differs from the one on the disk, so that a line is as long as the change and not as the document.
 */
export class JournalStore {
  readonly #image: LedgerImage;
  readonly #journal: Journal;
  readonly #lows = new Map<StreamId, Low<StreamDocument>>();
  /** The line that collects what is written; within one turn of the event loop only. */
  #open: OpenLine | null = null;

  constructor(image: LedgerImage, journal: Journal) {
    this.#image = image;
    this.#journal = journal;
  }

  /** The document as it is on the disk. */
  document(stream: StreamId): StreamDocument {
    return this.#image.documents.get(stream);
  }

  /** For the adapter: joins the transaction that is open. @throws Unavailable */
  async write(document: StreamDocument): Promise<void> {
    const { stream } = document;
    if (this.#open === null) throw new Error(`${stream} is written outside of a transaction`);
    const patch = patchBetween(asJson(this.document(stream)), asJson(document));
    if (patch !== null) this.#open.changes.push({ stream, patch });
    await this.#open.durable;
  }

  /** Writes all of it or nothing. @throws Unavailable */
  async transact({ documents, durable, ...history }: Transaction): Promise<void> {
    const lows = documents.map((document) => this.#holding(document));
    const line = new OpenLine();
    this.#open = line;
    const writes = lows.map((low) => low.write());
    this.#open = null;
    const payload = encodeRecord({ changes: line.changes, ...history });
    const appended = this.#journal.append(payload, (segment) => {
      durable();
      this.#image.commit(documents, history, segment);
    });
    line.follow(appended);
    try {
      await Promise.all([line.durable, ...writes]);
    } finally {
      // lowdb keeps what it could not write; what counts is what is on the disk.
      await Promise.all(lows.map((low) => low.read()));
    }
  }

  #holding(document: StreamDocument): Low<StreamDocument> {
    const { stream } = document;
    const adapter = new JournalAdapter(this, stream);
    const low = this.#lows.get(stream) ?? new Low(adapter, emptyDocument(stream));
    this.#lows.set(stream, low);
    low.data = document;
    return low;
  }
}

/** A line of which it is known only later what it says. */
class OpenLine {
  readonly changes: StreamChange[] = [];
  readonly durable: Promise<void>;
  follow: (written: Promise<void>) => void = () => {};

  constructor() {
    this.durable = new Promise((resolve) => {
      this.follow = resolve;
    });
  }
}
