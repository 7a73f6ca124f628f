import type { JobKind } from "../../core/job.ts";

/**
 * Jobs are run in pools, each with slots of its own, so that what is slow cannot delay what is not: a
 * metrics server that does not answer holds up watches, never a rollback.
 */
export type Pool =
  | "builds"
  | "charts"
  | "decisions"
  | "lookups"
  | "messages"
  | "notes"
  | "operations"
  | "sinks"
  | "watches";

const POOL_OF: Readonly<Record<JobKind, Pool>> = {
  register: "builds",
  "register-fragment": "builds",
  lookup: "lookups",
  "operation.start": "operations",
  "operation.observe": "operations",
  "operation.stop": "operations",
  watch: "watches",
  chart: "charts",
  guard: "watches",
  confirm: "watches",
  message: "messages",
  thread: "messages",
  digest: "messages",
  notes: "notes",
  "close-gathering": "decisions",
  sink: "sinks",
  expire: "decisions",
  review: "decisions",
  "review-all": "decisions",
};

/** How many jobs of a pool may be under way at once. A command deployer may hold its slot for long. */
export const SLOTS: Readonly<Record<Pool, number>> = {
  builds: 2,
  charts: 2,
  decisions: 4,
  lookups: 4,
  messages: 8,
  notes: 2,
  operations: 32,
  sinks: 4,
  watches: 64,
};

export const POOLS = Object.keys(SLOTS) as readonly Pool[];

export function poolOf(kind: JobKind): Pool {
  return POOL_OF[kind];
}

export function kindsOf(pool: Pool): readonly JobKind[] {
  const kinds = Object.keys(POOL_OF) as JobKind[];
  return kinds.filter((kind) => POOL_OF[kind] === pool);
}
