import { z } from "zod";
import type { BuildOutcome, Trigger } from "../../core/build.ts";
import {
  authorOf,
  commitSha,
  login,
  notARelease,
  refName,
  repository,
  repositoryName,
} from "./github-fields.ts";
import type { ReadEvent } from "./read-event.ts";
import { cleanLine, instant, isVersion, line, webUrl } from "./text.ts";

const LONGEST_SUBJECT = 200;

const schema = z.object({
  workflow_run: z.object({
    id: z.int().positive(),
    run_number: z.int().positive(),
    run_attempt: z.int().positive().optional(),
    event: z.string().max(100),
    conclusion: z.string().max(100).nullable(),
    path: line(1_000).nullish(),
    head_branch: refName.nullable(),
    head_sha: commitSha,
    html_url: webUrl,
    run_started_at: instant.nullish(),
    updated_at: instant.nullish(),
    head_repository: z.object({ full_name: repositoryName }).nullish(),
    head_commit: z
      .object({
        message: z.string().nullish(),
        author: z.object({ email: line(320).or(z.literal("")).nullish() }).nullish(),
      })
      .nullish(),
    actor: z.object({ login }).nullish(),
    triggering_actor: z.object({ login }).nullish(),
  }),
  workflow: z.object({ path: line(1_000).nullish() }).nullish(),
  repository,
});

type Payload = z.output<typeof schema>;
type WorkflowRun = Payload["workflow_run"];

/** Runs of code that somebody with write access put into the repository itself, and why they ran. */
export const GITHUB_TRIGGERS: ReadonlyMap<string, Trigger> = new Map([
  ["push", "code"],
  ["release", "code"],
  ["schedule", "schedule"],
  ["workflow_dispatch", "manual"],
]);

/** A conclusion that is not listed is an error: what is not known is not a success. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["success", "success"],
  ["failure", "failure"],
  ["timed_out", "failure"],
  ["cancelled", "cancelled"],
  ["skipped", "cancelled"],
  ["stale", "cancelled"],
]);

/** A finished run of a workflow: GitHub's "the build is complete". */
export function readWorkflowRun(payload: unknown, source: string): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { workflow_run: run, repository: repo } = parsed.data;

  const foreign = whyForeign(run, repo.full_name);
  if (foreign !== null) return notARelease(foreign);

  const trigger = GITHUB_TRIGGERS.get(run.event);
  if (trigger === undefined) {
    return notARelease(
      `run ${run.id} ran on ${cleanLine(run.event, 60)}; only runs on ${[...GITHUB_TRIGGERS.keys()].join(", ")} are releases`,
    );
  }

  const tag = tagOf(run, repo.default_branch);
  const attempt = run.run_attempt ?? 1;
  const version = `${tag ?? run.run_number}${attempt > 1 ? `.${attempt}` : ""}`;
  if (!isVersion(version)) {
    return notARelease(`the tag of run ${run.id} is too long to be a version`);
  }
  const branch = tag === null ? run.head_branch : null;

  return {
    kind: "build",
    subject: {
      component: null,
      repository: repo.full_name,
      event: "workflow_run",
      workflow: workflowPath(parsed.data),
      branch,
      package: null,
    },
    build: {
      version,
      outcome: OUTCOMES.get(run.conclusion ?? "") ?? "error",
      source,
      run: { id: String(run.id), attempt, url: run.html_url },
      trigger,
      // A retrain by hand is whose hand it was, whoever wrote the commit it ran on.
      startedBy: trigger === "manual" ? startedBy(run) : null,
      startedAt: run.run_started_at ?? null,
      finishedAt: run.updated_at ?? null,
      artifact: null,
      commit: {
        repository: repo.full_name,
        sha: run.head_sha,
        tag,
        branch,
        author: authorOf(run.head_commit?.author?.email ?? null, run.actor?.login ?? null),
        subject: subjectOf(run.head_commit?.message ?? ""),
      },
      metrics: {},
      slices: {},
      tests: null,
      checks: [],
      datasets: [],
      notes: null,
    },
  };
}

function startedBy(run: WorkflowRun): string | null {
  return authorOf(null, run.triggering_actor?.login ?? run.actor?.login ?? null);
}

/** A fork's run carries the fork's branch name, which may well be `main`, and succeeds as any other. */
function whyForeign(run: WorkflowRun, repositoryFullName: string): string | null {
  const head = run.head_repository?.full_name ?? null;
  if (head === null) {
    return `run ${run.id} does not say which repository its code came from, so it may be a fork's`;
  }
  return head.toLowerCase() === repositoryFullName.toLowerCase()
    ? null
    : `the code of run ${run.id} came from the head repository ${head}, not from ${repositoryFullName}`;
}

/**
 * `head_branch` holds the name of a branch or of a tag, and nothing in the event says which. A run on
 * `release` has a tag; so has one whose ref reads as a whole semantic version, unless that is the
 * default branch.
 */
function tagOf(run: WorkflowRun, defaultBranch: string | undefined): string | null {
  const ref = run.head_branch;
  if (ref === null || ref === defaultBranch) return null;
  const reads = /^v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(ref);
  return run.event === "release" || reads ? ref : null;
}

/** GitHub may write the ref behind it: `.github/workflows/build.yml@main`. */
function workflowPath({ workflow_run: run, workflow }: Payload): string | null {
  const path = run.path ?? workflow?.path ?? "";
  const file = /^(.+?\.ya?ml)(?:@.*)?$/.exec(path)?.[1] ?? path;
  return file === "" ? null : file;
}

function subjectOf(message: string): string | null {
  const subject = cleanLine(message.split("\n", 1)[0] ?? "", LONGEST_SUBJECT);
  return subject === "" ? null : subject;
}
