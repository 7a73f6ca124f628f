import type { Claim, NewJob, Settlement } from "../../core/job.ts";
import type { Instant } from "../../core/json.ts";
import { recordEvents } from "../chain.ts";
import { streamOfJob } from "../job-stream.ts";
import { type Commit, KEPT_DEAD, type RecordedEvent, type StreamId } from "../ledger.ts";
import { freshJob, joined, settled, tried } from "./job-changes.ts";
import type { JobIndex } from "./job-index.ts";
import type { ArchivedRelease } from "./journal-record.ts";
import type { PendingJob, StreamDocument } from "./stream-document.ts";

/** What a draft is made on. */
export interface DraftBase {
  document(stream: StreamId): StreamDocument;
  readonly jobs: JobIndex;
  /** Of the last event there is. */
  readonly position: number;
}

/** The documents and events after one atomic change, before it is written. */
export class WriteDraft {
  readonly events: RecordedEvent[] = [];
  readonly archived: ArchivedRelease[] = [];
  readonly #base: DraftBase;
  readonly #documents = new Map<StreamId, StreamDocument>();
  /** Jobs that stand elsewhere, or not, after what the draft did so far; by key. */
  readonly #moved = new Map<string, StreamId | null>();
  /** Keys of claims that the draft ends. */
  readonly #ended = new Set<string>();

  constructor(base: DraftBase) {
    this.#base = base;
  }

  get documents(): readonly StreamDocument[] {
    return [...this.#documents.values()];
  }

  commit(commit: Commit): void {
    for (const { stream, events, state, archived } of commit.writes) {
      const document = this.#document(stream);
      const position = this.#base.position + this.events.length + 1;
      const recorded = recordEvents(commit, { stream, events }, document, position);
      const { version, hash: head } = recorded.at(-1) ?? { ...document, hash: document.head };
      this.#put({ ...document, version, head, state });
      this.events.push(...recorded);
      this.archived.push(...archived.map((release) => ({ stream, release })));
    }
    for (const job of commit.jobs) this.#add(job);
  }

  /** The claim counts as a try from now on, whatever becomes of it. */
  claimed(key: string): void {
    const found = this.#find(key);
    if (found !== null) this.#putJob(key, found.stream, tried(found.pending));
  }

  settle(claim: Claim, settlement: Settlement, now: Instant): void {
    const found = this.#find(claim.key);
    if (found === null) return;
    const { stream, pending } = found;
    if (settlement.kind === "dead") this.#bury(stream, pending, settlement.error, now);
    this.#ended.add(claim.key);
    const left = settled(pending, settlement, this.#base.jobs.nextOrder());
    if (left === null) this.#removeJob(claim.key, stream);
    else this.#moveJob(claim.key, stream, left);
  }

  #add(job: NewJob): void {
    const order = this.#base.jobs.nextOrder();
    const found = this.#find(job.key);
    if (found === null) {
      this.#putJob(job.key, streamOfJob(job.body), freshJob(job, order));
      return;
    }
    const { stream, pending, isClaimed } = found;
    this.#moveJob(job.key, stream, joined(pending, isClaimed, job, order));
  }

  #find(key: string): {
    readonly stream: StreamId;
    readonly pending: PendingJob;
    readonly isClaimed: boolean;
  } | null {
    const indexed = this.#base.jobs.find(key);
    const moved = this.#moved.get(key);
    const stream = moved === undefined ? (indexed?.stream ?? null) : moved;
    if (stream === null) return null;
    const pending = this.#document(stream).jobs[key];
    if (pending === undefined) return null;
    const isClaimed = (indexed?.token ?? null) !== null && !this.#ended.has(key);
    return { stream, pending, isClaimed };
  }

  /** A job stands in the document of its component's stream, which another body may change. */
  #moveJob(key: string, from: StreamId, pending: PendingJob): void {
    const to = streamOfJob(pending.job.body);
    if (to !== from) this.#removeJob(key, from);
    this.#putJob(key, to, pending);
  }

  #putJob(key: string, stream: StreamId, pending: PendingJob): void {
    const document = this.#document(stream);
    this.#put({ ...document, jobs: { ...document.jobs, [key]: pending } });
    this.#moved.set(key, stream);
  }

  #removeJob(key: string, stream: StreamId): void {
    const document = this.#document(stream);
    const { [key]: _, ...jobs } = document.jobs;
    this.#put({ ...document, jobs });
    this.#moved.set(key, null);
  }

  #bury(stream: StreamId, { job, attempts }: PendingJob, error: string, at: Instant): void {
    const document = this.#document(stream);
    const { key, body } = job;
    const others = document.dead.filter((dead) => dead.key !== key);
    const dead = [...others, { key, kind: body.kind, stream, attempts, error, at }];
    this.#put({ ...document, dead: dead.slice(-KEPT_DEAD) });
  }

  #document(stream: StreamId): StreamDocument {
    return this.#documents.get(stream) ?? this.#base.document(stream);
  }

  #put(document: StreamDocument): void {
    this.#documents.set(document.stream, document);
  }
}
