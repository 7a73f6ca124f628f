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
import type { FakeRepository, FakeRun, FakeWorkflow } from "./repository.ts";

type RunAnswer = Awaited<ReturnType<Octokit["rest"]["actions"]["getWorkflowRun"]>>["data"];

/**
 * How a dispatch is answered: with the run's id, with nothing (a server that does not know
 * `return_run_details` and ignores it), or with a refusal of that member (GitHub Enterprise Server).
 */
export type DispatchAnswer = "details" | "nothing" | "unknown member";

const MOST_INPUTS = 25;

const Dispatch = z.strictObject({
  ref: z.string(),
  inputs: z.record(z.string(), z.string()).default({}),
  return_run_details: z.boolean().default(false),
});
const OlderDispatch = Dispatch.omit({ return_run_details: true });

export interface ActionSettings {
  readonly now: number;
  readonly dispatchAnswer: DispatchAnswer;
  /** Whether lists show a new run at once. */
  readonly listsRuns: boolean;
}

/** `/repos/{owner}/{repo}/actions/…`; undefined: not one of these routes. */
export function actionRoutes(
  repository: FakeRepository,
  rest: readonly string[],
  { method, query, body }: GitHubRequest,
  settings: ActionSettings,
): GitHubAnswer | undefined {
  const [first, kind, id, verb, number] = rest;
  if (first !== "actions") return undefined;
  if (kind === "workflows" && method === "POST" && verb === "dispatches") {
    const workflow = repository.workflows.get(id ?? "");
    if (workflow === undefined) throw notFound();
    return dispatch(repository, workflow, body, settings);
  }
  if (kind === "workflows" && method === "GET" && verb === "runs") {
    return list(repository, id ?? "", query);
  }
  if (kind !== "runs") return undefined;
  const run = repository.runs.find((one) => String(one.id) === id);
  if (run === undefined) throw notFound();
  if (method === "GET" && verb === undefined) {
    return { status: 200, body: shown(repository, run, run.attempts.length) };
  }
  if (method === "GET" && verb === "attempts") {
    if (run.attempts[Number(number) - 1] === undefined) throw notFound();
    return { status: 200, body: shown(repository, run, Number(number)) };
  }
  if (method === "POST" && verb === "cancel") {
    if (run.attempts.at(-1)?.status === "completed") {
      throw new GitHubRefusal(409, "Cannot cancel a workflow run that is completed.");
    }
    run.cancelled = true;
    return { status: 202, body: {} };
  }
  return undefined;
}

function dispatch(
  repository: FakeRepository,
  workflow: FakeWorkflow,
  body: unknown,
  { now, dispatchAnswer, listsRuns }: ActionSettings,
): GitHubAnswer {
  const wanted = { return_run_details: false, ...parseDispatch(body, dispatchAnswer) };
  const { ref, inputs } = wanted;
  if (!repository.branches.has(ref) && !repository.tags.has(ref)) {
    throw new GitHubRefusal(422, `No ref found for: ${ref}`);
  }
  checkInputs(workflow, inputs);
  const run: FakeRun = {
    id: 300_000 + repository.runs.length,
    workflow: workflow.file,
    title: titleOf(workflow, inputs),
    branch: ref,
    inputs,
    createdAt: now,
    attempts: [{ status: "queued", conclusion: null }],
    listed: listsRuns,
    cancelled: false,
  };
  repository.runs.push(run);
  if (!wanted.return_run_details || dispatchAnswer !== "details") return { status: 204 };
  const { url, html_url } = shown(repository, run, 1);
  return { status: 200, body: { workflow_run_id: run.id, run_url: url, html_url } };
}

function parseDispatch(body: unknown, answer: DispatchAnswer): z.output<typeof OlderDispatch> {
  return checkBody(answer === "unknown member" ? OlderDispatch : Dispatch, body);
}

function checkInputs(
  { inputs: declared }: FakeWorkflow,
  inputs: Readonly<Record<string, string>>,
): void {
  const unexpected = Object.keys(inputs).filter((name) => declared[name] === undefined);
  if (Object.keys(inputs).length > MOST_INPUTS) {
    throw new GitHubRefusal(422, `Too many inputs: at most ${MOST_INPUTS} are permitted`);
  }
  if (unexpected.length > 0) {
    throw new GitHubRefusal(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  }
  for (const [name, { required }] of Object.entries(declared)) {
    if (required && inputs[name] === undefined) {
      throw new GitHubRefusal(422, `Required input '${name}' not provided`);
    }
  }
}

function titleOf(
  { file, runName }: FakeWorkflow,
  inputs: Readonly<Record<string, string>>,
): string {
  return (runName ?? file).replace(
    /\$\{\{ inputs\.(\w+) \}\}/g,
    (_whole, name: string) => inputs[name] ?? "",
  );
}

function list(repository: FakeRepository, workflow: string, query: URLSearchParams): GitHubAnswer {
  const since = /^>=(.+)$/.exec(query.get("created") ?? "")?.[1];
  const matching = [...repository.runs]
    .reverse()
    .filter(
      (run) =>
        run.listed &&
        run.workflow === workflow &&
        (query.get("event") ?? "workflow_dispatch") === "workflow_dispatch" &&
        (since === undefined || run.createdAt >= Date.parse(since)),
    );
  const page = pageOf(matching, query).map((run) => shown(repository, run, run.attempts.length));
  return { status: 200, body: { total_count: matching.length, workflow_runs: page } };
}

function shown(
  repository: FakeRepository,
  run: FakeRun,
  attempt: number,
): Pick<
  RunAnswer,
  | "id"
  | "display_title"
  | "event"
  | "status"
  | "conclusion"
  | "run_attempt"
  | "created_at"
  | "url"
  | "html_url"
  | "head_branch"
> {
  const { status = "queued", conclusion = null } = run.attempts[attempt - 1] ?? {};
  return {
    id: run.id,
    display_title: run.title,
    event: "workflow_dispatch",
    status,
    conclusion,
    run_attempt: attempt,
    created_at: iso(run.createdAt),
    url: `https://api.github.example/repos/${repository.name}/actions/runs/${run.id}`,
    html_url: `https://github.example/${repository.name}/actions/runs/${run.id}`,
    head_branch: run.branch,
  };
}
