import { randomUUID } from "node:crypto";
import type { Claim, JobKind } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { StreamId } from "../ledger.ts";
import { JobLanes } from "./job-lanes.ts";
import { PriorityQueue } from "./priority-queue.ts";
import type { PendingJob } from "./stream-document.ts";

/** A job that has not ended, as the queue sees it. */
export interface IndexedJob {
  readonly key: string;
  readonly stream: StreamId;
  readonly pending: PendingJob;
  /** Changes with every claim; null: nobody has claimed it. */
  readonly token: string | null;
}

interface Entry {
  readonly key: string;
  stream: StreamId;
  pending: PendingJob;
  lane: string | null;
  order: number;
  token: string | null;
  /** Monotonic; when the claim's lease ends. */
  leasedUntil: Milliseconds;
}

/**
 * All jobs that have not ended, by key, by when they are due, and by lane, beside the documents that hold
 * them. Who holds a claim is known here and nowhere else.
 */
export class JobIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new JobLanes<Entry>();
  /** What may be claimed when it is due: not leased, and the first of its lane. */
  readonly #offered = new Map<JobKind, PriorityQueue<Entry>>();
  readonly #leased = new PriorityQueue<Entry>((a, b) => a.leasedUntil < b.leasedUntil);
  /** Tokens of different runs of the program differ too. */
  readonly #run = randomUUID();
  #claims = 0;
  #highestOrder = 0;

  find(key: string): IndexedJob | undefined {
    return this.#entries.get(key);
  }

  /** Higher than that of every job so far. */
  nextOrder(): number {
    this.#highestOrder += 1;
    return this.#highestOrder;
  }

  /** The job stands in this stream's document like this now; null: no more. */
  apply(stream: StreamId, key: string, pending: PendingJob | null): void {
    const entry = this.#entries.get(key);
    if (pending === null) {
      // It may have gone to another stream's document meanwhile.
      if (entry?.stream === stream) this.#remove(entry);
      return;
    }
    const { order, successor } = pending;
    this.#highestOrder = Math.max(this.#highestOrder, order, successor?.order ?? 0);
    if (entry === undefined) this.#insert(stream, key, pending);
    else this.#change(entry, stream, pending);
  }

  /** Claims jobs that are due, those due longest first, each under a new token. */
  claim(
    kinds: readonly JobKind[],
    max: number,
    until: Milliseconds,
    at: { readonly now: Instant; readonly monotonic: Milliseconds },
  ): readonly IndexedJob[] {
    this.#offerExpired(at.monotonic);
    const claimed: Entry[] = [];
    while (claimed.length < max) {
      const entry = this.#firstDue(kinds, at.now);
      if (entry === undefined) break;
      this.#withdraw(entry);
      this.#claims += 1;
      entry.token = `${this.#run}:${this.#claims}`;
      entry.leasedUntil = until;
      this.#leased.add(entry);
      claimed.push(entry);
    }
    return claimed.map((entry) => ({ ...entry }));
  }

  isHeld({ key, token }: Pick<Claim, "key" | "token">): boolean {
    return this.#entries.get(key)?.token === token;
  }

  extend(claim: Claim, until: Milliseconds): boolean {
    const entry = this.#entries.get(claim.key);
    if (entry === undefined || entry.token !== claim.token) return false;
    this.#withdraw(entry);
    entry.leasedUntil = until;
    this.#leased.add(entry);
    return true;
  }

  /** Nobody holds the job any more; nothing happens when somebody else does. */
  endClaim({ key, token }: { readonly key: string; readonly token: string | null }): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.token !== token) return;
    this.#withdraw(entry);
    entry.token = null;
    this.#offer(entry);
  }

  count(at: { readonly now: Instant; readonly monotonic: Milliseconds }) {
    let ready = 0;
    let claimed = 0;
    let oldestReady: Instant | null = null;
    for (const { pending, token, leasedUntil } of this.#entries.values()) {
      const { runAt } = pending.job;
      if (token !== null && leasedUntil > at.monotonic) {
        claimed += 1;
      } else if (runAt <= at.now) {
        ready += 1;
        if (oldestReady === null || runAt < oldestReady) oldestReady = runAt;
      }
    }
    return { ready, waiting: this.#entries.size - ready - claimed, claimed, oldestReady };
  }

  #insert(stream: StreamId, key: string, pending: PendingJob): void {
    const entry: Entry = {
      key,
      stream,
      pending,
      lane: pending.job.lane,
      order: pending.order,
      token: null,
      leasedUntil: 0,
    };
    this.#entries.set(key, entry);
    this.#enterLane(entry);
    this.#offer(entry);
  }

  #change(entry: Entry, stream: StreamId, pending: PendingJob): void {
    const isLeased = this.#leased.has(entry);
    this.#withdraw(entry);
    const { lane } = pending.job;
    if (lane !== entry.lane || pending.order !== entry.order) {
      this.#leaveLane(entry);
      entry.lane = lane;
      entry.order = pending.order;
      this.#enterLane(entry);
    }
    entry.stream = stream;
    entry.pending = pending;
    if (isLeased) this.#leased.add(entry);
    else this.#offer(entry);
  }

  #remove(entry: Entry): void {
    this.#withdraw(entry);
    this.#entries.delete(entry.key);
    this.#leaveLane(entry);
  }

  #enterLane(entry: Entry): void {
    const pushedBack = this.#lanes.add(entry);
    if (pushedBack !== null) this.#queueOf(pushedBack).remove(pushedBack);
  }

  #leaveLane(entry: Entry): void {
    const first = this.#lanes.remove(entry);
    if (first !== null) this.#offer(first);
  }

  #offerExpired(monotonic: Milliseconds): void {
    for (let entry = this.#leased.first(); entry !== undefined; entry = this.#leased.first()) {
      if (entry.leasedUntil > monotonic) return;
      this.#leased.remove(entry);
      this.#offer(entry);
    }
  }

  #offer(entry: Entry): void {
    if (this.#lanes.isFirst(entry)) this.#queueOf(entry).add(entry);
  }

  #withdraw(entry: Entry): void {
    if (!this.#leased.remove(entry)) this.#queueOf(entry).remove(entry);
  }

  #queueOf({ pending }: Entry): PriorityQueue<Entry> {
    const { kind } = pending.job.body;
    const queue = this.#offered.get(kind) ?? new PriorityQueue<Entry>(isDueBefore);
    this.#offered.set(kind, queue);
    return queue;
  }

  #firstDue(kinds: readonly JobKind[], now: Instant): Entry | undefined {
    let first: Entry | undefined;
    for (const kind of kinds) {
      const entry = this.#offered.get(kind)?.first();
      if (entry === undefined || entry.pending.job.runAt > now) continue;
      if (first === undefined || isDueBefore(entry, first)) first = entry;
    }
    return first;
  }
}

function isDueBefore(a: Entry, b: Entry): boolean {
  const difference = a.pending.job.runAt - b.pending.job.runAt;
  return difference === 0 ? a.order < b.order : difference < 0;
}
