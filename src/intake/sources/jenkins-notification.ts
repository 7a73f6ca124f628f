import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { repositoryOf } from "../../shared/repository-url.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { madeKey } from "./delivery-key.ts";
import type { ParsedEvent, ReportedCommit } from "./source.ts";
import { cleanLine, isCommitSha, webUrl } from "./text.ts";

const count = z.int().min(0);
const text = z.string().max(2_000).nullish();

/** Neither `parameters` nor `log` is looked at: either may hold secrets. */
export const notification = z.object({
  /** `job/<folder>/job/<name>/`; `name` beside it is the last of them alone. */
  url: z
    .string()
    .max(2_000)
    .regex(/^(?:job\/[^/\s]+\/?)+$/, "must be the path of a job"),
  build: z.object({
    number: count,
    phase: z.string().max(100),
    status: z.string().max(100).nullish(),
    full_url: webUrl.max(2_000).nullish(),
    /** When this was sent, and how long the build took; in milliseconds. */
    timestamp: z.int().min(0).max(8.64e15),
    duration: z.int().min(0).max(8.64e15),
    scm: z
      .object({ url: text, branch: text, commit: text, culprits: z.array(z.string()).nullish() })
      .nullish(),
    test_summary: z.object({ passed: count, failed: count, skipped: count }).nullish(),
  }),
});

type Notification = z.output<typeof notification>;

/** A result that is not listed is an error: what is not known is not a success. UNSTABLE has failed tests. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["SUCCESS", "success"],
  ["UNSTABLE", "failure"],
  ["FAILURE", "failure"],
  ["NOT_BUILT", "cancelled"],
  ["ABORTED", "cancelled"],
]);

export function jenkinsOutcome(result: string): BuildOutcome {
  return OUTCOMES.get(result) ?? "error";
}

/** The Notification plug-in gives its messages no ids, and sends each once for each endpoint. */
export function notificationKey({ url, build }: Notification): string {
  return madeKey([url, build.number, build.phase, build.status ?? null, build.timestamp]);
}

/** One phase of a build, as the Notification plug-in tells of it. */
export function readNotification({ url, build }: Notification, source: string): ParsedEvent {
  const job = jobOf(url);
  const what = `build ${build.number} of ${cleanLine(job, 80)}`;
  if (build.phase !== "FINALIZED") {
    return {
      kind: "unsupported",
      code: "not_finished",
      message: `${what} is in the phase ${cleanLine(build.phase, 60)}; only FINALIZED is the end, after all post-build steps`,
    };
  }
  if (isChangeRequest(job)) return changeRequest(what);
  const commit = commitOf(build.scm);
  const started = build.timestamp - build.duration;
  return {
    kind: "build",
    subject: subjectOf({
      repository: commit?.repository ?? null,
      event: "build",
      workflow: job,
      branch: commit?.branch ?? null,
    }),
    build: buildOf({
      version: String(build.number),
      outcome: jenkinsOutcome(build.status ?? ""),
      source,
      run: {
        id: cleanLine(`${job}/${build.number}`, 500),
        attempt: 1,
        url: build.full_url ?? null,
      },
      startedAt: started >= 0 ? started : null,
      finishedAt: build.timestamp,
      commit,
      tests: build.test_summary ?? null,
    }),
  };
}

/** A multibranch job names what it builds of a change request `PR-17` or `MR-17`: also of a fork's. */
export function isChangeRequest(job: string): boolean {
  return /(?:^|\/)[PM]R-\d+(?:-(?:head|merge))?$/.test(job);
}

export function changeRequest(what: string): ParsedEvent {
  const message = `${what} is of a change request, which is no release`;
  return { kind: "unsupported", code: "not_a_release_build", message };
}

/** The full name of a job, as `JOB_NAME` has it in a build: `checkout/main` of `job/checkout/job/main/`. */
function jobOf(url: string): string {
  const names = url.split("/").filter((_part, index) => index % 2 === 1);
  return cleanLine(names.map(decoded).join("/"), 500);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** null: the build says neither its repository nor its commit. */
function commitOf(scm: Notification["build"]["scm"]): ReportedCommit | null {
  const repository = repositoryOf(scm?.url);
  const sha = scm?.commit?.toLowerCase() ?? "";
  if (repository === null && !isCommitSha(sha)) return null;
  const [culprit, ...others] = scm?.culprits ?? [];
  const author = culprit === undefined || others.length > 0 ? "" : cleanLine(culprit, 320);
  return {
    repository,
    sha: isCommitSha(sha) ? sha : null,
    tag: null,
    branch: branchOf(scm?.branch ?? ""),
    author: author.toLowerCase() || null,
    subject: null,
  };
}

/** `origin/main`, as the Git plug-in names what it checked out. */
export function branchOf(ref: string): string | null {
  const branch = cleanLine(ref, 255).replace(/^(?:refs\/heads\/|(?:refs\/remotes\/)?origin\/)/, "");
  return branch === "" || branch === "detached" ? null : branch;
}
