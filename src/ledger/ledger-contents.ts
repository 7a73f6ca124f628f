import type { NewJob } from "../core/job.ts";
import type { Instant } from "../core/json.ts";
import type { Release } from "../core/release.ts";
import type { ChainHead } from "./chain.ts";
import type { DeadJob, RecordedEvent, StreamId, StreamState } from "./ledger.ts";

/** How much of each kind a store holds. */
export interface ContentCounts {
  /** With a state, or events. */
  readonly streams: number;
  readonly events: number;
  readonly archivedReleases: number;
  /** Not ended, those that wait behind one of their key not counted. */
  readonly pendingJobs: number;
  readonly deadJobs: number;
  readonly commandIds: number;
}

/** For people. */
export const COUNT_LABELS: Readonly<Record<keyof ContentCounts, string>> = {
  streams: "streams",
  events: "events",
  archivedReleases: "archived releases",
  pendingJobs: "pending jobs",
  deadJobs: "dead jobs",
  commandIds: "command ids",
};

export interface KeptStream extends ChainHead {
  readonly stream: StreamId;
  readonly state: StreamState;
}

/** A job that has not ended; nobody holds it. */
export interface KeptJob {
  readonly job: NewJob;
  /** Its place among all jobs, which those of one lane are run in. */
  readonly place: number;
  readonly due: Instant;
  readonly attempts: number;
  /** A job of the same key that came while this one was claimed. */
  readonly successor: { readonly job: NewJob; readonly place: number } | null;
}

export interface KeptRelease {
  readonly stream: StreamId;
  readonly release: Release;
}

/**
 * Everything that a store holds, for whoever moves it to another one. Nothing of it changes while it is
 * read, and each sequence is the same every time: who was interrupted skips what he has.
 */
export interface LedgerContents {
  /** Differs where anything differs that is moved; for one kind of store. */
  readonly identity: string;
  readonly counts: ContentCounts;
  /** Of the last event. */
  readonly position: number;
  /** The highest one that a job has, or waits for; 0: there is none. */
  readonly place: number;
  /** In the order of their names. @throws Damaged */
  streams(): AsyncIterable<KeptStream> | Iterable<KeptStream>;
  jobs(): Iterable<KeptJob>;
  /** The oldest first. */
  deadJobs(): readonly DeadJob[];
  /** In the order of their positions, those after this one. @throws Damaged */
  events(after: number): AsyncIterable<RecordedEvent>;
  /** In the order in which they were archived: of one id the last counts. @throws Damaged */
  archivedReleases(skip: number): AsyncIterable<KeptRelease>;
  /** `commandFingerprint`s. @throws Damaged */
  commandFingerprints(skip: number): AsyncIterable<string>;
  /** @throws ConfigError, FolderInUse where somebody else works on the store meanwhile, or wants to */
  checkAlone(): Promise<void>;
}
