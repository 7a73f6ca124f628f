import { type DeadJob, GENESIS, type StreamId, type StreamState } from "../ledger.ts";
import type { StreamChange } from "./journal-record.ts";
import { emptyDocument, type StreamDocument } from "./stream-document.ts";

/** A stream's document as it is on the disk, be it in the journal or in its file. */
export interface Standing {
  readonly document: StreamDocument;
  /** The state as it stands in the journal; null where it is that of the document's file. */
  readonly stateText: string | null;
}

/** The documents of all streams as they are on the disk: what is under way is not in them. */
export class Documents {
  readonly #standings = new Map<StreamId, Standing>();
  /** Streams whose files are older than the journal. */
  #dirty = new Set<StreamId>();

  get(stream: StreamId): StreamDocument | null {
    return this.#standings.get(stream)?.document ?? null;
  }

  /** Streams that have events. */
  streams(): readonly StreamId[] {
    const all = [...this.#standings].filter(([, { document }]) => document.version > 0);
    return all.map(([stream]) => stream);
  }

  dead(): readonly DeadJob[] {
    const all = [...this.#standings.values()].flatMap(({ document }) => document.dead);
    return all.sort((a, b) => a.at - b.at);
  }

  *all(): Generator<StreamDocument> {
    for (const { document } of this.#standings.values()) yield document;
  }

  /** The document as its file has it. */
  put(document: StreamDocument): void {
    this.#standings.set(document.stream, { document, stateText: null });
  }

  apply(change: StreamChange): void {
    const before = this.#standings.get(change.stream);
    const document = before?.document ?? emptyDocument(change.stream);
    this.#standings.set(change.stream, {
      document: changed(document, change),
      stateText: change.state === null ? (before?.stateText ?? null) : change.state.text,
    });
    this.#dirty.add(change.stream);
  }

  /** Parses the states that came from the journal as text only: the last of each stream, and once. */
  parseStates(): void {
    for (const [stream, { document, stateText }] of this.#standings) {
      if (stateText === null || document.state !== null) continue;
      const state = JSON.parse(stateText) as StreamState | null;
      this.#standings.set(stream, { document: { ...document, state }, stateText });
    }
  }

  /** What has changed since it was asked for the last time. */
  takeDirty(): readonly Standing[] {
    const dirty = [...this.#dirty].flatMap((stream) => this.#standings.get(stream) ?? []);
    this.#dirty = new Set();
    return dirty;
  }

  /** Their files could not be written: they are as dirty as before. */
  giveBack(standings: readonly Standing[]): void {
    for (const { document } of standings) this.#dirty.add(document.stream);
  }

  /** Their files have been written: the text of a state that has not changed since is not needed. */
  forgetTexts(standings: readonly Standing[]): void {
    for (const { document, stateText } of standings) {
      const now = this.#standings.get(document.stream);
      if (now?.stateText !== stateText) continue;
      this.#standings.set(document.stream, { document: now.document, stateText: null });
    }
  }
}

function changed(document: StreamDocument, change: StreamChange): StreamDocument {
  const { version, head, state, jobs, dead } = change;
  return {
    ...document,
    version,
    head,
    state: state === null ? document.state : state.value,
    jobs: changedJobs(document.jobs, jobs),
    dead: dead ?? document.dead,
  };
}

function changedJobs(before: StreamDocument["jobs"], changes: StreamChange["jobs"]) {
  const entries = Object.entries(changes);
  if (entries.length === 0) return before;
  const after = { ...before };
  for (const [key, pending] of entries) {
    if (pending === null) delete after[key];
    else after[key] = pending;
  }
  return after;
}

/** What must be written so that `before` becomes `after`; values that are the same object have not changed. */
export function differenceOf(before: StreamDocument | null, after: StreamDocument): StreamChange {
  const { stream, version, head, state, jobs, dead } = after;
  const old = before ?? { jobs: {}, dead: [], state: null, version: 0, head: GENESIS };
  return {
    stream,
    version,
    head,
    state: state === old.state ? null : { text: JSON.stringify(state), value: state },
    jobs: jobDifference(old.jobs, jobs),
    dead: dead === old.dead || (dead.length === 0 && old.dead.length === 0) ? null : dead,
  };
}

function jobDifference(
  before: StreamDocument["jobs"],
  after: StreamDocument["jobs"],
): StreamChange["jobs"] {
  if (before === after) return {};
  const difference: Record<string, StreamChange["jobs"][string]> = {};
  for (const key in after) {
    const pending = after[key];
    if (pending !== undefined && pending !== before[key]) difference[key] = pending;
  }
  for (const key in before) {
    if (after[key] === undefined) difference[key] = null;
  }
  return difference;
}
