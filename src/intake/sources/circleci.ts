import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { code, readCode } from "./circleci-code.ts";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { hmacHolds } from "./hmac.ts";
import type {
  ParsedEvent,
  SignedRequest,
  SourceAdapter,
  SourceSettings,
  Verification,
} from "./source.ts";
import { isDeliveryKey } from "./source.ts";
import { cleanLine, instant, isVersion, line, webUrl } from "./text.ts";

const SIGNATURE = "circleci-signature";

/** The newest version of signatures that is known. An older one beside it never counts. */
const VERSION = "v1";

const time = instant.nullish();

const envelope = z.object({
  id: z.string().refine(isDeliveryKey, "must be an id"),
  type: z.string().max(100),
});

const pipeline = code.extend({ id: line(100).nullish(), number: z.int().positive() });

const workflowCompleted = z.object({
  workflow: z.object({
    id: line(100),
    name: line(255),
    status: z.string().max(100),
    url: webUrl.max(2_000).nullish(),
    created_at: time,
    stopped_at: time,
  }),
  pipeline,
});

/** Of the newer shape it names no workflow. */
const jobCompleted = z.object({
  job: z.object({
    id: line(100),
    name: line(255),
    status: z.string().max(100),
    started_at: time,
    stopped_at: time,
  }),
  workflow: z.object({ url: webUrl.max(2_000).nullish() }).nullish(),
  pipeline,
});

/** A status that is not listed is an error: what is not known is not a success. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["success", "success"],
  ["failed", "failure"],
  ["canceled", "cancelled"],
  ["error", "error"],
  ["unauthorized", "error"],
]);

/** The events that make releases, as rules name them. */
export const CIRCLECI_EVENTS = ["workflow-completed", "job-completed"] as const;

/** Outbound webhooks of CircleCI. It signs no time: only the id of the event tells a repetition. */
export const circleciSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: verifyCircleci,
  parse({ source, body }) {
    // The header circleci-event-type is not signed, the body is.
    const head = envelope.safeParse(body);
    if (!head.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(head.error, body) };
    }
    const { id: delivery, type } = head.data;
    const read = readEvent(type, body, source);
    return read instanceof z.ZodError
      ? { kind: "malformed", delivery, message: fieldProblems(read, body) }
      : { kind: "delivery", delivery, events: [read] };
  },
};

function verifyCircleci(
  { headers, body }: SignedRequest,
  { secrets }: SourceSettings,
): Verification {
  const sent = headers[SIGNATURE] ?? "";
  if (sent === "") {
    return {
      kind: "refused",
      code: "signature_missing",
      message: `${SIGNATURE} is missing: give the webhook in CircleCI the secret of this source`,
    };
  }
  const offered = sent.split(",").flatMap((entry) => {
    const [version, signature] = entry.trim().split("=", 2);
    return version === VERSION && signature !== undefined ? [signature] : [];
  });
  return hmacHolds({ keys: secrets, parts: [body], offered, encoding: "hex" })
    ? { kind: "verified" }
    : {
        kind: "refused",
        code: "signature_wrong",
        message: `no ${VERSION} signature in ${SIGNATURE} fits: the secret of the webhook in CircleCI and of this source must be the same`,
      };
}

function readEvent(type: string, body: unknown, source: string): ParsedEvent | z.ZodError {
  switch (type) {
    case "workflow-completed": {
      const parsed = workflowCompleted.safeParse(body);
      if (!parsed.success) return parsed.error;
      const { workflow, pipeline: of } = parsed.data;
      const run = { ...workflow, what: "workflow", startedAt: workflow.created_at };
      return toEvent({ type, run, pipeline: of, source });
    }
    case "job-completed": {
      const parsed = jobCompleted.safeParse(body);
      if (!parsed.success) return parsed.error;
      const { job, workflow, pipeline: of } = parsed.data;
      const run = { ...job, what: "job", startedAt: job.started_at, url: workflow?.url };
      return toEvent({ type, run, pipeline: of, source });
    }
    case "ping": {
      const message = `ping received, the secret fits; releases are made of ${CIRCLECI_EVENTS[0]}`;
      return { kind: "unsupported", code: "ping", message };
    }
    default: {
      const named = /^[a-z-]+$/.test(type) ? type : "this event";
      const message = `${named} makes no release; releases are made of ${CIRCLECI_EVENTS.join(", ")}`;
      return { kind: "unsupported", code: "event_not_supported", message };
    }
  }
}

interface Completed {
  readonly type: (typeof CIRCLECI_EVENTS)[number];
  readonly run: {
    readonly what: string;
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly url?: string | null | undefined;
    readonly startedAt?: number | null | undefined;
    readonly stopped_at?: number | null | undefined;
  };
  readonly pipeline: z.output<typeof pipeline>;
  readonly source: string;
}

function toEvent({ type, run, pipeline: of, source }: Completed): ParsedEvent {
  const { commit, trigger, foreign } = readCode(of);
  const what = `${run.what} ${cleanLine(run.name, 80)} of pipeline ${of.number}`;
  if (foreign !== null) return notARelease(`${what} ${foreign}`);
  const version = commit.tag ?? String(of.number);
  if (!isVersion(version)) return notARelease(`the tag of ${what} cannot be a version`);
  return {
    kind: "build",
    subject: subjectOf({
      repository: commit.repository,
      event: type,
      ...(type === "job-completed" ? { onlyWhereNamed: true } : {}),
      workflow: run.name,
      branch: commit.branch,
    }),
    build: buildOf({
      version,
      outcome: OUTCOMES.get(run.status) ?? "error",
      source,
      run: { id: run.id, attempt: 1, url: run.url ?? null },
      trigger,
      startedAt: run.startedAt ?? null,
      finishedAt: run.stopped_at ?? null,
      commit: commit.sha === null && commit.repository === null ? null : commit,
    }),
  };
}

function notARelease(message: string): ParsedEvent {
  return { kind: "unsupported", code: "not_a_release_build", message };
}
