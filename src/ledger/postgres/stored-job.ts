import { z } from "zod";
import type { JobBody, NewJob } from "../../core/job.ts";
import { Damaged } from "../ledger.ts";
import { FIRST_SCHEMA } from "../schema.ts";
import type { Row } from "./database.ts";

/** A job that waits behind the claimed one of its key; `place` is its own. */
export interface Successor {
  readonly job: NewJob;
  readonly place: number;
  readonly schema: number;
}

/** A row of `slipway.jobs`, but for its lease, which only the database reads. */
export interface StoredJob {
  /** Its place among all jobs, in the order of commits; also what the row is found by. */
  readonly place: number;
  readonly job: NewJob;
  readonly due: number;
  readonly attempts: number;
  /** null: nobody has claimed it. Stays when the lease ends, until somebody else claims it. */
  readonly token: string | null;
  readonly successor: Successor | null;
  /** Of who wrote it. */
  readonly schema: number;
}

const bodySchema = z.custom<JobBody>(
  (value) => typeof value === "object" && value !== null && "kind" in value,
);

const newJobSchema = z.object({
  key: z.string(),
  lane: z.string().nullable(),
  runAt: z.number(),
  body: bodySchema,
});

const rowSchema = z.object({
  place: z.coerce.number(),
  key: z.string(),
  lane: z.string().nullable(),
  body: bodySchema,
  run_at: z.number(),
  due: z.number(),
  attempts: z.number(),
  token: z.string().nullable(),
  successor: z
    .object({ job: newJobSchema, place: z.number(), schema: z.number().default(FIRST_SCHEMA) })
    .nullable(),
  schema: z.number(),
});

/** The columns that `storedJobOf` reads. */
export const JOB_COLUMNS =
  "place, key, lane, body, run_at, due, attempts, token, successor, schema";

/** @throws Damaged */
export function storedJobOf(row: Row): StoredJob {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) {
    throw new Damaged(`a row of slipway.jobs cannot be read: place ${String(row.place)}`);
  }
  const { key, lane, body, run_at: runAt, ...rest } = parsed.data;
  return { ...rest, job: { key, lane, runAt, body } };
}
