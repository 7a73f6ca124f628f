import { z } from "zod";
import type { Artifact, BuildOutcome, Trigger } from "../../core/build.ts";
import { artifactOf } from "./artifact-reference.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import type { ParsedEvent, ReportedCommit } from "./source.ts";
import { cleanLine, isCommitSha, isVersion, line } from "./text.ts";

/** `flatten` makes texts of the two members of an event. */
function orText<T extends z.ZodType>(type: T) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    const decoded = decodeJson(Buffer.from(value));
    return decoded.kind === "decoded" ? decoded.value : value;
  }, type);
}

/** Nothing else of `details` is kept: its `requestHeaders` hold what other systems sent, secrets too. */
export const echoEvent = z.object({
  eventId: z.string().max(1_000).nullish(),
  details: orText(z.object({ type: z.string().max(200), application: line(255).nullish() })),
});

const text = z.string().max(2_000).nullish();
const time = z.int().min(0).max(8.64e15).nullish();
/** A parameter may be anything; only a text or a number can name a version. */
const parameter = z
  .union([z.string().max(2_000), z.number()])
  .nullish()
  .catch(null);

export const echoContent = z.object({
  content: orText(
    z.object({
      execution: z.object({
        id: line(200),
        application: line(255).nullish(),
        name: line(255),
        status: z.string().max(100),
        startTime: time,
        endTime: time,
        authentication: z.object({ user: text }).nullish(),
        trigger: z
          .object({
            type: text,
            user: text,
            /** Of a push: its commit, and where it was pushed. */
            hash: text,
            branch: text,
            project: text,
            slug: text,
            /** Of an image: its tag. */
            tag: text,
            parameters: z.object({ version: parameter, commit: parameter }).nullish(),
            artifacts: z.array(z.object({ type: text, version: text, reference: text })).nullish(),
          })
          .nullish(),
      }),
    }),
  ),
});

type Execution = z.output<typeof echoContent>["content"]["execution"];
type Details = z.output<typeof echoEvent>["details"];
type ExecutionTrigger = NonNullable<Execution["trigger"]>;

/** What a pipeline's end is called. `complete` is not enough: a pipeline that failed and went on has it too. */
export const PIPELINE_ENDS: readonly string[] = ["orca:pipeline:complete", "orca:pipeline:failed"];

/** A status that is not listed is an error: what is not known is not a success. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["SUCCEEDED", "success"],
  ["FAILED_CONTINUE", "failure"],
  ["TERMINAL", "failure"],
  ["CANCELED", "cancelled"],
  ["STOPPED", "cancelled"],
  ["SKIPPED", "cancelled"],
]);

const TRIGGERS: ReadonlyMap<string, Trigger> = new Map([
  ["git", "code"],
  ["cron", "schedule"],
  ["manual", "manual"],
]);

/** The end of a pipeline, as Echo posts it. */
export function readExecution(
  execution: Execution,
  { type, application: known }: Details,
  source: string,
): ParsedEvent {
  const application = execution.application ?? known;
  const trigger: ExecutionTrigger = execution.trigger ?? {};
  const image = imageOf(trigger);
  const version = String(
    [trigger.parameters?.version, trigger.tag, image?.version, execution.id].find(
      (candidate) => candidate !== null && candidate !== undefined && candidate !== "",
    ),
  );
  if (!isVersion(version)) {
    return {
      kind: "unsupported",
      code: "not_a_release_build",
      message: `the version of execution ${cleanLine(execution.id, 80)} must be 1 to 128 visible characters without spaces`,
    };
  }
  const why = TRIGGERS.get(trigger.type ?? "") ?? null;
  const starter = cleanLine(trigger.user || execution.authentication?.user || "", 320);
  const commit = commitOf(trigger);
  return {
    kind: "build",
    subject: subjectOf({
      event: "pipeline",
      workflow: application ? `${application}/${execution.name}` : execution.name,
      branch: commit?.branch ?? null,
    }),
    build: buildOf({
      version,
      outcome: outcomeOf(execution.status, type),
      source,
      run: { id: execution.id, attempt: 1, url: null },
      trigger: why,
      startedBy: why === "manual" ? starter.toLowerCase() || null : null,
      startedAt: execution.startTime ?? null,
      finishedAt: execution.endTime ?? null,
      artifact: image?.artifact ?? null,
      commit,
    }),
  };
}

function outcomeOf(status: string, type: string): BuildOutcome {
  const outcome = OUTCOMES.get(status) ?? "error";
  return outcome === "success" && type !== PIPELINE_ENDS[0] ? "error" : outcome;
}

/** The one image that the pipeline was started with. */
function imageOf({ artifacts }: ExecutionTrigger): {
  readonly version: string | null;
  readonly artifact: Artifact | null;
} | null {
  const [image, ...others] = (artifacts ?? []).filter(({ type }) => type === "docker/image");
  if (image === undefined || others.length > 0) return null;
  return {
    version: image.version ?? null,
    artifact: image.reference ? artifactOf(image.reference) : null,
  };
}

function commitOf(trigger: ExecutionTrigger): ReportedCommit | null {
  const sha = [trigger.hash, trigger.parameters?.commit]
    .map((candidate) => String(candidate ?? "").toLowerCase())
    .find(isCommitSha);
  if (sha === undefined) return null;
  const path = `${trigger.project ?? ""}/${trigger.slug ?? ""}`;
  return {
    repository: /^[^\s\p{C}/]+\/[^\s\p{C}/]+$/u.test(path) && path.length <= 200 ? path : null,
    sha,
    tag: null,
    branch: cleanLine(trigger.branch ?? "", 255) || null,
    author: null,
    subject: null,
  };
}
