import type { WorkerHealth } from "./effects/worker.ts";
import type { Readiness } from "./intake/answer-route.ts";
import type { Health } from "./ledger/ledger.ts";

const WITHOUT_DEPLOYMENTS =
  "it was started with --without-deployments: nothing is deployed, watched or rolled back until it is started without";

/** What `/readyz` says: ready when all the work can be done, and what somebody should mend in any case. */
export function readinessOf(parts: {
  readonly stopping: boolean;
  readonly ledger: Health;
  readonly worker: WorkerHealth;
  readonly slack: { readonly problems: readonly string[]; readonly warnings: readonly string[] };
  /** Why the configuration files, as they are now, are not in force; null: they are. */
  readonly configuration: string | null;
  /** What is wrong between the replicas. */
  readonly replicas: readonly string[];
  /** Which other systems have not taken what they are told, for long. */
  readonly sinks: readonly string[];
  /** Whether it was told to leave deployments alone. */
  readonly withoutDeployments: boolean;
}): Readiness {
  const { stopping, ledger, worker, slack, configuration, withoutDeployments } = parts;
  const reasons = [
    ...intakeReadinessOf({ stopping, ledger }).reasons,
    ...(worker.problem === null ? [] : [`the worker: ${worker.problem}`]),
    ...slack.problems.map((problem) => `Slack: ${problem}`),
  ];
  const warnings = [
    ...slack.warnings,
    ...parts.replicas,
    ...parts.sinks,
    ...(configuration === null
      ? []
      : [`the configuration was changed, and the old one stays in force: ${configuration}`]),
    ...(withoutDeployments ? [WITHOUT_DEPLOYMENTS] : []),
  ];
  return { ready: reasons.length === 0, reasons, warnings };
}

/**
 * What `/readyz/intake` says: ready when events are recorded. Slack does not count: what is taken while it
 * is down is shown when it is back, and what a load balancer turns away may never be sent again.
 */
export function intakeReadinessOf(parts: {
  readonly stopping: boolean;
  readonly ledger: Health;
}): Readiness {
  const { stopping, ledger } = parts;
  const reasons = [
    ...(stopping ? ["it is being stopped"] : []),
    ...(ledger.ok ? [] : [`the ledger: ${ledger.why}`]),
  ];
  return { ready: reasons.length === 0, reasons, warnings: [] };
}
