import type { Claim, JobBody, JobKind, Settlement } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Release } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import {
  type Anchor,
  type Commit,
  type DeadJob,
  type Health,
  type JobCounts,
  type Ledger,
  type Loaded,
  type ReadQuery,
  type RecordedEvent,
  type StreamId,
  Unavailable,
} from "../ledger.ts";
import type { Replicas } from "../replicas.ts";
import type { WorkListeners } from "../work-listeners.ts";
import type { Claims } from "./claims.ts";
import type { Database } from "./database.ts";
import type { History } from "./history.ts";
import type { PartitionKeeper } from "./partition-keeper.ts";
import type { PostgresReplicas } from "./postgres-replicas.ts";
import type { SchemaGuard } from "./schema-guard.ts";
import type { WorkHints } from "./work-hints.ts";
import type { WriteQueue } from "./write-queue.ts";

/** What a ledger in PostgreSQL is made of. */
export interface Parts {
  readonly database: Database;
  readonly writes: WriteQueue;
  readonly claims: Claims;
  readonly history: History;
  readonly partitions: PartitionKeeper;
  readonly hints: WorkHints;
  readonly listeners: WorkListeners;
  readonly guard: SchemaGuard;
  readonly replicas: PostgresReplicas;
}

const CLOSED = "the ledger is closed";

/** The ledger in one PostgreSQL database, for any number of processes. What it gives is committed. */
export class PostgresLedger implements Ledger {
  readonly #parts: Parts;
  #closed: Promise<void> | null = null;

  get replicas(): Replicas {
    return this.#parts.replicas;
  }

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async load(stream: StreamId): Promise<Loaded> {
    this.#checkOpen();
    return this.#parts.history.load(stream);
  }

  async versions(): Promise<ReadonlyMap<StreamId, number>> {
    this.#checkOpen();
    return this.#parts.history.versions();
  }

  async commit(commit: Commit): Promise<number> {
    this.#checkOpen();
    const position = await this.#parts.writes.submit({ ending: null, commit });
    if (commit.jobs.length > 0) {
      this.#parts.listeners.announce();
      this.#parts.hints.tell();
    }
    return position;
  }

  async *read(query: ReadQuery): AsyncGenerator<RecordedEvent> {
    this.#checkOpen();
    yield* this.#parts.history.read(query);
  }

  async anchors(): Promise<readonly Anchor[]> {
    this.#checkOpen();
    return this.#parts.history.anchors();
  }

  async archivedRelease(stream: StreamId, release: ReleaseId): Promise<Release | null> {
    this.#checkOpen();
    return this.#parts.history.archivedRelease(stream, release);
  }

  async archivedReleases(
    stream: StreamId,
    page: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]> {
    this.#checkOpen();
    return this.#parts.history.archivedReleases(stream, page);
  }

  async claim(
    kinds: readonly JobKind[],
    max: number,
    lease: Milliseconds,
    now: Instant,
  ): Promise<readonly Claim[]> {
    this.#checkOpen();
    return this.#parts.claims.claim(kinds, max, lease, now);
  }

  async extend(claim: Claim, lease: Milliseconds): Promise<boolean> {
    this.#checkOpen();
    return this.#parts.claims.extend(claim, lease);
  }

  async settle(claim: Claim, settlement: Settlement, commit: Commit | null): Promise<void> {
    this.#checkOpen();
    await this.#parts.writes.submit({ ending: { claim, settlement }, commit });
    // Whoever settles looks for work again by itself.
    this.#parts.hints.tell();
  }

  onWork(callback: () => void): () => void {
    return this.#parts.listeners.add(callback);
  }

  async jobs(now: Instant): Promise<JobCounts> {
    this.#checkOpen();
    return this.#parts.claims.counts(now);
  }

  async pendingJob(stream: StreamId, key: string): Promise<JobBody | null> {
    this.#checkOpen();
    return this.#parts.claims.pending(stream, key);
  }

  async deadJobs(): Promise<readonly DeadJob[]> {
    this.#checkOpen();
    return this.#parts.claims.dead();
  }

  health(): Health {
    if (this.#closed !== null) return { ok: false, why: CLOSED };
    const { database, guard } = this.#parts;
    const reached = database.health();
    return reached.ok ? guard.health() : reached;
  }

  /** Never: a database that is gone may come back, and then everything goes on. */
  failure(): Promise<string> {
    return new Promise(() => {});
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { writes, partitions, claims, hints, replicas, database } = this.#parts;
    await writes.idle();
    await partitions.idle();
    await hints.stop();
    // Where the database cannot be reached, the leases end by themselves.
    await claims.giveBack().catch(() => {});
    await replicas.leave().catch(() => {});
    await database.close();
  }

  #checkOpen(): void {
    if (this.#closed !== null) throw new Unavailable(CLOSED);
  }
}
