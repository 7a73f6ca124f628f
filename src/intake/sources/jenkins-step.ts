import { z } from "zod";
import { repositoryOf } from "../../shared/repository-url.ts";
import { artifactOf } from "./artifact-reference.ts";
import { buildOf, subjectOf } from "./blank.ts";
import {
  branchOf,
  changeRequest,
  isChangeRequest,
  jenkinsOutcome,
} from "./jenkins-notification.ts";
import { metrics, REPORT_LIMITS } from "./report-schema.ts";
import { isDeliveryKey, type ParsedEvent, type ReportedCommit } from "./source.ts";
import { cleanLine, instant, isCommitSha, isVersion, line, webUrl } from "./text.ts";

/** What `event` says in the body that a pipeline's own step sends. */
export const STEP_EVENT = "build.completed";

const name = line(REPORT_LIMITS.name);
const count = z.int("must be a whole number").min(0, "must not be negative");
const optional = <T extends z.ZodType>(type: T) => type.nullish();

/** As text, or in milliseconds, which is what `currentBuild` has. */
const time = z.union([instant, z.int().min(0).max(8.64e15)], {
  error: "must be a time such as 2026-11-22T08:00:00Z, or milliseconds since 1970",
});

/** Written by whoever wrote the pipeline, so that an unknown member is refused by its name. */
export const step = z.strictObject({
  event: z.literal(STEP_EVENT),
  source: optional(name),
  subject: optional(name),
  job: optional(line(500)),
  build: optional(z.union([count, name])),
  version: z.string().refine(isVersion, "must be 1 to 128 visible characters without spaces"),
  outcome: line(100),
  artifact: optional(line(REPORT_LIMITS.url).regex(/^\S+$/, "must not hold spaces")),
  repository: optional(line(REPORT_LIMITS.url)),
  commit: optional(
    z
      .string()
      .toLowerCase()
      .refine(isCommitSha, "must be the whole commit id: 40 or 64 hexadecimal digits"),
  ),
  branch: optional(name),
  author: optional(name),
  url: optional(webUrl.max(REPORT_LIMITS.url)),
  startedAt: optional(time),
  finishedAt: optional(time),
  tests: optional(z.strictObject({ passed: count, failed: count, skipped: count })),
  metrics: optional(metrics),
  deliveryId: optional(
    z.string().refine(isDeliveryKey, "must be 1 to 200 visible ASCII characters"),
  ),
});

type Step = z.output<typeof step>;

/** What a pipeline's own `httpRequest` step reports. It may name the component; else the rules decide. */
export function readStep(sent: Step, source: string): ParsedEvent {
  const commit = commitOf(sent);
  const build = sent.build ?? sent.version;
  const job = sent.job ?? "";
  if (isChangeRequest(job)) return changeRequest(`build ${build} of ${cleanLine(job, 80)}`);
  return {
    kind: "build",
    subject: subjectOf({
      component: sent.subject ?? null,
      repository: commit?.repository ?? null,
      event: STEP_EVENT,
      workflow: sent.job ?? null,
      branch: commit?.branch ?? null,
    }),
    build: buildOf({
      version: sent.version,
      outcome: jenkinsOutcome(sent.outcome),
      source,
      run: {
        id: `${sent.job ?? sent.subject ?? "build"}/${build}`,
        attempt: 1,
        url: sent.url ?? null,
      },
      startedAt: sent.startedAt ?? null,
      finishedAt: sent.finishedAt ?? null,
      artifact: sent.artifact ? artifactOf(sent.artifact) : null,
      commit,
      tests: sent.tests ?? null,
      metrics: sent.metrics ?? {},
    }),
  };
}

/** The repository is the address that Jenkins cloned (`GIT_URL`), or `owner/name`. */
function commitOf({ repository, commit, branch, author }: Step): ReportedCommit | null {
  const path = repositoryOf(repository) ?? ownerAndName(repository ?? "");
  if (path === null && !commit) return null;
  return {
    repository: path,
    sha: commit ?? null,
    tag: null,
    branch: branchOf(branch ?? ""),
    author: author?.toLowerCase() ?? null,
    subject: null,
  };
}

function ownerAndName(text: string): string | null {
  return /^[\w.-]+(?:\/[\w.-]+)+$/.test(text) ? text : null;
}
