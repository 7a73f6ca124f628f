import type { Claim, JobBody, JobKind, Settlement } from "../core/job.ts";
import type { Instant, Milliseconds } from "../core/json.ts";
import type { Release } from "../core/release.ts";
import type { ReleaseId } from "../core/release-id.ts";
import type { Clock } from "../shared/clock.ts";
import { EMPTY_CHAIN, type PrintedEvent, recordEvents } from "./chain.ts";
import { deepFrozen } from "./freeze.ts";
import {
  type Anchor,
  type Commit,
  Conflict,
  type DeadJob,
  Duplicate,
  type Health,
  type JobCounts,
  type Ledger,
  type Loaded,
  type ReadQuery,
  type RecordedEvent,
  type StreamId,
  Unavailable,
} from "./ledger.ts";
import { MemoryJobs } from "./memory-jobs.ts";
import type { Replicas } from "./replicas.ts";
import { SCHEMA } from "./schema.ts";
import { soleReplica } from "./sole-replica.ts";
import { WorkListeners } from "./work-listeners.ts";

const NEVER_WRITTEN: Loaded = { state: null, ...EMPTY_CHAIN };

/** Everything that an in-memory ledger holds; a ledger opened on the same records goes on where it ended. */
export class MemoryRecords {
  readonly events: RecordedEvent[] = [];
  readonly streams = new Map<StreamId, Loaded>();
  readonly archive = new Map<StreamId, Map<ReleaseId, Release>>();
  readonly commandIds = new Set<string>();
  jobs: MemoryJobs | null = null;
}

/** The reference: what every store does, in the simplest way that does it. Nothing survives the process. */
export function openMemoryLedger(options: {
  readonly clock: Clock;
  readonly records?: MemoryRecords;
}): Ledger {
  return new MemoryLedger(options.clock, options.records ?? new MemoryRecords());
}

class MemoryLedger implements Ledger {
  readonly replicas: Replicas;
  readonly #records: MemoryRecords;
  readonly #jobs: MemoryJobs;
  readonly #listeners = new WorkListeners();
  #closed = false;

  constructor(clock: Clock, records: MemoryRecords) {
    records.jobs ??= new MemoryJobs(clock);
    records.jobs.forgetClaims();
    this.#records = records;
    this.replicas = soleReplica(clock, SCHEMA);
    this.#jobs = records.jobs;
  }

  async load(stream: StreamId): Promise<Loaded> {
    this.#checkOpen();
    return this.#at(stream);
  }

  async versions(): Promise<ReadonlyMap<StreamId, number>> {
    this.#checkOpen();
    const all = [...this.#records.streams].map(([id, { version }]) => [id, version] as const);
    return new Map(all.filter(([, version]) => version > 0));
  }

  async commit(commit: Commit): Promise<number> {
    this.#checkOpen();
    this.#check(commit);
    this.#apply(commit);
    this.#listeners.announce();
    return this.#records.events.length;
  }

  async *read({ stream, since }: ReadQuery): AsyncGenerator<RecordedEvent> {
    this.#checkOpen();
    yield* this.#records.events.filter(
      (event) =>
        (stream === null || event.stream === stream) && (since === null || event.at >= since),
    );
  }

  /** Every event is kept. */
  async anchors(): Promise<readonly Anchor[]> {
    this.#checkOpen();
    return [];
  }

  async archivedRelease(stream: StreamId, release: ReleaseId): Promise<Release | null> {
    this.#checkOpen();
    return this.#records.archive.get(stream)?.get(release) ?? null;
  }

  async archivedReleases(
    stream: StreamId,
    page: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]> {
    this.#checkOpen();
    const all = [...(this.#records.archive.get(stream)?.values() ?? [])];
    const newestFirst = all.sort((a, b) => b.sequence - a.sequence);
    if (page.before === null) return newestFirst.slice(0, page.limit);
    const last = newestFirst.findIndex(({ id }) => id === page.before);
    return last === -1 ? [] : newestFirst.slice(last + 1, last + 1 + page.limit);
  }

  async claim(
    kinds: readonly JobKind[],
    max: number,
    lease: Milliseconds,
    now: Instant,
  ): Promise<readonly Claim[]> {
    this.#checkOpen();
    return this.#jobs.claim(kinds, max, lease, now);
  }

  async extend(claim: Claim, lease: Milliseconds): Promise<boolean> {
    this.#checkOpen();
    return this.#jobs.extend(claim, lease);
  }

  async settle(claim: Claim, settlement: Settlement, commit: Commit | null): Promise<void> {
    this.#checkOpen();
    this.#jobs.checkHeld(claim);
    if (commit !== null) this.#check(commit);
    this.#jobs.settle(claim, settlement);
    if (commit !== null) this.#apply(commit);
    this.#listeners.announce();
  }

  onWork(callback: () => void): () => void {
    return this.#listeners.add(callback);
  }

  async jobs(now: Instant): Promise<JobCounts> {
    this.#checkOpen();
    return this.#jobs.counts(now);
  }

  async pendingJob(stream: StreamId, key: string): Promise<JobBody | null> {
    this.#checkOpen();
    return this.#jobs.pending(stream, key);
  }

  async deadJobs(): Promise<readonly DeadJob[]> {
    this.#checkOpen();
    return this.#jobs.dead();
  }

  health(): Health {
    return this.#closed ? { ok: false, why: "the ledger is closed" } : { ok: true };
  }

  /** There is nothing to fail. */
  failure(): Promise<string> {
    return new Promise(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #at(stream: StreamId): Loaded {
    return this.#records.streams.get(stream) ?? NEVER_WRITTEN;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Unavailable("the ledger is closed");
  }

  #check({ commandIds, expect }: Commit): void {
    const known = commandIds.find((id) => this.#records.commandIds.has(id));
    if (known !== undefined) throw new Duplicate(known);
    for (const { stream, version } of expect) {
      const found = this.#at(stream).version;
      if (found !== version) {
        throw new Conflict(`${stream} has moved from version ${version} to ${found}`);
      }
    }
  }

  #apply(commit: Commit): void {
    const { events, streams, commandIds } = this.#records;
    for (const write of commit.writes) {
      const recorded = recordEvents(commit, write, this.#head(write.stream), events.length + 1);
      events.push(...recorded.map(({ event }) => throughJson(event)));
      const { version, head } = this.#headAfter(write.stream, recorded);
      streams.set(write.stream, { state: throughJson(write.state), version, head });
      for (const release of write.archived) this.#archive(write.stream, release);
    }
    for (const job of commit.jobs) this.#jobs.add(throughJson(job));
    for (const id of commit.commandIds) commandIds.add(id);
  }

  #head(stream: StreamId): { readonly version: number; readonly head: string } {
    return this.#at(stream);
  }

  #headAfter(stream: StreamId, recorded: readonly PrintedEvent[]) {
    const last = recorded.at(-1)?.event;
    return last === undefined ? this.#head(stream) : { version: last.version, head: last.hash };
  }

  #archive(stream: StreamId, release: Release): void {
    const archive = this.#records.archive.get(stream) ?? new Map<ReleaseId, Release>();
    archive.set(release.id, throughJson(release));
    this.#records.archive.set(stream, archive);
  }
}

/** What a store gives back: the value after a way through JSON, and never the object that was handed in. */
function throughJson<T>(value: T): T {
  return deepFrozen(JSON.parse(JSON.stringify(value)) as T);
}
