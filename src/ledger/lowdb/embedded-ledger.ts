import type { Claim, JobBody, JobKind, Settlement } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Release } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import type { Clock } from "../../shared/clock.ts";
import { deepFrozen } from "../freeze.ts";
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
import { soleReplica } from "../sole-replica.ts";
import { WorkListeners } from "../work-listeners.ts";
import type { LedgerImage } from "./image.ts";
import type { JournalStore } from "./journal-store.ts";
import { LedgerWriter } from "./ledger-writer.ts";

/** What keeps the files. */
export interface Disk {
  readonly store: JournalStore;
  health(): Health;
  /** Resolves, to the reason, after a failure that is final. */
  failure(): Promise<string>;
  /** @throws Unavailable when nothing can be written any more */
  checkWritable(): void;
  close(): Promise<void>;
}

/** The ledger in the files of one folder, for one process. What it gives is on the disk. */
export class EmbeddedLedger implements Ledger {
  readonly replicas: Replicas;
  readonly #image: LedgerImage;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #writer: LedgerWriter;
  readonly #listeners = new WorkListeners();
  #closed: Promise<void> | null = null;

  constructor(image: LedgerImage, disk: Disk, clock: Clock, schema: number) {
    this.replicas = soleReplica(clock, schema);
    this.#image = image;
    this.#disk = disk;
    this.#clock = clock;
    this.#writer = new LedgerWriter({
      image,
      store: disk.store,
      clock,
      schema,
      checkWritable: () => this.#checkWritable(),
    });
  }

  /** The journal has refused what is not on the disk. */
  refused(): void {
    this.#writer.refused();
  }

  async load(stream: StreamId): Promise<Loaded> {
    this.#checkOpen();
    const { state, version, head } = this.#disk.store.document(stream);
    return { state: deepFrozen(state), version, head };
  }

  async versions(): Promise<ReadonlyMap<StreamId, number>> {
    this.#checkOpen();
    return this.#image.documents.versions();
  }

  async commit(commit: Commit): Promise<number> {
    this.#checkOpen();
    await this.#writer.write({ ending: null, commit });
    if (commit.jobs.length > 0) this.#listeners.announce();
    return this.#image.position;
  }

  async *read(query: ReadQuery): AsyncGenerator<RecordedEvent> {
    this.#checkOpen();
    yield* this.#image.archive.read(query);
  }

  /** Every event is kept. */
  async anchors(): Promise<readonly Anchor[]> {
    this.#checkOpen();
    return [];
  }

  async archivedRelease(stream: StreamId, release: ReleaseId): Promise<Release | null> {
    this.#checkOpen();
    return this.#image.archive.release(stream, release);
  }

  async archivedReleases(
    stream: StreamId,
    page: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]> {
    this.#checkOpen();
    return this.#image.archive.releases(stream, page);
  }

  async claim(
    kinds: readonly JobKind[],
    max: number,
    lease: Milliseconds,
    now: Instant,
  ): Promise<readonly Claim[]> {
    this.#checkOpen();
    return this.#writer.claim({ kinds, max, lease, now });
  }

  async extend(claim: Claim, lease: Milliseconds): Promise<boolean> {
    this.#checkOpen();
    return this.#image.jobs.extend(claim, this.#clock.monotonic() + lease);
  }

  async settle(claim: Claim, settlement: Settlement, commit: Commit | null): Promise<void> {
    this.#checkOpen();
    await this.#writer.write({ ending: { claim, settlement }, commit });
    this.#listeners.announce();
  }

  onWork(callback: () => void): () => void {
    return this.#listeners.add(callback);
  }

  async jobs(now: Instant): Promise<JobCounts> {
    this.#checkOpen();
    const counts = this.#image.jobs.count({ now, monotonic: this.#clock.monotonic() });
    return { ...counts, dead: this.#image.documents.dead().length };
  }

  async pendingJob(stream: StreamId, key: string): Promise<JobBody | null> {
    this.#checkOpen();
    const { jobs } = this.#disk.store.document(stream);
    return Object.hasOwn(jobs, key) ? deepFrozen(jobs[key]?.job.body ?? null) : null;
  }

  async deadJobs(): Promise<readonly DeadJob[]> {
    this.#checkOpen();
    return this.#image.documents.dead();
  }

  health(): Health {
    return this.#closed === null ? this.#disk.health() : { ok: false, why: CLOSED };
  }

  failure(): Promise<string> {
    return this.#disk.failure();
  }

  close(): Promise<void> {
    this.#closed ??= this.#writer.idle().then(() => this.#disk.close());
    return this.#closed;
  }

  #checkWritable(): void {
    this.#checkOpen();
    this.#disk.checkWritable();
  }

  #checkOpen(): void {
    if (this.#closed !== null) throw new Unavailable(CLOSED);
  }
}

const CLOSED = "the ledger is closed";
