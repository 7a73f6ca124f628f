import type { Claim, NewJob, Settlement } from "../../core/job.ts";
import type { Instant } from "../../core/json.ts";
import { streamOfJob } from "../job-stream.ts";
import { type DeadJob, Fenced } from "../ledger.ts";
import { FIRST_SCHEMA } from "../schema.ts";
import type { SchemaGuard } from "./schema-guard.ts";
import type { StoredJob } from "./stored-job.ts";

/** What a batch makes of the jobs it touches. */
export interface JobChanges {
  /** Places whose rows go. */
  readonly removed: readonly number[];
  /** Rows that are new, or other than they were. */
  readonly put: readonly StoredJob[];
  /** In the order of their burial. */
  readonly dead: readonly DeadJob[];
}

/**
 * The jobs of the keys that a batch touches, changed in memory; their rows are locked meanwhile.
 * A row never changes its place or its lane: who looked at it before finds it as it was, or gone.
 */
export class JobDraft {
  readonly #jobs: Map<string, StoredJob>;
  readonly #removed: number[] = [];
  readonly #changed = new Set<string>();
  readonly #dead: DeadJob[] = [];
  readonly #guard: SchemaGuard;
  #place: number;

  /** `place`: the last one that was given out. */
  constructor(found: readonly StoredJob[], place: number, guard: SchemaGuard) {
    this.#guard = guard;
    this.#jobs = new Map(found.map((stored) => [stored.job.key, stored]));
    this.#place = place;
  }

  /** The last place that was given out. */
  get place(): number {
    return this.#place;
  }

  add(job: NewJob): void {
    const present = this.#jobs.get(job.key);
    if (present === undefined) {
      this.#put(this.#fresh(job, this.#nextPlace()));
    } else if (present.token === null) {
      this.#replace(present, job);
    } else {
      const place = present.successor?.place ?? this.#nextPlace();
      this.#put({ ...present, successor: { job, place, schema: this.#guard.known } });
    }
  }

  /** Whether this process knows all of what is stored under a key. @throws Unavailable */
  checkKnown(key: string): void {
    const { schema, successor } = this.#jobs.get(key) ?? { schema: FIRST_SCHEMA, successor: null };
    this.#guard.check(Math.max(schema, successor?.schema ?? FIRST_SCHEMA), `the job ${key}`);
  }

  /** @throws Fenced, Unavailable */
  checkHeld({ key, token }: Claim): StoredJob {
    const stored = this.#jobs.get(key);
    if (stored === undefined || stored.token !== token) {
      throw new Fenced(`somebody else holds the job ${key} now`);
    }
    this.checkKnown(key);
    return stored;
  }

  /** @throws Fenced */
  settle(claim: Claim, settlement: Settlement, now: Instant): void {
    const stored = { ...this.checkHeld(claim), token: null };
    switch (settlement.kind) {
      case "done":
        this.#end(stored);
        break;
      case "dead":
        this.#dead.push(buried(stored, settlement.error, now));
        this.#end(stored);
        break;
      case "later":
        this.#putBack(again(stored, settlement, this.#guard.known), settlement.at);
        break;
      case "retry":
        this.#putBack(stored, settlement.at);
        break;
    }
  }

  changes(): JobChanges {
    const put = [...this.#changed].flatMap((key) => this.#jobs.get(key) ?? []);
    return { removed: this.#removed, put, dead: this.#dead };
  }

  #putBack(stored: StoredJob, at: Instant): void {
    const { job, successor } = stored;
    const again = { ...stored, job: { ...job, runAt: at }, successor: null };
    if (successor === null) this.#put(again);
    else this.#replace(again, successor.job);
  }

  /** The newest one counts, also against one that waited. In its place; but whoever changes lanes queues up at the end of the other one. */
  #replace(stored: StoredJob, job: NewJob): void {
    const replaced = { ...stored, job, due: job.runAt, successor: null, schema: this.#guard.known };
    if (job.lane === stored.job.lane) {
      this.#put(replaced);
    } else {
      this.#removed.push(stored.place);
      this.#put({ ...replaced, place: this.#nextPlace() });
    }
  }

  #end({ place, job, successor }: StoredJob): void {
    this.#removed.push(place);
    this.#jobs.delete(job.key);
    if (successor === null) return;
    const stays = successor.job.lane === job.lane;
    this.#put(this.#fresh(successor.job, stays ? successor.place : this.#nextPlace()));
  }

  #put(stored: StoredJob): void {
    this.#jobs.set(stored.job.key, stored);
    this.#changed.add(stored.job.key);
  }

  #fresh(job: NewJob, place: number): StoredJob {
    const schema = this.#guard.known;
    return { place, job, due: job.runAt, attempts: 0, token: null, successor: null, schema };
  }

  #nextPlace(): number {
    this.#place += 1;
    return this.#place;
  }
}

/** As if it were new; with what its run has left to the next one, in the words of this program. */
function again(
  stored: StoredJob,
  { at, body }: Extract<Settlement, { kind: "later" }>,
  schema: number,
): StoredJob {
  const back = { ...stored, attempts: 0, due: at };
  return body === undefined ? back : { ...back, job: { ...stored.job, body }, schema };
}

function buried({ job, attempts }: StoredJob, error: string, at: Instant): DeadJob {
  const { key, body } = job;
  // The text may be an answer from outside, and a PostgreSQL text cannot hold a zero.
  const text = error.replaceAll("\0", "\ufffd");
  return { key, kind: body.kind, stream: streamOfJob(body), attempts, error: text, at };
}
