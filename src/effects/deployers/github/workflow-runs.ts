import type { Octokit } from "octokit";
import { z } from "zod";
import type { Instant, Milliseconds } from "../../../core/json.ts";
import { AdapterError } from "../../../shared/errors.ts";
import { callGitHub, type GitHubCircumstances } from "../../github/call-github.ts";
import type { RepositoryName } from "../../github/github-client.ts";

/** A workflow of a repository, and a client that may use it. */
export interface WorkflowSite {
  readonly client: Octokit;
  readonly repository: RepositoryName;
  readonly workflow: string;
  readonly circumstances: GitHubCircumstances;
}

const WorkflowRun = z.object({
  id: z.number().int(),
  display_title: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  run_attempt: z.number().int().default(1),
  html_url: z.string(),
});
const RunList = z.object({ total_count: z.number(), workflow_runs: z.array(WorkflowRun) });
const Dispatched = z.object({ workflow_run_id: z.number().int(), html_url: z.string() });

export type WorkflowRun = z.output<typeof WorkflowRun>;

/** GitHub Enterprise Server does not know the member, and refuses the request before acting on it. */
const UNKNOWN_MEMBER = /return_run_details/;

/** Starts the workflow. null: GitHub took it, and did not say which run it became. */
export async function dispatchRun(
  site: WorkflowSite,
  request: { readonly ref: string; readonly inputs: Readonly<Record<string, string>> },
): Promise<{ readonly id: number; readonly url: string } | null> {
  const answer = await postDispatch(site, { ...request, return_run_details: true }).catch(
    (error: unknown) => {
      const known = error instanceof AdapterError && !error.uncertain;
      if (known && UNKNOWN_MEMBER.test(error.message)) return postDispatch(site, request);
      throw error;
    },
  );
  // An answer without an id is not proof of anything but that it was taken.
  const details = Dispatched.safeParse(answer);
  return details.success ? { id: details.data.workflow_run_id, url: details.data.html_url } : null;
}

async function postDispatch(
  { client, repository, workflow, circumstances }: WorkflowSite,
  body: {
    readonly ref: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly return_run_details?: true;
  },
): Promise<unknown> {
  const { owner, repo } = repository;
  const what = `start ${workflow} in ${owner}/${repo}`;
  return callGitHub(circumstances, { what, changes: true }, async (signal) => {
    const { data } = await client.request(
      "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
      { owner, repo, workflow_id: workflow, ...body, request: { signal } },
    );
    return data as unknown;
  });
}

/** One attempt of a run, or its latest; null: GitHub has no such run (any more). */
export async function readRun(
  { client, repository, circumstances }: WorkflowSite,
  id: number,
  attempt: number | null,
): Promise<WorkflowRun | null> {
  const call = { what: `read run ${id} of ${nameOf(repository)}`, changes: false };
  return callGitHub(circumstances, call, async (signal) => {
    const wanted = { ...repository, run_id: id, request: { signal } };
    try {
      const { data } =
        attempt === null
          ? await client.rest.actions.getWorkflowRun(wanted)
          : await client.rest.actions.getWorkflowRunAttempt({ ...wanted, attempt_number: attempt });
      return WorkflowRun.parse(data);
    } catch (error) {
      if (error instanceof Error && "status" in error && error.status === 404) return null;
      throw error;
    }
  });
}

/** Between this machine's clock and GitHub's. */
const CLOCK_SKEW: Milliseconds = 5 * 60_000;

/**
 * Runs of the workflow that were dispatched since, by this machine's clock, newest first; `complete`: there
 * are no more.
 */
export async function listRuns(
  { client, repository, workflow, circumstances }: WorkflowSite,
  since: Instant,
): Promise<{ readonly runs: readonly WorkflowRun[]; readonly complete: boolean }> {
  const call = { what: `list the runs of ${workflow} in ${nameOf(repository)}`, changes: false };
  const list = await callGitHub(circumstances, call, async (signal) => {
    const { data } = await client.rest.actions.listWorkflowRuns({
      ...repository,
      workflow_id: workflow,
      event: "workflow_dispatch",
      created: `>=${new Date(since - CLOCK_SKEW).toISOString().replace(/\.\d+Z$/, "Z")}`,
      per_page: 100,
      request: { signal },
    });
    return RunList.parse(data);
  });
  const runs = list.workflow_runs;
  return { runs, complete: runs.length >= list.total_count };
}

/** Asks the run to stop. One that has ended is left alone. */
export async function cancelRun(
  { client, repository, circumstances }: WorkflowSite,
  id: number,
): Promise<void> {
  const call = { what: `cancel run ${id} of ${nameOf(repository)}`, changes: true };
  await callGitHub(circumstances, call, async (signal) => {
    try {
      await client.rest.actions.cancelWorkflowRun({
        ...repository,
        run_id: id,
        request: { signal },
      });
    } catch (error) {
      if (error instanceof Error && "status" in error && error.status === 409) return;
      throw error;
    }
  });
}

export async function defaultBranch({
  client,
  repository,
  circumstances,
}: WorkflowSite): Promise<string> {
  const call = { what: `read the default branch of ${nameOf(repository)}`, changes: false };
  return callGitHub(circumstances, call, async (signal) => {
    const { data } = await client.rest.repos.get({ ...repository, request: { signal } });
    return z.object({ default_branch: z.string() }).parse(data).default_branch;
  });
}

function nameOf({ owner, repo }: RepositoryName): string {
  return `${owner}/${repo}`;
}
