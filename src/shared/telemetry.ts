import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const FAST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const JOB_SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const HUMAN_SECONDS = [60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 3 * 86400, 7 * 86400];

export type Telemetry = ReturnType<typeof createTelemetry>;

/** Slipway's own metrics in one registry, made anew by each call: nothing is global. */
export function createTelemetry() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "slipway_process_" });
  const registers = [registry];
  return {
    registry,
    info: new Gauge({
      name: "slipway_info",
      help: "1, with the version that runs.",
      labelNames: ["version"],
      registers,
    }),
    ready: new Gauge({
      name: "slipway_ready",
      help: "1 when it is ready, else 0: of all its work as /readyz says, of intake as /readyz/intake says.",
      labelNames: ["of"],
      registers,
    }),
    readinessWarnings: new Gauge({
      name: "slipway_readiness_warnings",
      help: "How many warnings /readyz shows: what somebody should mend although the work goes on.",
      registers,
    }),
    dataFreeBytes: new Gauge({
      name: "slipway_data_free_bytes",
      help: "Bytes that may still be written to the file system of the embedded ledger.",
      registers,
    }),
    dataSizeBytes: new Gauge({
      name: "slipway_data_size_bytes",
      help: "Bytes of the file system of the embedded ledger.",
      registers,
    }),
    events: new Counter({
      name: "slipway_events_total",
      help: "Events received, by source and outcome.",
      labelNames: ["source", "outcome"],
      registers,
    }),
    intakeSeconds: new Histogram({
      name: "slipway_intake_seconds",
      help: "Time from the first byte of an event to its answer.",
      labelNames: ["source"],
      buckets: FAST_SECONDS,
      registers,
    }),
    releaseInfo: new Gauge({
      name: "slipway_release_info",
      help: "1 for the release that is live in an environment.",
      labelNames: ["component", "version", "environment"],
      registers,
    }),
    promotions: new Counter({
      name: "slipway_promotions_total",
      help: "Promotions that ended, by result; rolled-back-later: once more, of one that had been live.",
      labelNames: ["component", "environment", "result"],
      registers,
    }),
    rollbacks: new Counter({
      name: "slipway_rollbacks_total",
      help: "Rollbacks begun, by trigger.",
      labelNames: ["component", "environment", "trigger"],
      registers,
    }),
    approvalSeconds: new Histogram({
      name: "slipway_approval_seconds",
      help: "Time from asking for approval to the last approval that was needed.",
      labelNames: ["component", "environment"],
      buckets: HUMAN_SECONDS,
      registers,
    }),
    gateVerdicts: new Counter({
      name: "slipway_gate_verdicts_total",
      help: "Gate verdicts.",
      labelNames: ["component", "verdict"],
      registers,
    }),
    watchMeasurements: new Counter({
      name: "slipway_watch_measurements_total",
      help: "Assessments of watch checks, by verdict.",
      labelNames: ["verdict"],
      registers,
    }),
    deployerCalls: new Counter({
      name: "slipway_deployer_calls_total",
      help: "Calls to deployment systems, by deployer, call and outcome.",
      labelNames: ["deployer", "call", "outcome"],
      registers,
    }),
    sinkEvents: new Counter({
      name: "slipway_sink_events_total",
      help: "Tries to tell another system what happened, by sink and outcome.",
      labelNames: ["sink", "outcome"],
      registers,
    }),
    slackCalls: new Counter({
      name: "slipway_slack_calls_total",
      help: "Calls to the Slack Web API, by method and outcome.",
      labelNames: ["method", "outcome"],
      registers,
    }),
    replicas: new Gauge({
      name: "slipway_replicas",
      help: "Live replicas, by whether they run with the configuration of this one.",
      labelNames: ["state"],
      registers,
    }),
    replicaInfo: new Gauge({
      name: "slipway_replica_info",
      help: "1 for each live replica, with its version, schema and configuration.",
      labelNames: ["replica", "host", "version", "schema", "configuration"],
      registers,
    }),
    jobsPending: new Gauge({
      name: "slipway_jobs_pending",
      help: "Jobs that have not ended, by state.",
      labelNames: ["state"],
      registers,
    }),
    jobsOldestReadySeconds: new Gauge({
      name: "slipway_jobs_oldest_ready_seconds",
      help: "For how long the job that is due longest has been due; 0 when none is.",
      registers,
    }),
    jobSeconds: new Histogram({
      name: "slipway_job_seconds",
      help: "Time one run of a job took, by kind and outcome.",
      labelNames: ["kind", "outcome"],
      buckets: JOB_SECONDS,
      registers,
    }),
    leadTimeSeconds: new Histogram({
      name: "slipway_lead_time_seconds",
      help: "DORA lead time: from the build to live in the last environment.",
      labelNames: ["component"],
      buckets: HUMAN_SECONDS,
      registers,
    }),
    changeFailures: new Counter({
      name: "slipway_change_failures_total",
      help: "DORA change failures: promotions that failed, were rolled back, or were revoked by their confirmation.",
      labelNames: ["component", "environment"],
      registers,
    }),
    falseAlarms: new Counter({
      name: "slipway_false_alarms_total",
      help: "Breaches that a person called false alarms; counted: already among the change failures.",
      labelNames: ["component", "environment", "counted"],
      registers,
    }),
    restoreSeconds: new Histogram({
      name: "slipway_restore_seconds",
      help: "DORA time to restore: from the start of a rollback to its end.",
      labelNames: ["component", "environment"],
      buckets: HUMAN_SECONDS,
      registers,
    }),
  };
}
