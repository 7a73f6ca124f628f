import type { SystemCommand } from "../../src/core/command.ts";
import type { Claim, JobBody, Settlement } from "../../src/core/job.ts";
import type { Refusal } from "../../src/core/refusal.ts";
import type { JobQueue } from "../../src/effects/job-queue.ts";
import type { Clock } from "../../src/shared/clock.ts";

interface StoredJob {
  readonly key: string;
  readonly lane: string | null;
  readonly body: JobBody;
  readonly due: number;
  runAt: number;
  attempts: number;
  token: string | null;
  leaseEnds: number;
}

export interface Settled {
  readonly key: string;
  readonly settlement: Settlement;
  readonly command: SystemCommand | null;
}

/** A job queue in memory that keeps the promises of the port, and fails when a test says so. */
export interface FakeJobQueue extends JobQueue {
  add(job: { key: string; body: JobBody; lane?: string; runAt?: number }): void;
  /** Adds a job and tells nobody. */
  addSilently(job: { key: string; body: JobBody; lane?: string; runAt?: number }): void;
  /** Somebody else takes a job that is claimed. */
  takeOver(key: string): void;
  /** The next calls of this method fail. */
  fail(method: "claim" | "extend" | "settle", times: number): void;
  /** The next job that is done with a command is told that it is refused. */
  refuseNext(refusal: Refusal): void;
  /** The next claim is answered only when the returned function is called. */
  holdNextClaim(): () => void;
  /** Resolves when this many settlements have been recorded. */
  settlements(count: number): Promise<readonly Settled[]>;
  settled(): readonly Settled[];
  /** Number of renewals of leases so far. */
  extensions(): number;
}

export function createFakeJobQueue(clock: Clock): FakeJobQueue {
  const jobs = new Map<string, StoredJob>();
  const settled: Settled[] = [];
  const listeners = new Set<() => void>();
  const watchers = new Set<() => void>();
  const failures = { claim: 0, extend: 0, settle: 0 };
  let tokens = 0;
  let extensions = 0;
  let gate: Promise<void> | null = null;
  let refusing: Refusal | null = null;

  const failIfTold = (method: keyof typeof failures) => {
    if (failures[method] === 0) return;
    failures[method] -= 1;
    throw new Error("the store is away");
  };
  const isHeld = (job: StoredJob) => job.token !== null && job.leaseEnds > clock.now();
  const laneIsBusy = (job: StoredJob) =>
    job.lane !== null &&
    [...jobs.values()].some((other) => other.lane === job.lane && other !== job && isHeld(other));
  const holder = (claim: Claim) => {
    const job = jobs.get(claim.key);
    return job?.token === claim.token ? job : undefined;
  };
  const addSilently: FakeJobQueue["addSilently"] = ({ key, body, lane, runAt }) => {
    const due = runAt ?? clock.now();
    const free = { attempts: 0, token: null, leaseEnds: 0 };
    jobs.set(key, { key, body, lane: lane ?? null, due, runAt: due, ...free });
  };

  return {
    addSilently,
    add: (job) => {
      addSilently(job);
      for (const listener of listeners) listener();
    },
    claim: async (kinds, max, lease) => {
      failIfTold("claim");
      const claims: Claim[] = [];
      for (const job of jobs.values()) {
        if (claims.length >= max) break;
        const due = job.runAt <= clock.now() && kinds.includes(job.body.kind);
        if (!due || isHeld(job) || laneIsBusy(job)) continue;
        tokens += 1;
        job.token = `token-${tokens}`;
        job.leaseEnds = clock.now() + lease;
        job.attempts += 1;
        const { token, key, body, attempts: attempt, due: firstDue } = job;
        claims.push({ token, key, body, attempt, due: firstDue });
      }
      if (gate !== null) await gate;
      return claims;
    },
    extend: async (claim, lease) => {
      failIfTold("extend");
      const job = holder(claim);
      if (job === undefined) return false;
      extensions += 1;
      job.leaseEnds = clock.now() + lease;
      return true;
    },
    settle: async (claim, settlement, command) => {
      failIfTold("settle");
      const job = holder(claim);
      if (job === undefined) return "fenced";
      if (refusing !== null && settlement.kind === "done" && command !== null) {
        const answer = refusing;
        refusing = null;
        return answer;
      }
      settled.push({ key: job.key, settlement, command });
      job.token = null;
      if (settlement.kind === "done" || settlement.kind === "dead") jobs.delete(job.key);
      else job.runAt = settlement.at;
      if (settlement.kind === "later") job.attempts = 0;
      for (const watcher of watchers) watcher();
      return "settled";
    },
    onWork: (callback) => {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
    takeOver: (key) => {
      const job = jobs.get(key);
      if (job === undefined) throw new Error(`no job ${key}`);
      job.token = "of somebody else";
      job.leaseEnds = clock.now() + 60_000;
    },
    fail: (method, times) => {
      failures[method] = times;
    },
    refuseNext: (refusal) => {
      refusing = refusal;
    },
    holdNextClaim: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => {
        gate = null;
        open();
      };
    },
    settlements: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (settled.length < count) return;
          watchers.delete(look);
          resolve(settled.slice(0, count));
        };
        watchers.add(look);
        look();
      }),
    settled: () => settled,
    extensions: () => extensions,
  };
}
