import type { OperationInput } from "../../../core/job.ts";
import { AdapterError, errorText } from "../../../shared/errors.ts";
import { callGitHub } from "../../github/call-github.ts";
import { parseRepository, type RepositoryName } from "../../github/github-client.ts";
import type { Deployer, Observation, Started } from "../deployer.ts";
import type { DeployerServices } from "../deployer-services.ts";
import { operationVariables } from "../operation-variables.ts";
import { asUncertain } from "../uncertain.ts";
import {
  addStatus,
  createDeployment,
  type Deployment,
  type DeploymentState,
  findDeployment,
  type RecordSite,
  readStatuses,
  retireEarlier,
} from "./deployment-record.ts";
import { findRun } from "./find-run.ts";
import type { GitHubActionsSettings } from "./github-actions-settings.ts";
import { judgeRun } from "./judge-run.ts";
import { lookUpRun } from "./look-up-run.ts";
import { parseRunHandle, printRunHandle, type RunHandle } from "./run-handle.ts";
import { textParameter, workflowInputs } from "./workflow-inputs.ts";
import {
  cancelRun,
  defaultBranch,
  dispatchRun,
  listRuns,
  readRun,
  type WorkflowRun,
  type WorkflowSite,
} from "./workflow-runs.ts";

/**
 * Deploys by a GitHub Actions workflow, and shows it on GitHub's own pages: a Deployment of exactly the
 * approved commit, in the repository that was built, with its statuses.
 *
 * GitHub knows no idempotency key. A dispatch is never repeated before `lookUpRun` is certain that the
 * earlier one did not take place.
 */
export function createGitHubActionsDeployer(
  settings: GitHubActionsSettings,
  services: Pick<DeployerServices, "clock" | "logger" | "github" | "releaseUrl">,
): Deployer {
  const { name } = settings;
  const { clock, github } = services;
  const logger = services.logger.child({ deployer: name });

  async function workflowSite(input: OperationInput, signal: AbortSignal): Promise<WorkflowSite> {
    const { repository } = settings;
    const client = await clientFor(repository, signal);
    const workflow = textParameter(input, "workflow") ?? settings.workflow;
    return { client, repository, workflow, circumstances: { clock, signal } };
  }

  /** null: nothing to record, or nowhere. A verification is not a deployment. */
  async function recordSite(
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<RecordSite | null> {
    const repository = parseRepository(input.repository);
    const wanted = settings.recordDeployments && input.purpose !== "verify";
    if (!wanted || repository === null || input.commit === null) return null;
    const client = await clientFor(repository, signal);
    return { client, repository, circumstances: { clock, signal } };
  }

  function clientFor(repository: RepositoryName, signal: AbortSignal) {
    const what = `act on ${repository.owner}/${repository.repo}`;
    return callGitHub({ clock, signal }, { what, changes: false }, (limited) =>
      github.forRepository(repository, limited),
    );
  }

  async function begin(
    site: WorkflowSite,
    record: RecordSite | null,
    input: OperationInput,
    existing: Deployment | null,
  ): Promise<Started> {
    const page = await services.releaseUrl(input).catch(() => null);
    const inputs = workflowInputs(input, settings.inputs, operationVariables(input, page));
    const ref = textParameter(input, "ref") ?? settings.ref ?? (await defaultBranch(site));
    const deployment = record === null ? null : (existing ?? (await recorded(record, input)));
    if (record !== null && deployment !== null) {
      // Says when a run may have been dispatched: see `lookUpRun`.
      const description = `${site.workflow} is being started`;
      await addStatus(record, deployment.id, { state: "queued", description, url: null });
    }
    const run = await dispatchRun(site, { ref, inputs });
    const begun = run === null ? null : { id: run.id, attempt: 1, url: run.url };
    return started(site, record, begun, deployment);
  }

  /** A try that went no further than this has left one: it is not made twice. */
  async function recorded(record: RecordSite, input: OperationInput): Promise<Deployment> {
    const environment = environmentOf(input);
    const found = await findDeployment(record, input, environment);
    return found ?? (await createDeployment(record, input, environment));
  }

  async function started(
    site: WorkflowSite,
    record: RecordSite | null,
    run: { readonly id: number; readonly attempt: number; readonly url: string } | null,
    deployment: Deployment | null,
  ): Promise<Started> {
    const handle: RunHandle = {
      run: run?.id ?? null,
      attempt: run?.attempt ?? null,
      deployment: deployment?.id ?? null,
    };
    const url = run?.url ?? null;
    await show(record, handle, { state: "in_progress", description: `${site.workflow} runs`, url });
    return { handle: printRunHandle(handle), url };
  }

  async function startAgain(input: OperationInput, signal: AbortSignal): Promise<Started> {
    const { site, record, earlier } = await lookUp(input, signal).catch((error: unknown) => {
      throw asUncertain(error);
    });
    if (earlier.kind === "free") return begin(site, record, input, earlier.deployment);
    const { id, run_attempt: attempt, html_url: url } = earlier.run;
    return started(site, record, { id, attempt, url }, earlier.deployment);
  }

  async function lookUp(input: OperationInput, signal: AbortSignal) {
    const site = await workflowSite(input, signal);
    const record = await recordSite(input, signal);
    return { site, record, earlier: await lookUpRun(site, record, input, environmentOf(input)) };
  }

  async function currentRun(
    site: WorkflowSite,
    input: OperationInput,
    { run, attempt }: RunHandle,
  ): Promise<WorkflowRun | Extract<Observation, { kind: "unknown" }>> {
    if (run !== null) {
      const found = await readRun(site, run, attempt);
      return found ?? { kind: "unknown", why: `GitHub no longer knows run ${run}` };
    }
    const found = findRun(await listRuns(site, input.startedAt), input.key);
    if (found.kind === "ours") return found.run;
    const why = `GitHub shows no run of ${site.workflow} that names ${input.key}: put \${{ inputs.key }} into its run-name`;
    return { kind: "unknown", why };
  }

  /**
   * What GitHub's pages show is worth a line in the log, and never a deployment. Not even being told to
   * stop is passed on from here: the run that was begun must not be forgotten for it.
   */
  async function show(
    record: RecordSite | null,
    { deployment }: RunHandle,
    status: {
      readonly state: DeploymentState;
      readonly description: string;
      readonly url: string | null;
    },
  ): Promise<void> {
    if (record === null || deployment === null) return;
    try {
      const { statuses } = await readStatuses(record, deployment);
      if (statuses[0]?.state === status.state) return;
      await addStatus(record, deployment, status);
    } catch (error) {
      logger.warn({ error: errorText(error) }, "a deployment status could not be shown on GitHub");
    }
  }

  async function showEnd(
    record: RecordSite | null,
    handle: RunHandle,
    input: OperationInput,
    observed: Observation,
    url: string,
  ): Promise<void> {
    if (observed.kind === "failed") {
      await show(record, handle, { state: "failure", description: observed.why, url });
    }
    if (observed.kind !== "succeeded") return;
    const description = `${input.component} ${input.version} is deployed`;
    await show(record, handle, { state: "success", description, url });
    if (record === null || handle.deployment === null) return;
    try {
      await retireEarlier(record, handle.deployment, environmentOf(input));
    } catch (error) {
      logger.warn(
        { error: errorText(error) },
        "an earlier deployment could not be retired on GitHub",
      );
    }
  }

  return {
    name,
    every: settings.every,
    timeout: settings.timeout,
    endsInStart: false,

    start: async (input, retried, signal) => {
      if (retried) return startAgain(input, signal);
      const site = await workflowSite(input, signal);
      return begin(site, await recordSite(input, signal), input, null);
    },

    observe: async (input, printed, signal) => {
      const handle = parseRunHandle(printed);
      const site = await workflowSite(input, signal);
      const run = await currentRun(site, input, handle);
      if ("kind" in run) return run;
      const observed = judgeRun(site.workflow, run);
      if (observed.kind === "succeeded" || observed.kind === "failed") {
        await showEnd(await recordSite(input, signal), handle, input, observed, run.html_url);
      }
      return observed;
    },

    stop: async (input, printed, signal) => {
      const handle = parseRunHandle(printed);
      const site = await workflowSite(input, signal);
      const run = await currentRun(site, input, handle);
      if ("kind" in run) throw new AdapterError(`${name}: ${run.why}`, { retryable: true });
      await cancelRun(site, run.id);
    },
  };
}

function environmentOf(input: OperationInput): string {
  return textParameter(input, "environment") ?? input.environment;
}
