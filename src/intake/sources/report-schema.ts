import { z } from "zod";
import { fieldProblems } from "./field-problems.ts";
import {
  instant,
  isCommitSha,
  isImageDigest,
  isVersion,
  line,
  lines,
  oneOf,
  webUrl,
} from "./text.ts";

/** The largest report: counts, and lengths of texts in UTF-16 units. */
export const REPORT_LIMITS = {
  metrics: 500,
  slices: 1_000,
  sliceMetrics: 20_000,
  checks: 1_000,
  datasets: 200,
  name: 200,
  url: 2_000,
  text: 1_000,
  notes: 20_000,
} as const;

const OUTCOMES = ["success", "failure", "cancelled", "error"] as const;
const TRIGGERS = ["code", "data", "schedule", "manual"] as const;

const name = line(REPORT_LIMITS.name);
const wholeNumber = z.int("must be a whole number");
const count = wholeNumber.min(0, "must not be negative");
export const metrics = z
  .record(name, z.number("must be a finite number; leave out a metric that has no value"))
  .refine((record) => Object.keys(record).length <= REPORT_LIMITS.metrics, {
    error: `must have at most ${REPORT_LIMITS.metrics} members`,
  });

const slices = z
  .record(name, metrics)
  .refine((record) => Object.keys(record).length <= REPORT_LIMITS.slices, {
    error: `must have at most ${REPORT_LIMITS.slices} members`,
  })
  .refine((record) => numbersIn(record) <= REPORT_LIMITS.sliceMetrics, {
    error: `must hold at most ${REPORT_LIMITS.sliceMetrics} numbers in all`,
  });

const run = z.strictObject({
  id: name,
  attempt: wholeNumber.min(1, "must be at least 1").optional(),
  url: webUrl.max(REPORT_LIMITS.url).optional(),
});

const artifact = z.strictObject({
  uri: line(REPORT_LIMITS.url).regex(/^\S+$/, "must not hold spaces"),
  digest: z.string().refine(isImageDigest, "must be sha256: and 64 hexadecimal digits").optional(),
});

const commit = z.strictObject({
  repository: z
    .string()
    .max(REPORT_LIMITS.name)
    .regex(/^[^\s\p{C}/]+(?:\/[^\s\p{C}/]+)+$/u, "must be owner/name")
    .optional(),
  sha: z
    .string()
    .toLowerCase()
    .refine(isCommitSha, "must be the whole commit id: 40 or 64 hexadecimal digits")
    .optional(),
  branch: name.optional(),
  author: name.optional(),
});

const check = z.strictObject({
  name,
  status: oneOf(["pass", "warn", "fail", "skip", "error"]),
  expected: line(REPORT_LIMITS.text).optional(),
  actual: line(REPORT_LIMITS.text).optional(),
});

const dataset = z.strictObject({
  name,
  version: name,
  /** Whatever the data's own tool calls it: DVC's are MD5, lakes have others. */
  digest: name.optional(),
  rows: count.optional(),
  /** What tells its columns from another schema's: a digest of them, or the schema's own version. */
  schema: name.optional(),
});

const version = z.string().refine(isVersion, "must be 1 to 128 visible characters without spaces");

const fields = {
  component: name,
  version,
  outcome: oneOf(OUTCOMES),
  run,
  trigger: oneOf(TRIGGERS).optional(),
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  artifact: artifact.optional(),
  commit: commit.optional(),
  metrics: metrics.optional(),
  slices: slices.optional(),
  tests: z.strictObject({ passed: count, failed: count, skipped: count }).optional(),
  checks: z.array(check).max(REPORT_LIMITS.checks, limitText(REPORT_LIMITS.checks)).optional(),
  datasets: z
    .array(dataset)
    .max(REPORT_LIMITS.datasets, limitText(REPORT_LIMITS.datasets))
    .optional(),
  notes: lines(REPORT_LIMITS.notes).optional(),
};

const ENDS_BEFORE = { path: ["finishedAt"], error: "is before startedAt" };

function endsAfterItsStart(report: {
  readonly startedAt?: number | undefined;
  readonly finishedAt?: number | undefined;
}): boolean {
  const { startedAt, finishedAt } = report;
  return startedAt === undefined || finishedAt === undefined || !(startedAt > finishedAt);
}

/** The system-neutral build report. Shared by the source that takes it and the client that sends it. */
const schema = z.strictObject(fields).refine(endsAfterItsStart, ENDS_BEFORE);

/** The report of a job whose token says which run, commit and repository it is of. */
const jobSchema = z
  .strictObject({
    ...fields,
    component: name.optional(),
    version: version.optional(),
    run: run.optional(),
  })
  .refine(endsAfterItsStart, ENDS_BEFORE);

/** What a sender writes. */
export type BuildReportInput = z.input<typeof schema>;
/** What was read: times are instants. */
export type BuildReport = z.output<typeof schema>;

export type JobReport = z.output<typeof jobSchema>;

export type ReadReport<T = BuildReport> =
  | { readonly kind: "report"; readonly report: T }
  /** `problem` names every field that is wrong, up to five. */
  | { readonly kind: "malformed"; readonly problem: string };

export function readReport(value: unknown): ReadReport {
  return read(schema.safeParse(value), value);
}

export function readJobReport(value: unknown): ReadReport<JobReport> {
  return read(jobSchema.safeParse(value), value);
}

function read<T>(result: z.ZodSafeParseResult<T>, value: unknown): ReadReport<T> {
  return result.success
    ? { kind: "report", report: result.data }
    : { kind: "malformed", problem: fieldProblems(result.error, value) };
}

function limitText(limit: number): string {
  return `must have at most ${limit} entries`;
}

function numbersIn(record: Readonly<Record<string, Readonly<Record<string, number>>>>): number {
  return Object.values(record).reduce((sum, slice) => sum + Object.keys(slice).length, 0);
}
