import type { Claim, NewJob, Settlement } from "../../core/job.ts";
import type { Instant } from "../../core/json.ts";
import { asStored } from "../as-stored.ts";
import { recordEvents } from "../chain.ts";
import { streamOfJob } from "../job-stream.ts";
import { type Commit, KEPT_DEAD, type StreamId } from "../ledger.ts";
import { type EventLine, eventLine, type ReleaseLine, releaseLine } from "./history-line.ts";
import { freshJob, joined, settled, tried } from "./job-changes.ts";
import type { JobIndex } from "./job-index.ts";
import type { PendingJob, StreamDocument } from "./stream-document.ts";

/** What a draft is made on. */
export interface DraftBase {
  document(stream: StreamId): StreamDocument;
  readonly jobs: JobIndex;
  /** What all that changes is written as. */
  readonly schema: number;
  /** Of the last event there is. */
  readonly position: number;
}

/** The documents and events after one atomic change, before it is written. */
export class WriteDraft {
  readonly events: EventLine[] = [];
  readonly archived: ReleaseLine[] = [];
  readonly #base: DraftBase;
  /** Documents that it changes, but for their jobs. */
  readonly #documents = new Map<StreamId, StreamDocument>();
  /** How the jobs of these documents change; null: one is gone. */
  readonly #jobs = new Map<StreamId, Map<string, PendingJob | null>>();
  /** Jobs that stand elsewhere, or not, after what the draft did so far; by key. */
  readonly #moved = new Map<string, StreamId | null>();
  /** Keys of claims that the draft ends. */
  readonly #ended = new Set<string>();

  constructor(base: DraftBase) {
    this.#base = base;
  }

  get documents(): readonly StreamDocument[] {
    const { schema } = this.#base;
    return [...this.#documents.values()].map((document) => {
      const changes = this.#jobs.get(document.stream);
      return changes === undefined
        ? { ...document, schema }
        : { ...document, schema, jobs: after(document.jobs, changes) };
    });
  }

  /** Everything in the commit is frozen from now on: it is what the ledger keeps. */
  commit(asHandedIn: Commit): void {
    const commit = asStored(asHandedIn);
    for (const { stream, events, state, archived } of commit.writes) {
      const document = this.#document(stream);
      const position = this.#base.position + this.events.length + 1;
      const write = { stream, events };
      const recorded = recordEvents(commit, write, document, position, this.#base.schema);
      const last = recorded.at(-1)?.event;
      const { version, hash: head } = last ?? { ...document, hash: document.head };
      this.#put({ ...document, version, head, state });
      this.events.push(...recorded.map(eventLine));
      this.archived.push(...archived.map((release) => releaseLine({ stream, release })));
    }
    for (const job of commit.jobs) this.#add(job);
  }

  /** The claim counts as a try from now on, whatever becomes of it. */
  claimed(key: string): void {
    const found = this.#find(key);
    if (found !== null) this.#putJob(key, found.stream, tried(found.pending));
  }

  settle(claim: Claim, asHandedIn: Settlement, now: Instant): void {
    const settlement = asStored(asHandedIn);
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
    const changed = this.#jobs.get(stream)?.get(key);
    const pending = changed === undefined ? this.#document(stream).jobs[key] : changed;
    if (pending === undefined || pending === null) return null;
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
    this.#changeJob(key, stream, pending);
    this.#moved.set(key, stream);
  }

  #removeJob(key: string, stream: StreamId): void {
    this.#changeJob(key, stream, null);
    this.#moved.set(key, null);
  }

  #changeJob(key: string, stream: StreamId, pending: PendingJob | null): void {
    this.#put(this.#document(stream));
    const changes = this.#jobs.get(stream) ?? new Map<string, PendingJob | null>();
    this.#jobs.set(stream, changes.set(key, pending));
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

/** A stream may have many jobs: they are copied once, however many of them change. */
function after(
  jobs: StreamDocument["jobs"],
  changes: ReadonlyMap<string, PendingJob | null>,
): StreamDocument["jobs"] {
  const removes = [...changes.values()].includes(null);
  const kept = removes ? Object.entries(jobs).filter(([key]) => !changes.has(key)) : [];
  const put = [...changes].filter((change): change is [string, PendingJob] => change[1] !== null);
  return { ...(removes ? Object.fromEntries(kept) : jobs), ...Object.fromEntries(put) };
}
