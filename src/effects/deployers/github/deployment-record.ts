import type { Octokit } from "octokit";
import { z } from "zod";
import type { OperationInput } from "../../../core/job.ts";
import type { Instant } from "../../../core/json.ts";
import { AdapterError } from "../../../shared/errors.ts";
import { callGitHub, type GitHubCircumstances } from "../../github/call-github.ts";
import type { RepositoryName } from "../../github/github-client.ts";
import { oneLine } from "../../one-line.ts";

/** Where Deployments are recorded: the repository that was built. */
export interface RecordSite {
  readonly client: Octokit;
  readonly repository: RepositoryName;
  readonly circumstances: GitHubCircumstances;
}

const Deployment = z.object({
  id: z.number().int(),
  sha: z.string(),
  payload: z.unknown(),
  production_environment: z.boolean().default(false),
});
const Status = z.object({
  state: z.string(),
  log_url: z.string().nullish(),
  created_at: z.iso.datetime({ offset: true }),
});

export type Deployment = z.output<typeof Deployment>;
export type DeploymentStatus = z.output<typeof Status>;
export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "inactive";

const TASK = "deploy";
const LONGEST_DESCRIPTION = 140;
/** How many earlier deployments of an environment are looked at for one that is still shown as active. */
const EARLIER_LOOKED_AT = 10;

/** The Deployment that an earlier try made for this operation, or null. */
export async function findDeployment(
  site: RecordSite,
  input: OperationInput,
  environment: string,
): Promise<Deployment | null> {
  const found = await list(site, { sha: input.commit ?? "", environment, per_page: 100 });
  return found.find(({ payload }) => keyIn(payload) === input.key) ?? null;
}

/** Makes one for exactly the commit that was approved. Starts nothing. */
export async function createDeployment(
  { client, repository, circumstances }: RecordSite,
  input: OperationInput,
  environment: string,
): Promise<Deployment> {
  const { commit, component, version, actor, key, release, digest } = input;
  const call = { what: `record the deployment in ${nameOf(repository)}`, changes: true };
  const deployment = await callGitHub(circumstances, call, async (signal) => {
    const { data } = await client.rest.repos.createDeployment({
      ...repository,
      ref: commit ?? "",
      task: TASK,
      // Without these two GitHub merges the default branch into the commit, or waits for every check.
      auto_merge: false,
      required_contexts: [],
      environment,
      description: describe(`${component} ${version} by ${actor}`),
      payload: { slipway: { key, release, digest } },
      request: { signal },
    });
    return Deployment.parse(data);
  });
  if (deployment.sha !== commit) {
    throw new AdapterError(
      `GitHub recorded a deployment of ${deployment.sha} instead of ${commit}: nothing was started`,
      { retryable: false },
    );
  }
  return deployment;
}

export interface ReadStatuses {
  /** Newest first. */
  readonly statuses: readonly DeploymentStatus[];
  /** The time by GitHub's own clock. */
  readonly readAt: Instant;
}

export async function readStatuses(
  { client, repository, circumstances }: RecordSite,
  deployment: number,
): Promise<ReadStatuses> {
  const call = { what: `read deployment ${deployment} of ${nameOf(repository)}`, changes: false };
  return callGitHub(circumstances, call, async (signal) => {
    const { data, headers } = await client.rest.repos.listDeploymentStatuses({
      ...repository,
      deployment_id: deployment,
      per_page: 100,
      request: { signal },
    });
    const readAt = Date.parse(headers.date ?? "");
    return {
      statuses: z.array(Status).parse(data),
      readAt: Number.isNaN(readAt) ? circumstances.clock.now() : readAt,
    };
  });
}

export async function addStatus(
  { client, repository, circumstances }: RecordSite,
  deployment: number,
  status: {
    readonly state: DeploymentState;
    readonly description: string;
    readonly url: string | null;
  },
): Promise<void> {
  const call = { what: `update deployment ${deployment} of ${nameOf(repository)}`, changes: true };
  await callGitHub(circumstances, call, (signal) =>
    client.rest.repos.createDeploymentStatus({
      ...repository,
      deployment_id: deployment,
      state: status.state,
      description: describe(status.description),
      ...(status.url === null ? {} : { log_url: status.url }),
      request: { signal },
    }),
  );
}

/**
 * Marks what this deployment replaced as inactive. GitHub does so by itself, except in environments that
 * it takes for production.
 */
export async function retireEarlier(
  site: RecordSite,
  deployment: number,
  environment: string,
): Promise<void> {
  const all = await list(site, { environment, per_page: 100 });
  const earlier = all.filter((one) => one.production_environment && one.id < deployment);
  for (const { id } of earlier.slice(0, EARLIER_LOOKED_AT)) {
    const newest = (await readStatuses(site, id)).statuses[0];
    // Whatever is older was retired together with this one.
    if (newest?.state === "inactive") return;
    if (newest?.state !== "success") continue;
    await addStatus(site, id, { state: "inactive", description: "replaced", url: null });
  }
}

async function list(
  { client, repository, circumstances }: RecordSite,
  filter: { readonly sha?: string; readonly environment: string; readonly per_page: number },
): Promise<readonly Deployment[]> {
  const call = { what: `list the deployments of ${nameOf(repository)}`, changes: false };
  return callGitHub(circumstances, call, async (signal) => {
    const { data } = await client.rest.repos.listDeployments({
      ...repository,
      ...filter,
      task: TASK,
      request: { signal },
    });
    return z.array(Deployment).parse(data);
  });
}

export function createdAt({ created_at }: DeploymentStatus): Instant {
  return Date.parse(created_at);
}

const OurPayload = z.object({ slipway: z.object({ key: z.string() }) });

/** GitHub gives the payload back as it came, or as a text, or as a text in a text. */
function keyIn(payload: unknown): string | null {
  let value = payload;
  for (let layer = 0; layer < 2 && typeof value === "string"; layer += 1) {
    try {
      value = JSON.parse(value);
    } catch {
      return null;
    }
  }
  const ours = OurPayload.safeParse(value);
  return ours.success ? ours.data.slipway.key : null;
}

function describe(text: string): string {
  return oneLine(text, LONGEST_DESCRIPTION);
}

function nameOf({ owner, repo }: RepositoryName): string {
  return `${owner}/${repo}`;
}
