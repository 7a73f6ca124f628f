import type { Claim, JobKind, Settlement } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { deepFrozen } from "../freeze.ts";
import { streamOfJob } from "../job-stream.ts";
import { type Commit, Conflict, Duplicate, Fenced, type StreamId } from "../ledger.ts";
import type { LedgerImage } from "./image.ts";
import { InFlight } from "./in-flight.ts";
import type { IndexedJob } from "./job-index.ts";
import type { JournalStore } from "./journal-store.ts";
import { WriteDraft } from "./write-draft.ts";

/** A commit, the end of a claim, or both as one. */
export interface Write {
  readonly ending: { readonly claim: Claim; readonly settlement: Settlement } | null;
  readonly commit: Commit | null;
}

export interface ClaimRequest {
  readonly kinds: readonly JobKind[];
  readonly max: number;
  readonly lease: Milliseconds;
  readonly now: Instant;
}

export interface LedgerWriterParts {
  readonly image: LedgerImage;
  readonly store: JournalStore;
  readonly clock: Clock;
  /** What everything is written as. */
  readonly schema: number;
  /** @throws Unavailable */
  readonly checkWritable: () => void;
}

/**
 * Decides whether a write may be, and makes it. A write is decided on only when everything it depends on is
 * on the disk, and holds that until it is there itself: so one that fails leaves nothing to take back.
 */
export class LedgerWriter {
  readonly #image: LedgerImage;
  readonly #store: JournalStore;
  readonly #clock: Clock;
  readonly #schema: number;
  /** @throws Unavailable */
  readonly #checkWritable: () => void;
  readonly #inFlight = new InFlight();
  /** Of the last event that was handed to the journal. */
  #position: number;

  constructor({ image, store, clock, schema, checkWritable }: LedgerWriterParts) {
    this.#image = image;
    this.#store = store;
    this.#clock = clock;
    this.#schema = schema;
    this.#checkWritable = checkWritable;
    this.#position = image.position;
  }

  /** The journal has refused what it was handed and is not on the disk. */
  refused(): void {
    this.#position = this.#image.position;
  }

  /** @throws Fenced, Duplicate, Conflict, Unavailable */
  async write(write: Write): Promise<void> {
    const names = (): readonly string[] => this.#namesOf(write);
    for (let held = this.#held(names()); held !== null; held = this.#held(names())) await held;
    this.#checkWritable();
    this.#refuse(write);
    const draft = this.#draft();
    const { ending, commit } = write;
    if (ending !== null) draft.settle(ending.claim, ending.settlement, this.#clock.now());
    if (commit !== null) draft.commit(commit);
    await this.#transact(draft, commit?.commandIds ?? [], () => {
      if (ending !== null) this.#image.jobs.endClaim(ending.claim);
    });
  }

  /** The claims of which it is on the disk that they are tries. @throws Unavailable */
  async claim({ kinds, max, lease, now }: ClaimRequest): Promise<readonly Claim[]> {
    this.#checkWritable();
    const monotonic = this.#clock.monotonic();
    const jobs = this.#image.jobs.claim(kinds, max, monotonic + lease, { now, monotonic });
    const streams = [...new Set(jobs.map(({ stream }) => stream))];
    const claimed = await Promise.allSettled(
      streams.map((stream) => {
        const ofStream = jobs.filter((job) => job.stream === stream);
        return this.#countTries(stream, ofStream, now);
      }),
    );
    const claims = new Map<string, Claim>();
    for (const one of claimed) {
      if (one.status === "rejected") continue;
      for (const claim of one.value) claims.set(claim.key, claim);
    }
    const failure = claimed.find(({ status }) => status === "rejected");
    if (claims.size === 0 && failure?.status === "rejected") throw failure.reason;
    return jobs.flatMap(({ key }) => claims.get(key) ?? []);
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#inFlight.none();
  }

  async #countTries(
    stream: StreamId,
    jobs: readonly IndexedJob[],
    now: Instant,
  ): Promise<readonly Claim[]> {
    const names = [streamName(stream)];
    try {
      for (let held = this.#held(names); held !== null; held = this.#held(names)) await held;
      this.#checkWritable();
      const kept = jobs.filter((job) => this.#isStillToRun(job, now));
      const draft = this.#draft();
      for (const { key } of kept) draft.claimed(key);
      await this.#transact(draft, [], () => {});
      const keptKeys = new Set(kept.map(({ key }) => key));
      this.#release(jobs.filter(({ key }) => !keptKeys.has(key)));
      return kept.flatMap((job) => this.#claimOf(job));
    } catch (error) {
      this.#release(jobs);
      throw error;
    }
  }

  /** While it waited, the job may have been settled by who held it before, or put off. */
  #isStillToRun({ key, stream, token }: IndexedJob, now: Instant): boolean {
    const job = this.#image.jobs.find(key);
    return job?.token === token && job.stream === stream && job.pending.job.runAt <= now;
  }

  #claimOf({ key, token }: IndexedJob): readonly Claim[] {
    const job = this.#image.jobs.find(key);
    if (job === undefined || token === null) return [];
    const { attempts: attempt, due } = job.pending;
    return [{ token, key, body: deepFrozen(job.pending.job.body), attempt, due }];
  }

  #release(jobs: readonly IndexedJob[]): void {
    for (const job of jobs) this.#image.jobs.endClaim(job);
  }

  #held(names: readonly string[]): Promise<void> | null {
    return this.#inFlight.holderOf(names);
  }

  /** Everything that decides what becomes of this write, or that it changes. */
  #namesOf({ ending, commit }: Write): readonly string[] {
    const streams = [
      ...(commit?.expect ?? []).map(({ stream }) => stream),
      ...(commit?.writes ?? []).map(({ stream }) => stream),
      ...(commit?.jobs ?? []).flatMap(({ key, body }) => [
        streamOfJob(body),
        ...this.#streamsOfJob(key),
      ]),
      ...(ending === null ? [] : this.#streamsOfJob(ending.claim.key)),
    ];
    return [...streams.map(streamName), ...(commit?.commandIds ?? []).map(commandName)];
  }

  #streamsOfJob(key: string): readonly StreamId[] {
    const job = this.#image.jobs.find(key);
    if (job === undefined) return [];
    const { successor } = job.pending;
    return successor === null ? [job.stream] : [job.stream, streamOfJob(successor.job.body)];
  }

  /** @throws Fenced, Duplicate, Conflict */
  #refuse({ ending, commit }: Write): void {
    if (ending !== null && !this.#image.jobs.isHeld(ending.claim)) {
      throw new Fenced(`somebody else holds the job ${ending.claim.key} now`);
    }
    if (commit === null) return;
    const known = commit.commandIds.find((id) => this.#image.archive.hasCommand(id));
    if (known !== undefined) throw new Duplicate(known);
    for (const { stream, version } of commit.expect) {
      const found = this.#store.document(stream).version;
      if (found !== version) {
        throw new Conflict(`${stream} has moved from version ${version} to ${found}`);
      }
    }
  }

  #draft(): WriteDraft {
    return new WriteDraft({
      document: (stream) => this.#store.document(stream),
      jobs: this.#image.jobs,
      position: this.#position,
      schema: this.#schema,
    });
  }

  #transact(draft: WriteDraft, commandIds: readonly string[], durable: () => void): Promise<void> {
    const { documents, events, archived } = draft;
    if (documents.length === 0 && commandIds.length === 0) return Promise.resolve();
    this.#position += events.length;
    const written = this.#store.transact({ documents, events, archived, commandIds, durable });
    const streams = documents.map(({ stream }) => streamName(stream));
    this.#inFlight.hold([...streams, ...commandIds.map(commandName)], written);
    return written;
  }
}

function streamName(stream: StreamId): string {
  return `stream ${stream}`;
}

function commandName(id: string): string {
  return `command ${id}`;
}
