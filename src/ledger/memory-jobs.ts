import type { Claim, JobBody, JobKind, NewJob, Settlement } from "../core/job.ts";
import type { Instant, Milliseconds } from "../core/json.ts";
import type { Clock } from "../shared/clock.ts";
import { streamOfJob } from "./job-stream.ts";
import { type DeadJob, Fenced, type JobCounts, KEPT_DEAD, type StreamId } from "./ledger.ts";

interface StoredJob {
  job: NewJob;
  /** Its place among all jobs, in the order of commits. */
  order: number;
  due: Instant;
  attempts: number;
  claim: { readonly token: string; until: number } | null;
  /** Runs when this one has ended. */
  successor: { readonly job: NewJob; readonly order: number } | null;
}

/** The jobs of the in-memory ledger: every question is answered by looking at all of them. */
export class MemoryJobs {
  #jobs: StoredJob[] = [];
  #dead: DeadJob[] = [];
  #order = 0;
  #tokens = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As after a restart: nobody holds a claim. */
  forgetClaims(): void {
    for (const stored of this.#jobs) stored.claim = null;
  }

  add(job: NewJob): void {
    const order = this.#nextOrder();
    const present = this.#jobs.find((stored) => stored.job.key === job.key);
    if (present === undefined) {
      this.#jobs.push(fresh(job, order));
    } else if (present.claim === null) {
      this.#replace(present, job);
    } else {
      present.successor = { job, order: present.successor?.order ?? order };
    }
  }

  claim(kinds: readonly JobKind[], max: number, lease: Milliseconds, now: Instant): Claim[] {
    const due = this.#jobs
      .filter((stored) => kinds.includes(stored.job.body.kind) && stored.job.runAt <= now)
      .filter((stored) => !this.#isLeased(stored) && !this.#isHeldBack(stored))
      .sort((a, b) => a.job.runAt - b.job.runAt || a.order - b.order);
    return due.slice(0, max).map((stored) => {
      this.#tokens += 1;
      const token = `claim-${this.#tokens}`;
      stored.claim = { token, until: this.#clock.monotonic() + lease };
      stored.attempts += 1;
      const { job, attempts: attempt, due } = stored;
      return { token, key: job.key, body: job.body, attempt, due };
    });
  }

  extend(claim: Claim, lease: Milliseconds): boolean {
    const held = this.#find(claim)?.claim;
    if (held === null || held === undefined) return false;
    held.until = this.#clock.monotonic() + lease;
    return true;
  }

  /** @throws Fenced */
  checkHeld(claim: Claim): StoredJob {
    const stored = this.#find(claim);
    if (stored === undefined) throw new Fenced(`somebody else holds the job ${claim.key} now`);
    return stored;
  }

  settle(claim: Claim, settlement: Settlement): void {
    const stored = this.checkHeld(claim);
    stored.claim = null;
    switch (settlement.kind) {
      case "done":
        this.#end(stored);
        break;
      case "dead":
        this.#bury(stored, settlement.error);
        this.#end(stored);
        break;
      case "later":
        stored.attempts = 0;
        stored.due = settlement.at;
        stored.job = { ...stored.job, body: settlement.body ?? stored.job.body };
        this.#putBack(stored, settlement.at);
        break;
      case "retry":
        this.#putBack(stored, settlement.at);
        break;
    }
  }

  counts(now: Instant): JobCounts {
    const free = this.#jobs.filter((stored) => !this.#isLeased(stored));
    const ready = free.filter(({ job }) => job.runAt <= now);
    return {
      ready: ready.length,
      waiting: free.length - ready.length,
      claimed: this.#jobs.length - free.length,
      dead: this.#dead.length,
      oldestReady: ready.length === 0 ? null : Math.min(...ready.map(({ job }) => job.runAt)),
    };
  }

  pending(stream: StreamId, key: string): JobBody | null {
    const body = this.#jobs.find((stored) => stored.job.key === key)?.job.body;
    return body === undefined || streamOfJob(body) !== stream ? null : body;
  }

  dead(): readonly DeadJob[] {
    return [...this.#dead];
  }

  #find(claim: Claim): StoredJob | undefined {
    return this.#jobs.find(
      (stored) => stored.job.key === claim.key && stored.claim?.token === claim.token,
    );
  }

  #isLeased({ claim }: StoredJob): boolean {
    return claim !== null && claim.until > this.#clock.monotonic();
  }

  /** An earlier job of its lane has not ended. */
  #isHeldBack({ job, order }: StoredJob): boolean {
    if (job.lane === null) return false;
    return this.#jobs.some((other) => other.job.lane === job.lane && other.order < order);
  }

  #putBack(stored: StoredJob, at: Instant): void {
    stored.job = { ...stored.job, runAt: at };
    if (stored.successor === null) return;
    this.#replace(stored, stored.successor.job);
  }

  /** In its place; but whoever changes lanes queues up at the end of the other one. */
  #replace(stored: StoredJob, job: NewJob): void {
    if (job.lane !== stored.job.lane) stored.order = this.#nextOrder();
    stored.job = job;
    stored.due = job.runAt;
    stored.successor = null;
  }

  #nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  #end(stored: StoredJob): void {
    this.#jobs = this.#jobs.filter((other) => other !== stored);
    if (stored.successor === null) return;
    const { job, order } = stored.successor;
    this.#jobs.push(fresh(job, job.lane === stored.job.lane ? order : this.#nextOrder()));
  }

  #bury({ job, attempts }: StoredJob, error: string): void {
    const stream = streamOfJob(job.body);
    const { key, body } = job;
    const at = this.#clock.now();
    const others = this.#dead.filter((dead) => dead.key !== key);
    this.#dead = [...others, { key, kind: body.kind, stream, attempts, error, at }];
    const ofStream = this.#dead.filter((dead) => dead.stream === stream);
    const tooOld = new Set(ofStream.slice(0, -KEPT_DEAD));
    this.#dead = this.#dead.filter((dead) => !tooOld.has(dead));
  }
}

function fresh(job: NewJob, order: number): StoredJob {
  return { job, order, due: job.runAt, attempts: 0, claim: null, successor: null };
}
