import type { Observation } from "../deployer.ts";
import type { WorkflowRun } from "./workflow-runs.ts";

const IN_WORDS: Readonly<Record<string, string>> = {
  queued: "queued at GitHub",
  requested: "queued at GitHub",
  pending: "waits for another run in GitHub",
  waiting: "waits for GitHub's protection rules of the environment",
  in_progress: "runs at GitHub",
};

const FAILURES: Readonly<Record<string, string>> = {
  failure: "failed",
  cancelled: "was cancelled",
  timed_out: "ran out of time",
  startup_failure: "could not start",
  skipped: "was skipped: it deployed nothing",
  neutral: "ended without a result",
  stale: "was given up by GitHub",
  action_required: "ended because someone must act on it at GitHub",
};

/** Only a run that completed with success has succeeded. */
export function judgeRun(workflow: string, { status, conclusion }: WorkflowRun): Observation {
  if (status !== "completed") {
    const detail = IN_WORDS[status ?? ""];
    return detail === undefined
      ? {
          kind: "unknown",
          why: `GitHub says "${status}" of ${workflow}, which has no known meaning`,
        }
      : { kind: "running", detail: `${workflow} ${detail}` };
  }
  if (conclusion === "success") return { kind: "succeeded", detail: null };
  const failure = FAILURES[conclusion ?? ""];
  return failure === undefined
    ? { kind: "unknown", why: `${workflow} completed, and GitHub says "${conclusion}" of it` }
    : { kind: "failed", why: `${workflow} ${failure}` };
}
