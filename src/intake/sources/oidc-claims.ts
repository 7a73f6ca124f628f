import { z } from "zod";
import type { Run, Trigger } from "../../core/build.ts";
import { fieldProblems } from "./field-problems.ts";
import { GITHUB_TRIGGERS } from "./github-workflow-run.ts";
import { GITLAB_TRIGGERS } from "./gitlab-pipeline.ts";
import { isDeliveryKey } from "./source.ts";
import { isCommitSha, line } from "./text.ts";

/** What the token of a job says of the job, whichever of the two systems gave it. */
export interface JobClaims {
  /** The token's own id. */
  readonly jti: string;
  readonly repository: string;
  readonly sha: string;
  readonly tag: string | null;
  readonly branch: string | null;
  /** What the version is where the report does not say. */
  readonly version: string;
  readonly run: Run & { readonly url: string };
  /** The path of the workflow's file; null: not said. */
  readonly workflow: string | null;
  /** Why the run ran, in the words of its system. */
  readonly event: string;
  /** undefined: it ran on something that makes no release; null: it is not said. */
  readonly trigger: Trigger | null | undefined;
  readonly events: readonly string[];
  readonly actor: string | null;
}

export type ReadClaims =
  | { readonly kind: "claims"; readonly claims: JobClaims }
  | { readonly kind: "malformed"; readonly problem: string };

const jti = z.string().refine(isDeliveryKey, "must be 1 to 200 visible ASCII characters");
const path = z
  .string()
  .max(500)
  .regex(/^[^\s\p{C}/]+(?:\/[^\s\p{C}/]+)+$/u, "must be owner/name");
const sha = z.string().toLowerCase().refine(isCommitSha, "must be a whole commit id");
const number = z.string().regex(/^\d{1,20}$/, "must be a number");
const ref = line(300);
const login = line(320).nullish();

const github = z.object({
  jti,
  repository: path,
  sha,
  ref,
  ref_type: z.string().max(20).nullish(),
  workflow_ref: z.string().max(2_000).nullish(),
  run_id: number,
  run_number: number,
  run_attempt: number,
  event_name: z.string().max(100),
  actor: login,
});

const gitlab = z.object({
  jti,
  project_path: path,
  sha,
  ref,
  ref_type: z.string().max(20).nullish(),
  pipeline_id: number,
  pipeline_source: z.string().max(100),
  user_login: login,
});

/** `issuer` without a slash at its end: pages are where it is. */
export function readClaims(payload: unknown, issuer: string): ReadClaims {
  const ofGitlab = typeof payload === "object" && payload !== null && "project_path" in payload;
  return ofGitlab ? readGitlab(payload, issuer) : readGithub(payload, issuer);
}

function readGithub(payload: unknown, issuer: string): ReadClaims {
  const parsed = github.safeParse(payload);
  if (!parsed.success) return malformed(parsed.error, payload);
  const { data } = parsed;
  const of = refOf(data.ref, data.ref_type);
  const attempt = Math.max(Number(data.run_attempt), 1);
  // Enterprise Server issues tokens below its own address.
  const site = issuer.endsWith("/_services/token")
    ? issuer.slice(0, -"/_services/token".length)
    : "https://github.com";
  const workflow = /^[^/]+\/[^/]+\/(.+?)(?:@.*)?$/.exec(data.workflow_ref ?? "")?.[1];
  return {
    kind: "claims",
    claims: {
      ...of,
      jti: data.jti,
      repository: data.repository,
      sha: data.sha,
      version: `${of.tag ?? data.run_number}${attempt > 1 ? `.${attempt}` : ""}`,
      run: {
        id: data.run_id,
        attempt,
        url: `${site}/${data.repository}/actions/runs/${data.run_id}`,
      },
      workflow: workflow ?? null,
      event: data.event_name,
      trigger: GITHUB_TRIGGERS.get(data.event_name),
      events: [...GITHUB_TRIGGERS.keys()],
      actor: data.actor?.toLowerCase() ?? null,
    },
  };
}

function readGitlab(payload: unknown, issuer: string): ReadClaims {
  const parsed = gitlab.safeParse(payload);
  if (!parsed.success) return malformed(parsed.error, payload);
  const { data } = parsed;
  const of = refOf(data.ref, data.ref_type);
  return {
    kind: "claims",
    claims: {
      ...of,
      jti: data.jti,
      repository: data.project_path,
      sha: data.sha,
      version: of.tag ?? data.pipeline_id,
      run: {
        id: data.pipeline_id,
        attempt: 1,
        url: `${issuer}/${data.project_path}/-/pipelines/${data.pipeline_id}`,
      },
      workflow: null,
      event: data.pipeline_source,
      trigger: GITLAB_TRIGGERS.get(data.pipeline_source),
      events: [...GITLAB_TRIGGERS.keys()],
      actor: data.user_login?.toLowerCase() ?? null,
    },
  };
}

/** `refs/heads/main`; GitLab writes the name alone. What is neither a branch nor a tag is none of both. */
function refOf(whole: string, type: string | null | undefined): Pick<JobClaims, "tag" | "branch"> {
  const [, kind, named] = /^refs\/(heads|tags)\/(.+)$/.exec(whole) ?? [];
  const name = named ?? (whole.startsWith("refs/") ? null : whole);
  const isTag = kind === "tags" || (kind === undefined && type === "tag");
  return isTag ? { tag: name, branch: null } : { tag: null, branch: name };
}

function malformed(error: z.ZodError, payload: unknown): ReadClaims {
  return { kind: "malformed", problem: fieldProblems(error, payload) };
}
