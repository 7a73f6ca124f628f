import { z } from "zod";
import type { JobBody, NewJob } from "../../core/job.ts";
import type { Instant } from "../../core/json.ts";
import { type DeadJob, GENESIS, type StreamId, type StreamState } from "../ledger.ts";
import { FIRST_SCHEMA } from "../schema.ts";
import { tagOf } from "./tag.ts";

/** A job that has not ended. Who holds it is known to the running process only. */
export interface PendingJob {
  readonly job: NewJob;
  /** Its place among all jobs: they are in the order of their commits. */
  readonly order: number;
  readonly due: Instant;
  /** Claims that have not been settled as `later`, the present one included. */
  readonly attempts: number;
  /** A job of the same key that came while this one was claimed. */
  readonly successor: { readonly job: NewJob; readonly order: number } | null;
}

/** The lowdb document of one stream. */
export interface StreamDocument {
  readonly stream: StreamId;
  readonly version: number;
  /** `hash` of its last event. */
  readonly head: string;
  readonly state: StreamState | null;
  /** Those that have not ended, by key. */
  readonly jobs: Readonly<Record<string, PendingJob>>;
  readonly dead: readonly DeadJob[];
  /** `SCHEMA` of who wrote it last; 1 where nothing is said. */
  readonly schema: number;
}

export function emptyDocument(stream: StreamId): StreamDocument {
  return {
    stream,
    version: 0,
    head: GENESIS,
    state: null,
    jobs: {},
    dead: [],
    schema: FIRST_SCHEMA,
  };
}

const newJobSchema = z.object({
  key: z.string(),
  lane: z.string().nullable(),
  runAt: z.number(),
  body: z.custom<JobBody>((value) => tagOf(value, "kind") !== null),
});

const pendingJobSchema = z.object({
  job: newJobSchema,
  order: z.number(),
  due: z.number(),
  attempts: z.number(),
  successor: z.object({ job: newJobSchema, order: z.number() }).nullable(),
});

const deadJobSchema = z.object({
  key: z.string(),
  kind: z.custom<DeadJob["kind"]>((value) => typeof value === "string"),
  stream: z.string(),
  attempts: z.number(),
  error: z.string(),
  at: z.number(),
});

/** The state is what core made of it; that it is as it was written is known by its checksum. */
export const streamDocumentSchema = z.object({
  stream: z.string(),
  version: z.number(),
  head: z.string(),
  state: z.custom<StreamState>((value) => typeof value === "object").nullable(),
  jobs: z.record(z.string(), pendingJobSchema),
  dead: z.array(deadJobSchema),
  schema: z.number().default(FIRST_SCHEMA),
});
