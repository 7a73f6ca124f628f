import type { Actor } from "../core/actor.ts";
import type { ComponentState, GlobalState } from "../core/component.ts";
import type { DomainEvent } from "../core/event.ts";
import type { Claim, JobBody, JobKind, NewJob, Settlement } from "../core/job.ts";
import type { Instant, Milliseconds } from "../core/json.ts";
import type { Release } from "../core/release.ts";
import type { ReleaseId } from "../core/release-id.ts";
import type { Replicas } from "./replicas.ts";

/** `component/<name>`, or `global`. */
export type StreamId = string;

export const GLOBAL_STREAM: StreamId = "global";

export function componentStream(component: string): StreamId {
  return `component/${component}`;
}

export type StreamState = ComponentState | GlobalState;

/** The hash before the first event of a stream. */
export const GENESIS = "0".repeat(64);

export interface Loaded {
  /** null: nothing has ever been committed to this stream. */
  readonly state: StreamState | null;
  /** Number of events in the stream; 0 before the first. */
  readonly version: number;
  /** `hash` of the stream's last event, kept apart from it: what the end of its chain is held against. */
  readonly head: string;
}

/** One atomic change. */
export interface Commit {
  /** Every stream the decision read, with the version it read; the commit fails if one has moved. */
  readonly expect: readonly { readonly stream: StreamId; readonly version: number }[];
  readonly at: Instant;
  readonly by: Actor;
  /** The streams it writes: their new events, in order, and the state after them. */
  readonly writes: readonly StreamWrite[];
  readonly jobs: readonly NewJob[];
  /** What makes a repetition of this command recognisable; remembered for ever. May be empty. */
  readonly commandIds: readonly string[];
}

export interface StreamWrite {
  readonly stream: StreamId;
  readonly events: readonly DomainEvent[];
  readonly state: StreamState;
  /** Releases that left the state with this write: they go to the archive. */
  readonly archived: readonly Release[];
}

/** An event as it stands in the ledger. Hash chains run per stream. */
export interface RecordedEvent {
  /** Position in the ledger as a whole, from 1, rising; the order of commits. */
  readonly position: number;
  readonly stream: StreamId;
  /** Position in its stream, from 1, without gaps. */
  readonly version: number;
  readonly at: Instant;
  readonly by: Actor;
  readonly event: DomainEvent;
  /** `hash` of the stream's previous event; 64 zeros (`GENESIS`) for its first. */
  readonly previous: string;
  /** `SCHEMA` of who wrote it; absent: 1, as in all that was written before there was another. */
  readonly schema?: number | undefined;
  /** SHA-256 over the canonical JSON of all members but this one; see `chain.ts`. */
  readonly hash: string;
}

/** Where the chain of a stream goes on whose first events are not kept here any more. */
export interface Anchor {
  readonly stream: StreamId;
  /** Of its last event that is not kept. */
  readonly version: number;
  /** `hash` of that event. */
  readonly head: string;
  readonly position: number;
}

export interface ReadQuery {
  /** null: every stream. */
  readonly stream: StreamId | null;
  /** Only events at or after this instant; null: from the beginning. */
  readonly since: Instant | null;
}

export interface JobCounts {
  /** Due now, and not claimed. */
  readonly ready: number;
  /** Due later. */
  readonly waiting: number;
  readonly claimed: number;
  readonly dead: number;
  /** When the oldest ready job was due; null when there is none. */
  readonly oldestReady: Instant | null;
}

export interface DeadJob {
  readonly key: string;
  readonly kind: JobKind;
  readonly stream: StreamId;
  readonly attempts: number;
  readonly error: string;
  readonly at: Instant;
}

/** How many dead jobs of one stream are kept to be looked at. */
export const KEPT_DEAD = 100;

export type Health = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** A stream that the commit read, or writes, has moved: load and decide again. Nothing was written. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

/** This command was committed before. Nothing was written. */
export class Duplicate extends Error {
  override readonly name = "Duplicate";
  readonly commandId: string;
  constructor(commandId: string) {
    super(`already recorded: ${commandId}`);
    this.commandId = commandId;
  }
}

/** Somebody else holds this job now: drop the result. Nothing was written. */
export class Fenced extends Error {
  override readonly name = "Fenced";
}

/** The store cannot take anything now. Nothing was written, or it is not known to be. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** What is stored is not what was written. Nothing repairs it by itself: restore a backup, or ask. */
export class Damaged extends Error {
  override readonly name = "Damaged";
}

/**
 * The append-only record of every event, the state folded from it, and the jobs it caused.
 * Nothing outside this folder knows which store is behind it.
 */
export interface Ledger {
  /** The processes that have this ledger open. */
  readonly replicas: Replicas;

  /** What is loaded belongs to the ledger: it may be frozen, and to change it changes nothing. */
  load(stream: StreamId): Promise<Loaded>;

  /** The version of each stream that has events, in no order: who has seen a stream at its version has seen all of it. */
  versions(): Promise<ReadonlyMap<StreamId, number>>;

  /**
   * Durable when it resolves (on disk after fdatasync, or committed by PostgreSQL), and all or nothing.
   * Resolves to the position of the last event written (or the last one there is, if it wrote none).
   * What is committed belongs to the ledger from then on: it may be frozen.
   * @throws Conflict, Duplicate, Unavailable
   */
  commit(commit: Commit): Promise<number>;

  /**
   * Recorded events in the order of their positions: those there are when reading begins.
   * @throws Damaged where a stored entry cannot be read
   */
  read(query: ReadQuery): AsyncIterable<RecordedEvent>;

  /** Where chains begin that do not begin with their first event; empty where every event is kept. */
  anchors(): Promise<readonly Anchor[]>;

  /** An archived release, as it was when it was archived last; null if there is none of that id. */
  archivedRelease(stream: StreamId, release: ReleaseId): Promise<Release | null>;

  /** Archived releases, the highest `sequence` first. `before` is the id of the last one of the previous page, or null. */
  archivedReleases(
    stream: StreamId,
    page: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]>;

  /**
   * At most `max` jobs that are due at `now`, of these kinds, each under a lease of `lease` milliseconds.
   * A job whose lease has ended is claimable again, with a new token. Never two jobs of one lane at once.
   */
  claim(
    kinds: readonly JobKind[],
    max: number,
    lease: Milliseconds,
    now: Instant,
  ): Promise<readonly Claim[]>;

  /** Renews the lease from now on; false when somebody else has the job. */
  extend(claim: Claim, lease: Milliseconds): Promise<boolean>;

  /**
   * Ends a claim, together with the commit that its result caused (null: none): both or neither.
   * @throws Fenced, Conflict, Duplicate, Unavailable
   */
  settle(claim: Claim, settlement: Settlement, commit: Commit | null): Promise<void>;

  /** Calls back when there may be work. A hint only: polling stays the floor. Returns how to stop it. */
  onWork(callback: () => void): () => void;

  jobs(now: Instant): Promise<JobCounts>;

  /** What a job of a stream that has not ended is about, whoever holds it; null: there is none of that key. */
  pendingJob(stream: StreamId, key: string): Promise<JobBody | null>;

  /** The jobs buried last: at most `KEPT_DEAD` of each stream, the oldest first. */
  deadJobs(): Promise<readonly DeadJob[]>;

  health(): Health;

  /**
   * Resolves, to the reason, when the store has failed for good: it takes nothing any more, and only a
   * restart finds out what is on the disk. End the process then, so that its supervisor starts it again.
   */
  failure(): Promise<string>;

  /** Waits for what is under way, then closes. Later calls throw Unavailable. */
  close(): Promise<void>;
}
