import type { Octokit } from "octokit";
import { z } from "zod";
import {
  checkBody,
  type GitHubAnswer,
  GitHubRefusal,
  type GitHubRequest,
  iso,
  notFound,
  pageOf,
} from "./answer.ts";
import {
  type FakeDeployment,
  type FakeRepository,
  type FakeStatus,
  historyOf,
  resolveRef,
} from "./repository.ts";

type DeploymentAnswer = Awaited<ReturnType<Octokit["rest"]["repos"]["getDeployment"]>>["data"];
type StatusAnswer = Awaited<ReturnType<Octokit["rest"]["repos"]["getDeploymentStatus"]>>["data"];

const NewDeployment = z.strictObject({
  ref: z.string(),
  task: z.string().default("deploy"),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default(""),
  environment: z.string().default("production"),
  description: z.string().nullable().default(""),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});

const NewStatus = z.strictObject({
  state: z.enum(["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]),
  log_url: z.string().default(""),
  target_url: z.string().default(""),
  environment_url: z.string().default(""),
  environment: z.string().optional(),
  description: z.string().default(""),
  auto_inactive: z.boolean().default(true),
});

const LONGEST_DESCRIPTION = 140;

/** `/repos/{owner}/{repo}/deployments…`; undefined: not one of these routes. */
export function deploymentRoutes(
  repository: FakeRepository,
  rest: readonly string[],
  { method, query, body }: GitHubRequest,
  now: number,
): GitHubAnswer | undefined {
  const [first, id, second] = rest;
  if (first !== "deployments") return undefined;
  if (id === undefined && method === "POST") return create(repository, body, now);
  if (id === undefined && method === "GET") {
    const matching = [...repository.deployments]
      .reverse()
      .filter(
        (one) =>
          matches(query.get("sha"), one.sha) &&
          matches(query.get("ref"), one.ref) &&
          matches(query.get("task"), one.task) &&
          matches(query.get("environment"), one.environment),
      );
    return { status: 200, body: pageOf(matching, query).map((one) => shown(repository, one)) };
  }
  const deployment = repository.deployments.find((one) => String(one.id) === id);
  if (deployment === undefined) throw notFound();
  if (second === undefined && method === "GET") {
    return { status: 200, body: shown(repository, deployment) };
  }
  if (second !== "statuses") return undefined;
  if (method === "POST") return createStatus(repository, deployment, body, now);
  const newestFirst = [...deployment.statuses].reverse();
  return { status: 200, body: pageOf(newestFirst, query).map((status) => shownStatus(status)) };
}

function create(repository: FakeRepository, body: unknown, now: number): GitHubAnswer {
  const wanted = checkBody(NewDeployment, body);
  const sha = resolveRef(repository, wanted.ref);
  if (sha === undefined) throw new GitHubRefusal(422, `No ref found for: ${wanted.ref}`);
  if (wanted.auto_merge && isBehind(repository, sha)) {
    const message = `Auto-merged ${repository.defaultBranch} into ${wanted.ref} on deployment.`;
    return { status: 202, body: { message } };
  }
  if (wanted.required_contexts === undefined) {
    throw new GitHubRefusal(409, `Conflict: Commit status checks failed for ${wanted.ref}.`);
  }
  const deployment: FakeDeployment = {
    id: 9_000 + repository.deployments.length,
    sha,
    ref: wanted.ref,
    task: wanted.task,
    environment: wanted.environment,
    description: wanted.description,
    payload: wanted.payload,
    production: wanted.production_environment ?? wanted.environment === "production",
    createdAt: now,
    statuses: [],
  };
  repository.deployments.push(deployment);
  return { status: 201, body: shown(repository, deployment) };
}

function createStatus(
  repository: FakeRepository,
  deployment: FakeDeployment,
  body: unknown,
  now: number,
): GitHubAnswer {
  const wanted = checkBody(NewStatus, body);
  if (wanted.description.length > LONGEST_DESCRIPTION) {
    throw new GitHubRefusal(422, "Validation Failed", [
      {
        resource: "DeploymentStatus",
        code: "custom",
        field: "description",
        message: `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`,
      },
    ]);
  }
  const status = addStatus(deployment, wanted.state, now, wanted);
  if (wanted.auto_inactive && wanted.state === "success" && !deployment.production) {
    for (const earlier of repository.deployments) {
      const replaced =
        earlier.id < deployment.id &&
        earlier.environment === deployment.environment &&
        earlier.statuses.at(-1)?.state === "success";
      if (replaced) addStatus(earlier, "inactive", now);
    }
  }
  return { status: 201, body: shownStatus(status) };
}

function addStatus(
  deployment: FakeDeployment,
  state: string,
  now: number,
  told: { readonly description?: string; readonly log_url?: string } = {},
): FakeStatus {
  const { description = "", log_url: logUrl = "" } = told;
  const id = deployment.id * 100 + deployment.statuses.length;
  const status = { id, state, description, logUrl, createdAt: now };
  deployment.statuses.push(status);
  return status;
}

function isBehind(repository: FakeRepository, sha: string): boolean {
  const head = repository.branches.get(repository.defaultBranch) ?? "";
  const known = new Set(historyOf(repository, sha).map((commit) => commit.sha));
  return historyOf(repository, head).some((commit) => !known.has(commit.sha));
}

function matches(wanted: string | null, actual: string): boolean {
  return wanted === null || wanted === "none" || wanted === actual;
}

function shown(
  repository: FakeRepository,
  deployment: FakeDeployment,
): Pick<
  DeploymentAnswer,
  | "id"
  | "sha"
  | "ref"
  | "task"
  | "environment"
  | "description"
  | "created_at"
  | "updated_at"
  | "statuses_url"
  | "production_environment"
> & { readonly payload: unknown } {
  const { id, sha, ref, task, environment, description, payload, createdAt, production } =
    deployment;
  return {
    id,
    sha,
    ref,
    task,
    environment,
    description,
    payload,
    created_at: iso(createdAt),
    updated_at: iso(deployment.statuses.at(-1)?.createdAt ?? createdAt),
    statuses_url: `https://api.github.example/repos/${repository.name}/deployments/${id}/statuses`,
    production_environment: production,
  };
}

function shownStatus({ id, state, description, logUrl, createdAt }: FakeStatus): Pick<
  StatusAnswer,
  "id" | "description" | "log_url" | "created_at"
> & {
  readonly state: string;
} {
  return { id, state, description, log_url: logUrl, created_at: iso(createdAt) };
}
