import type { Actor } from "../../src/core/actor.ts";
import type { Build, Commit, Dataset } from "../../src/core/build.ts";
import {
  type ComponentState,
  type EnvironmentState,
  emptyComponent,
  emptyEnvironment,
  type Freeze,
  type Hold,
  type Rollback,
} from "../../src/core/component.ts";
import type { ComponentEvent, DomainEvent, Fact } from "../../src/core/event.ts";
import type { Evaluation, Expression } from "../../src/core/expression.ts";
import type { Instant } from "../../src/core/json.ts";
import type { ApprovalRule, ComponentPolicy, EnvironmentPolicy } from "../../src/core/policy.ts";
import type {
  Approval,
  Incident,
  Operation,
  Promotion,
  PromotionState,
} from "../../src/core/promotion.ts";
import type {
  GateJudgement,
  GateNumber,
  GateResult,
  Release,
  ReleaseNotes,
} from "../../src/core/release.ts";
import { releaseId } from "../../src/core/release-id.ts";
import type { CheckAssessment } from "../../src/core/verdict.ts";
import type { WatchCheck, WatchPolicy } from "../../src/core/watch-policy.ts";

/** Whole values of core for tests: plain and complete, changed by overrides. */

const COMPONENT = "model-pymk";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A Sunday: 2026-11-22 14:00:00 UTC. */
export const NOW: Instant = Date.UTC(2026, 10, 22, 14);

export const ANA: Actor = { kind: "person", id: "U024BE7LH", name: "Ana" };
export const RAJ: Actor = { kind: "person", id: "U0RAJ4X2P", name: "Raj" };
export const SYSTEM: Actor = { kind: "system", name: "slipway" };

export function aCommit(overrides: Partial<Commit> = {}): Commit {
  return {
    repository: "acme/pymk",
    sha: "4f2a9c1b7d3e5f60718293a4b5c6d7e8f9012345",
    tag: null,
    branch: "main",
    author: "dana@acme.test",
    subject: "Weigh recent edges more",
    ...overrides,
  };
}

export function aDataset(overrides: Partial<Dataset> = {}): Dataset {
  return {
    name: "hive.pymk_edges",
    version: "2026-11-21",
    digest: null,
    rows: 81_233_411,
    ...overrides,
  };
}

export function aBuild(overrides: Partial<Build> = {}): Build {
  return {
    version: "2026.11.22-3",
    outcome: "success",
    source: "ci",
    run: {
      id: "train_pymk/2026-11-22",
      attempt: 1,
      url: "https://airflow.example/dags/train_pymk",
    },
    trigger: "data",
    startedAt: NOW - 2 * HOUR,
    finishedAt: NOW - HOUR,
    artifact: {
      uri: "registry.example/pymk:2026.11.22-3",
      digest: "sha256:9b2f64c01e7a5d88f0b3c4d2e1a69788c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0",
    },
    commit: aCommit(),
    metrics: { auc: 0.8132 },
    slices: {},
    tests: null,
    checks: [],
    datasets: [aDataset()],
    notes: null,
    startedBy: null,
    ...overrides,
  };
}

export function aGateNumber(overrides: Partial<GateNumber> = {}): GateNumber {
  return {
    subject: "metrics.auc",
    operator: ">=",
    actual: 0.8132,
    limit: 0.8,
    live: 0.8101,
    ...overrides,
  };
}

export function aGateResult(overrides: Partial<GateResult> = {}): GateResult {
  return {
    name: "AUC at least 0.80",
    verdict: "pass",
    blocks: false,
    sentence: "holds",
    numbers: [aGateNumber()],
    ...overrides,
  };
}

export function aGateJudgement(overrides: Partial<GateJudgement> = {}): GateJudgement {
  return {
    environment: "production",
    live: "model-pymk@2026.11.15-1",
    results: [aGateResult()],
    digest: "c0ffee0123456789c0ffee0123456789c0ffee0123456789c0ffee0123456789",
    judgedAt: NOW - HOUR,
    ...overrides,
  };
}

export function aNotes(overrides: Partial<ReleaseNotes> = {}): ReleaseNotes {
  return {
    since: "2026.11.15-1",
    commits: [{ sha: "4f2a9c1b7d3e5f60", subject: "Weigh recent edges more", author: "dana" }],
    totalCommits: 1,
    behindBy: 0,
    url: "https://github.com/acme/pymk/compare/1a2b3c4...4f2a9c1",
    problem: null,
    ...overrides,
  };
}

export function aRelease(overrides: Partial<Release> = {}): Release {
  const version = overrides.version ?? "2026.11.22-3";
  return {
    id: releaseId(COMPONENT, version),
    version,
    sequence: 7,
    registeredAt: NOW - HOUR,
    builtAt: NOW - HOUR,
    build: aBuild({ version }),
    revision: 1,
    status: { kind: "candidate" },
    gates: {},
    promotions: [],
    notes: null,
    messages: {},
    ...overrides,
  };
}

export function anOperation(overrides: Partial<Operation> = {}): Operation {
  return {
    key: "deploy:model-pymk@2026.11.22-3:production:1",
    deployer: "actions",
    params: { environment: "production" },
    startedAt: NOW - 5 * MINUTE,
    handle: "run-4711",
    url: "https://github.com/acme/deploys/actions/runs/4711",
    detail: "3 of 10 pods are updated",
    ...overrides,
  };
}

export function anApproval(overrides: Partial<Approval> = {}): Approval {
  return { by: ANA, at: NOW - 10 * MINUTE, digest: "c0ffee0123456789", ...overrides };
}

export function aPromotion(overrides: Partial<Promotion> = {}): Promotion {
  const release = overrides.release ?? releaseId(COMPONENT, "2026.11.22-3");
  const environment = overrides.environment ?? "production";
  const attempt = overrides.attempt ?? 1;
  return {
    id: `${release}/${environment}/${attempt}`,
    release,
    environment,
    attempt,
    requestedBy: SYSTEM,
    requestedAt: NOW - 30 * MINUTE,
    byName: false,
    digest: "c0ffee0123456789c0ffee0123456789c0ffee0123456789c0ffee0123456789",
    plan: {
      deploy: { deployer: "actions", params: { environment } },
      verify: [{ name: "smoke", deployer: "actions", params: { workflow: "smoke.yml" } }],
      watched: true,
    },
    approvals: [],
    approvedAt: null,
    voided: null,
    state: { kind: "awaiting-approval", since: NOW - 30 * MINUTE, expiresAt: null },
    incident: null,
    overridden: null,
    ...overrides,
  };
}

/** A promotion into production in one state. */
export function inState(state: PromotionState, overrides: Partial<Promotion> = {}): Promotion {
  return aPromotion({ state, ...overrides });
}

export function anAssessment(overrides: Partial<CheckAssessment> = {}): CheckAssessment {
  return {
    check: "prediction success rate",
    verdict: "failure",
    sentence: "3 failures in a row (limit 3)",
    query: 'sum(rate(predictions_total{model="pymk",outcome="ok"}[2m]))',
    condition: "value >= 0.97",
    samples: [
      { at: NOW - 3 * MINUTE, value: 0.981 },
      { at: NOW - 2 * MINUTE, value: 0.942 },
      { at: NOW - MINUTE, value: null },
    ],
    counts: { passed: 1, failed: 3, noData: 1 },
    ...overrides,
  };
}

export function anIncident(overrides: Partial<Incident> = {}): Incident {
  return {
    kind: "breach",
    at: NOW - MINUTE,
    action: "ask",
    sentence: "prediction success rate: 3 failures in a row (limit 3)",
    checks: [anAssessment()],
    ...overrides,
  };
}

export function aRollback(overrides: Partial<Rollback> = {}): Rollback {
  return {
    id: "rollback:model-pymk@2026.11.22-3:production:1",
    from: "model-pymk@2026.11.22-3",
    promotion: "model-pymk@2026.11.22-3/production/1",
    to: "model-pymk@2026.11.15-1",
    trigger: "automatic",
    by: SYSTEM,
    reason: "prediction success rate: 3 failures in a row (limit 3)",
    startedAt: NOW - MINUTE,
    state: { kind: "running", operation: anOperation() },
    ...overrides,
  };
}

export function anEnvironmentState(
  name: string,
  overrides: Partial<EnvironmentState> = {},
): EnvironmentState {
  return { ...emptyEnvironment(name), ...overrides };
}

/** `releases` and `environments` are given as lists and kept by their id and name. */
export function aComponentState(
  overrides: Partial<Omit<ComponentState, "releases" | "environments">> & {
    readonly releases?: readonly Release[];
    readonly environments?: readonly EnvironmentState[];
  } = {},
): ComponentState {
  const { releases = [aRelease()], environments = [], ...rest } = overrides;
  return {
    ...emptyComponent(COMPONENT),
    sequence: releases.length,
    releases: Object.fromEntries(releases.map((release) => [release.id, release])),
    environments: Object.fromEntries(environments.map((one) => [one.name, one])),
    ...rest,
  };
}

export function aHold(overrides: Partial<Hold> = {}): Hold {
  return {
    environment: "production",
    reason: "the feature store is being moved",
    by: ANA,
    at: NOW - HOUR,
    automatic: false,
    ...overrides,
  };
}

export function aFreeze(overrides: Partial<Freeze> = {}): Freeze {
  return {
    reason: "data centre maintenance",
    by: RAJ,
    at: NOW - HOUR,
    until: NOW + 2 * HOUR,
    ...overrides,
  };
}

/** An expression that compares the variable `value` with a limit. */
function atLeast(limit: number): Expression {
  return {
    source: `value >= ${limit}`,
    readsLive: false,
    evaluate: ({ value }): Evaluation =>
      typeof value === "number"
        ? { kind: "value", value: value >= limit, comparisons: [] }
        : { kind: "missing", what: "value" },
  };
}

export function aWatchCheck(overrides: Partial<WatchCheck> = {}): WatchCheck {
  return {
    name: "prediction success rate",
    source: "prom",
    measure: {
      kind: "value",
      query: 'sum(rate(predictions_total{model="pymk",outcome="ok"}[2m]))',
    },
    pass: atLeast(0.97),
    failureLimit: null,
    consecutiveFailures: 3,
    minSamples: 5,
    noData: "inconclusive",
    fail: null,
    inconclusiveLimit: null,
    consecutiveSuccesses: null,
    comparison: null,
    weight: 1,
    isKey: false,
    ...overrides,
  };
}

export function aWatchPolicy(overrides: Partial<WatchPolicy> = {}): WatchPolicy {
  return {
    for: 30 * MINUTE,
    every: MINUTE,
    warmUp: 0,
    on: { failure: "rollback", inconclusive: "ask", error: "ask" },
    checks: [aWatchCheck()],
    alerts: [],
    score: null,
    guard: null,
    confirm: null,
    ...overrides,
  };
}

export function anApprovalRule(from: readonly string[] = ["@ml-leads"], count = 1): ApprovalRule {
  return { from, count };
}

export function anEnvironmentPolicy(
  name: string,
  overrides: Partial<EnvironmentPolicy> = {},
): EnvironmentPolicy {
  return {
    name,
    approval: [],
    selfApproval: false,
    approvalExpires: null,
    deploy: { use: "actions", with: { environment: name } },
    verify: [],
    watch: null,
    rollbackFrom: null,
    routine: null,
    source: { name },
    ...overrides,
  };
}

/** Staging by itself; production with one approval of the leads and one of the SREs, and a watch. */
export function aComponentPolicy(overrides: Partial<ComponentPolicy> = {}): ComponentPolicy {
  return {
    name: COMPONENT,
    kind: "model",
    repository: "acme/pymk",
    channel: "ml-releases",
    owners: ["@pymk-owners"],
    intake: [],
    gates: [],
    needs: [],
    environments: [
      anEnvironmentPolicy("staging"),
      anEnvironmentPolicy("production", {
        approval: [anApprovalRule(["@ml-leads"]), anApprovalRule(["@sre"])],
        watch: aWatchPolicy(),
      }),
    ],
    freezes: [],
    join: null,
    storm: null,
    failures: "card",
    ...overrides,
  };
}

export function aFact<E extends DomainEvent = ComponentEvent>(
  event: E,
  overrides: Partial<Omit<Fact, "event">> = {},
): Fact<E> {
  return { at: NOW, by: SYSTEM, ...overrides, event };
}
