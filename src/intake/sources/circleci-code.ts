import { z } from "zod";
import type { Trigger } from "../../core/build.ts";
import { repositoryOf } from "../../shared/repository-url.ts";
import type { ReportedCommit } from "./source.ts";
import { cleanLine, isCommitSha } from "./text.ts";

const text = z.string().max(2_000).nullish();

const provider = z
  .object({
    web_url: text,
    repo_url: text,
    branch: text,
    commit_sha: text,
    commit_title: z.string().nullish(),
    commit_author_email: text,
    user_username: text,
  })
  .nullish();

/** What the two shapes of CircleCI's payloads say of the code that was built. Nothing of it is certain. */
export const code = z.object({
  trigger: z.object({ type: text }).nullish(),
  /** GitHub OAuth and Bitbucket Cloud. */
  vcs: z
    .object({
      target_repository_url: text,
      origin_repository_url: text,
      revision: text,
      branch: text,
      tag: text,
      commit: z
        .object({
          subject: z.string().nullish(),
          author: z.object({ name: text, email: text }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  /** GitHub App, GitLab and Bitbucket Data Center. */
  trigger_parameters: z
    .object({
      git: z.object({ branch: text, tag: text, checkout_sha: text, checkout_url: text }).nullish(),
      circleci: z.object({ event_type: text }).nullish(),
      github_app: provider,
      gitlab: provider,
    })
    .nullish(),
});

export interface BuiltCode {
  readonly commit: ReportedCommit;
  readonly trigger: Trigger | null;
  /** Why it is nobody's release; null: it may be one. */
  readonly foreign: string | null;
}

/** Why the pipelines ran: by the types of triggers of the first shape, and the events of the second. */
const TRIGGERS: ReadonlyMap<string, Trigger> = new Map([
  ["webhook", "code"],
  ["push", "code"],
  ["scheduled_pipeline", "schedule"],
  ["schedule", "schedule"],
  ["explicit", "manual"],
]);

export function readCode(pipeline: z.output<typeof code>): BuiltCode {
  const { vcs, trigger_parameters: parameters } = pipeline;
  const { git, circleci } = parameters ?? {};
  const of = parameters?.gitlab ?? parameters?.github_app;
  const target = repositoryOf(first(vcs?.target_repository_url, of?.web_url, of?.repo_url));
  const origin = repositoryOf(first(vcs?.origin_repository_url, git?.checkout_url));
  const sha = first(vcs?.revision, git?.checkout_sha, of?.commit_sha)?.toLowerCase() ?? "";
  const tag = name(first(vcs?.tag, git?.tag));
  const branch = tag === null ? name(first(vcs?.branch, git?.branch, of?.branch)) : null;
  const author = first(vcs?.commit?.author?.email, of?.commit_author_email, of?.user_username);
  const subject = first(vcs?.commit?.subject, of?.commit_title) ?? "";
  const why = first(circleci?.event_type, pipeline.trigger?.type) ?? "";
  return {
    commit: {
      repository: target ?? origin,
      sha: isCommitSha(sha) ? sha : null,
      tag,
      branch,
      author: author === null ? null : cleanLine(author, 320).toLowerCase() || null,
      subject: cleanLine(subject, 200) || null,
    },
    trigger: TRIGGERS.get(why) ?? null,
    foreign:
      vcs && origin === null
        ? "does not say which repository its code came from, so it may be a fork's"
        : whyForeign({ target, origin, branch, why }),
  };
}

/** A fork's pipeline has the fork's branch name, which may well be `main`. */
function whyForeign(built: {
  readonly target: string | null;
  readonly origin: string | null;
  readonly branch: string | null;
  readonly why: string;
}): string | null {
  const { target, origin, branch, why } = built;
  if (target !== null && origin !== null && target.toLowerCase() !== origin.toLowerCase()) {
    return `came from ${cleanLine(origin, 80)}, not from ${cleanLine(target, 80)}`;
  }
  const request = /^pull\/\d+/.test(branch ?? "") || /(?:pull|merge)[_-]?request/.test(why);
  return request ? "is a pull request's" : null;
}

/** CircleCI sends an empty text where there is none. */
function first(...texts: readonly (string | null | undefined)[]): string | null {
  return texts.find((candidate) => candidate) ?? null;
}

function name(ref: string | null): string | null {
  return ref === null ? null : cleanLine(ref, 255) || null;
}
