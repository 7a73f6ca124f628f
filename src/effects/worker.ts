import type { Claim } from "../core/job.ts";
import type { Instant, Milliseconds } from "../core/json.ts";
import type { Clock } from "../shared/clock.ts";
import { errorText } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import type { JobHandlers } from "./job-handler.ts";
import type { JobQueue } from "./job-queue.ts";
import { createBell } from "./worker/bell.ts";
import { type ClaimedJob, carryOut } from "./worker/carry-out.ts";
import { createDueTimes } from "./worker/due-times.ts";
import { kindsOf, POOLS, type Pool, poolOf, SLOTS } from "./worker/pools.ts";

export interface WorkerOptions {
  readonly queue: JobQueue;
  readonly handlers: JobHandlers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, "jobSeconds" | "jobsPending" | "jobsOldestReadySeconds">;
  /** How many jobs there are in each state, for the metric. */
  readonly countJobs: () => Promise<PendingJobs>;
  /** How often to look for work that nobody announced. */
  readonly poll?: Milliseconds;
  /**
   * How soon another process takes over from one that died. Renewed while a job is under way, and longer the
   * longer that has been, up to half a minute: what has run for an hour is not given up for a hiccup.
   */
  readonly lease?: Milliseconds;
  readonly slots?: Readonly<Partial<Record<Pool, number>>>;
}

export interface PendingJobs {
  readonly ready: number;
  readonly waiting: number;
  readonly claimed: number;
  readonly dead: number;
  /** When the oldest ready job was due; null when there is none. */
  readonly oldestReady: Instant | null;
}

export interface WorkerHealth {
  readonly running: boolean;
  /** When the queue was last asked for work and answered; null: never. */
  readonly lastClaim: Instant | null;
  readonly underWay: number;
  /** Why it cannot do its work; null: it can. */
  readonly problem: string | null;
}

export interface Worker {
  start(): void;
  /** Claims nothing more, lets jobs under way finish, and after `within` hands back those that have not. */
  stop(within: Milliseconds): Promise<void>;
  health(): WorkerHealth;
}

const POLL: Milliseconds = 1_000;
/** Of a worker that has the queue for itself: after a restart its jobs are free at once. */
const LEASE: Milliseconds = 30_000;
/**
 * Of workers that share a queue. What one of them had just begun when it died is left lying for this long,
 * and for one poll. The store may take two seconds to answer before what has just begun is given up.
 */
export const SHARED_LEASE: Milliseconds = 4_500;
const COUNT_EVERY: Milliseconds = 5_000;
/** Without an answer of the queue for this long, the worker is not ready. */
const UNANSWERED: Milliseconds = 15_000;

/**
 * Claims due jobs and runs them, in pools. Whatever a handler does, the loop goes on: a result is settled
 * together with its command, a failure is tried again or buried, and a job that somebody else has taken
 * over is dropped.
 */
export function createWorker(options: WorkerOptions): Worker {
  const { queue, handlers, clock, logger, telemetry } = options;
  const { poll = POLL, lease = LEASE } = options;
  const slots = { ...SLOTS, ...options.slots };
  const bell = createBell(clock);
  const dueTimes = createDueTimes();
  const underWay = new Map<ClaimedJob, Pool>();
  let state: "new" | "running" | "stopping" | "stopped" = "new";
  let looping = Promise.resolve();
  let unsubscribe = (): void => {};
  let lastClaim: Instant | null = null;
  let answeredAt = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  let counting = false;
  let claimProblem: string | null = null;

  async function loop(): Promise<void> {
    while (state === "running") {
      await claimAll();
      void countPending();
      if (state === "running") await bell.wait(dueTimes.wait(clock.now(), poll));
    }
  }

  async function claimAll(): Promise<void> {
    try {
      // All are waited for, also when one fails: what is claimed twice at once would exceed the slots.
      const answers = await Promise.allSettled(POOLS.map(claimFor));
      for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
      if (claimProblem !== null) logger.info("the job queue answers again");
      claimProblem = null;
      answeredAt = clock.monotonic();
    } catch (error) {
      if (claimProblem === null) logger.error({ error: errorText(error) }, "cannot claim jobs");
      claimProblem = errorText(error);
    }
  }

  async function claimFor(pool: Pool): Promise<void> {
    const busy = [...underWay.values()].filter((occupied) => occupied === pool).length;
    const free = slots[pool] - busy;
    if (free <= 0 || state !== "running") return;
    const askedAt = clock.monotonic();
    const claims = await queue.claim(kindsOf(pool), free, lease);
    lastClaim = clock.now();
    for (const claim of claims) begin(claim, askedAt);
  }

  function begin(claim: Claim, askedAt: number): void {
    // The answer came after the end: whoever is next takes the job when its lease ends.
    if (state === "stopped") return;
    const { kind } = claim.body;
    const circumstances = { queue, clock, logger, telemetry, lease, askedAt };
    const job = carryOut(claim, handlers[kind], circumstances);
    underWay.set(job, poolOf(kind));
    void job.ended.then((dueAgain) => {
      underWay.delete(job);
      if (dueAgain !== null) dueTimes.note(dueAgain, clock.now());
      bell.ring();
    });
  }

  async function countPending(): Promise<void> {
    if (counting || clock.monotonic() - countedAt < COUNT_EVERY) return;
    counting = true;
    try {
      const { ready, waiting, claimed, dead, oldestReady } = await options.countJobs();
      for (const [label, count] of Object.entries({ ready, waiting, claimed, dead })) {
        telemetry.jobsPending.set({ state: label }, count);
      }
      const overdue = oldestReady === null ? 0 : Math.max(0, clock.now() - oldestReady);
      telemetry.jobsOldestReadySeconds.set(overdue / 1000);
    } catch (error) {
      logger.warn({ error: errorText(error) }, "cannot count jobs");
    } finally {
      counting = false;
      countedAt = clock.monotonic();
    }
  }

  function problem(): string | null {
    if (state !== "running") return "the worker is not running";
    if (claimProblem !== null) return `the worker cannot claim jobs: ${claimProblem}`;
    const silence = clock.monotonic() - answeredAt;
    if (silence <= UNANSWERED) return null;
    return `the job queue has not answered for ${Math.round(silence / 1000)} s`;
  }

  return {
    start: () => {
      if (state !== "new") throw new Error("a worker is started once");
      state = "running";
      answeredAt = clock.monotonic();
      unsubscribe = queue.onWork(bell.ring);
      looping = loop();
    },
    stop: async (within) => {
      if (state === "new") state = "stopped";
      if (state !== "running") return;
      state = "stopping";
      unsubscribe();
      bell.ring();
      const finished = new AbortController();
      const deadline = clock.sleep(within, finished.signal);
      await Promise.race([looping, deadline]);
      await Promise.race([allEnded(underWay), deadline]);
      state = "stopped";
      finished.abort();
      for (const job of underWay.keys()) job.handBack();
      await allEnded(underWay);
    },
    health: () => ({
      running: state === "running",
      lastClaim,
      underWay: underWay.size,
      problem: problem(),
    }),
  };
}

async function allEnded(jobs: ReadonlyMap<ClaimedJob, Pool>): Promise<void> {
  await Promise.all([...jobs.keys()].map(({ ended }) => ended));
}
