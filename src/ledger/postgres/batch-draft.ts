import type { Claim, Settlement } from "../../core/job.ts";
import type { Instant } from "../../core/json.ts";
import type { Release } from "../../core/release.ts";
import { type ChainHead, EMPTY_CHAIN, recordEvents } from "../chain.ts";
import {
  type Commit,
  Conflict,
  Duplicate,
  type RecordedEvent,
  type StreamId,
  type StreamState,
} from "../ledger.ts";
import { FIRST_SCHEMA } from "../schema.ts";
import { JobDraft } from "./job-draft.ts";
import type { Partitioning } from "./partitions.ts";
import type { SchemaGuard } from "./schema-guard.ts";
import type { StoredJob } from "./stored-job.ts";

/** What one caller wants written: the end of a claim, a commit, or both together. */
export interface Write {
  readonly ending: { readonly claim: Claim; readonly settlement: Settlement } | null;
  readonly commit: Commit | null;
}

export interface StoredHead extends ChainHead {
  /** Of who wrote it last. */
  readonly schema: number;
}

/** What the database has of everything that the writes of a batch touch. */
export interface Found {
  readonly position: number;
  readonly place: number;
  readonly partitioning: Partitioning;
  readonly streams: ReadonlyMap<StreamId, StoredHead>;
  /** The command ids among those of the batch that are recorded. */
  readonly commandIds: ReadonlySet<string>;
  readonly jobs: readonly StoredJob[];
}

export interface StreamChange extends ChainHead {
  readonly state: StreamState;
}

/**
 * The writes of one transaction, one after the other as if each were alone: what is refused changes
 * nothing, and the next one sees what the ones before it did.
 */
export class BatchDraft {
  readonly jobs: JobDraft;
  readonly events: RecordedEvent[] = [];
  readonly streams = new Map<StreamId, StreamChange>();
  readonly commandIds = new Set<string>();
  readonly archived = new Map<StreamId, Map<string, Release>>();
  readonly #found: Found;
  readonly #now: Instant;
  readonly #guard: SchemaGuard;
  #position: number;

  constructor(found: Found, now: Instant, guard: SchemaGuard) {
    this.#found = found;
    this.#now = now;
    this.#guard = guard;
    this.#position = found.position;
    this.jobs = new JobDraft(found.jobs, found.place, guard);
  }

  /** What everything in the draft is written as. */
  get schema(): number {
    return this.#guard.known;
  }

  /** The position of the last event. */
  get position(): number {
    return this.#position;
  }

  /** How far the partitions of the events reach. */
  get partitioning(): Partitioning {
    return this.#found.partitioning;
  }

  /** Resolves as `Ledger.commit` does. @throws Fenced, Duplicate, Conflict, Unavailable */
  apply({ ending, commit }: Write): number {
    if (ending !== null) this.jobs.checkHeld(ending.claim);
    if (commit !== null) this.#check(commit);
    if (ending !== null) this.jobs.settle(ending.claim, ending.settlement, this.#now);
    if (commit !== null) this.#record(commit);
    return this.#position;
  }

  #check({ commandIds, expect, writes, jobs }: Commit): void {
    for (const { stream } of [...expect, ...writes]) {
      this.#guard.check(this.#found.streams.get(stream)?.schema ?? FIRST_SCHEMA, stream);
    }
    for (const { key } of jobs) this.jobs.checkKnown(key);
    const known = commandIds.find(
      (id) => this.#found.commandIds.has(id) || this.commandIds.has(id),
    );
    if (known !== undefined) throw new Duplicate(known);
    for (const { stream, version } of expect) {
      const found = this.#headOf(stream).version;
      if (found !== version) {
        throw new Conflict(`${stream} has moved from version ${version} to ${found}`);
      }
    }
  }

  #record(commit: Commit): void {
    for (const write of commit.writes) {
      const { stream, state, archived } = write;
      const before = this.#headOf(stream);
      const recorded = recordEvents(commit, write, before, this.#position + 1, this.schema);
      const events = recorded.map(({ event }) => event);
      this.events.push(...events);
      this.#position += events.length;
      const last = events.at(-1);
      const version = last?.version ?? before.version;
      this.streams.set(stream, { state, version, head: last?.hash ?? before.head });
      for (const release of archived) this.#archive(stream, release);
    }
    for (const job of commit.jobs) this.jobs.add(job);
    for (const id of commit.commandIds) this.commandIds.add(id);
  }

  #headOf(stream: StreamId): ChainHead {
    return this.streams.get(stream) ?? this.#found.streams.get(stream) ?? EMPTY_CHAIN;
  }

  #archive(stream: StreamId, release: Release): void {
    const ofStream = this.archived.get(stream) ?? new Map<string, Release>();
    ofStream.set(release.id, release);
    this.archived.set(stream, ofStream);
  }
}
