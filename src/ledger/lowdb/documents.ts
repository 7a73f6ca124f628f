import { z } from "zod";
import type { Json } from "../../core/json.ts";
import { Damaged, type DeadJob, type StreamId, type StreamState } from "../ledger.ts";
import type { FiledDocument } from "./document-file.ts";
import type { StreamChange } from "./journal-record.ts";
import { patched } from "./json-patch.ts";
import { emptyDocument, type StreamDocument, streamDocumentSchema } from "./stream-document.ts";

/** A document as the patches see it. */
type DocumentJson = { readonly [member: string]: Json | undefined };

export function asJson(document: StreamDocument): DocumentJson {
  return document as unknown as DocumentJson;
}

/**
 * The documents of all streams as they are on the disk: made of what was read from there or is there by
 * now, never of what somebody is about to write.
 */
export class Documents {
  readonly #documents = new Map<StreamId, StreamDocument>();
  /** States as their files have them, until somebody needs them. */
  readonly #filed = new Map<StreamId, Buffer>();
  /** Streams whose files are older than the journal. */
  #dirty = new Set<StreamId>();

  get(stream: StreamId): StreamDocument {
    const document = this.#documents.get(stream) ?? emptyDocument(stream);
    const filed = this.#filed.get(stream);
    if (filed === undefined) return document;
    const state = JSON.parse(filed.toString("utf8")) as StreamState | null;
    const whole = { ...document, state };
    this.#documents.set(stream, whole);
    this.#filed.delete(stream);
    return whole;
  }

  /** Of the streams that have events. */
  versions(): ReadonlyMap<StreamId, number> {
    const all = [...this.#documents].map(([stream, { version }]) => [stream, version] as const);
    return new Map(all.filter(([, version]) => version > 0));
  }

  /** All documents; their states may not be parsed yet. */
  all(): Iterable<Omit<StreamDocument, "state">> {
    return this.#documents.values();
  }

  dead(): readonly DeadJob[] {
    const all = [...this.#documents.values()].flatMap(({ dead }) => dead);
    return all.sort((a, b) => a.at - b.at);
  }

  /** As its file has it. */
  put({ document, state }: FiledDocument): void {
    this.#documents.set(document.stream, { ...document, state: null });
    this.#filed.set(document.stream, state);
  }

  apply({ stream, patch }: StreamChange): void {
    this.replace(patched(asJson(this.get(stream)), patch) as unknown as StreamDocument);
  }

  replace(document: StreamDocument): void {
    const { stream } = document;
    this.#documents.set(stream, document);
    this.#filed.delete(stream);
    this.#dirty.add(stream);
  }

  /** Whether what the journal made of them are documents. @throws Damaged */
  check(): void {
    for (const stream of this.#dirty) {
      const parsed = streamDocumentSchema.safeParse(this.get(stream));
      if (parsed.success) continue;
      throw new Damaged(
        `the journal's document of ${stream} is damaged: ${z.prettifyError(parsed.error)}. Restore the folder from a backup`,
      );
    }
  }

  /** What has changed since it was taken the last time. */
  takeDirty(): readonly StreamDocument[] {
    const dirty = [...this.#dirty].map((stream) => this.get(stream));
    this.#dirty = new Set();
    return dirty;
  }

  /** Their files could not be written: they are as dirty as before. */
  giveBack(documents: readonly StreamDocument[]): void {
    for (const { stream } of documents) this.#dirty.add(stream);
  }
}
