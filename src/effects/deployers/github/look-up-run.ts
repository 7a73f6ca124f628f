import type { OperationInput } from "../../../core/job.ts";
import type { Milliseconds } from "../../../core/json.ts";
import { AdapterError } from "../../../shared/errors.ts";
import {
  createdAt,
  type Deployment,
  type DeploymentStatus,
  findDeployment,
  type RecordSite,
  readStatuses,
} from "./deployment-record.ts";
import { findRun } from "./find-run.ts";
import { listRuns, readRun, type WorkflowRun, type WorkflowSite } from "./workflow-runs.ts";

/** What an earlier try left behind. */
export type LookUp =
  | {
      readonly kind: "begun";
      readonly run: WorkflowRun;
      readonly deployment: Deployment | null;
    }
  /** It is certain that nothing was begun. */
  | { readonly kind: "free"; readonly deployment: Deployment | null };

/** A run that was dispatched is shown in lists after some seconds; this is many times that. */
const LISTED_AFTER: Milliseconds = 60_000;

/**
 * Finds out whether an earlier try has started the workflow. Each try records a Deployment first, then the
 * status `queued`, and only then dispatches: without the first two there was no dispatch, and the status
 * says when there may have been one.
 * @throws AdapterError when GitHub cannot say
 */
export async function lookUpRun(
  site: WorkflowSite,
  record: RecordSite | null,
  input: OperationInput,
  environment: string,
): Promise<LookUp> {
  const deployment = record === null ? null : await findDeployment(record, input, environment);
  const told =
    record === null || deployment === null ? null : await readStatuses(record, deployment.id);

  const noted = told?.statuses.map((status) => runIn(status, site)).find((id) => id !== null);
  const notedRun = noted === undefined ? null : await readRun(site, noted, null);
  if (notedRun !== null) return { kind: "begun", run: notedRun, deployment };

  const found = findRun(await listRuns(site, input.startedAt), input.key);
  if (found.kind === "ours") return { kind: "begun", run: found.run, deployment };
  if (record !== null && (told === null || told.statuses.length === 0)) {
    return { kind: "free", deployment };
  }
  const earlier = `an earlier try may have started ${site.workflow}`;
  if (told?.statuses[0] === undefined) {
    throw new AdapterError(`${earlier}, and GitHub shows no run that names ${input.key}`, {
      retryable: true,
      uncertain: true,
    });
  }
  const wait = LISTED_AFTER - (told.readAt - createdAt(told.statuses[0]));
  if (wait > 0) {
    throw new AdapterError(`${earlier}, which GitHub would show soon`, {
      retryable: true,
      uncertain: true,
      retryAfter: wait,
    });
  }
  if (found.kind === "none") return { kind: "free", deployment };
  throw new AdapterError(
    `${earlier}, and no run names ${input.key}: put \${{ inputs.key }} into its run-name, and look at its runs`,
    { retryable: false, uncertain: true },
  );
}

/** The run that a status of ours links to. Other links, to the build for one, are not the deployment. */
function runIn({ state, log_url }: DeploymentStatus, { repository }: WorkflowSite): number | null {
  if (state !== "in_progress" || typeof log_url !== "string" || !URL.canParse(log_url)) return null;
  const path = `/${repository.owner}/${repository.repo}/actions/runs/`;
  const { pathname } = new URL(log_url);
  const id = pathname.startsWith(path) ? pathname.slice(path.length) : "";
  return /^\d+$/.test(id) ? Number(id) : null;
}
