import type {
  ApprovalRule,
  ComponentPolicy,
  EnvironmentPolicy,
  GatePolicy,
  Policy,
} from "../../src/core/policy.ts";
import type {
  ConfirmPolicy,
  GuardPolicy,
  WatchCheck,
  WatchPolicy,
} from "../../src/core/watch-policy.ts";
import { atLeast } from "./expressions.ts";

/** Policies for tests of core: small, and changed by overrides. */

export const MINUTE = 60_000;

export function aGate(overrides: Partial<GatePolicy> = {}): GatePolicy {
  return {
    name: "AUC at least 0.80",
    check: atLeast("metrics.auc", 0.8),
    level: "fail",
    whenNoLive: "pass",
    ...overrides,
  };
}

export function aRule(...from: readonly string[]): ApprovalRule {
  return { from, count: 1 };
}

export function aCheck(overrides: Partial<WatchCheck> = {}): WatchCheck {
  return {
    name: "success rate",
    source: "prom",
    measure: { kind: "value", query: "success_rate" },
    pass: atLeast("value", 0.97),
    failureLimit: null,
    consecutiveFailures: 3,
    minSamples: 3,
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

export function aWatch(overrides: Partial<WatchPolicy> = {}): WatchPolicy {
  return {
    for: 30 * MINUTE,
    every: MINUTE,
    warmUp: 0,
    on: { failure: "rollback", inconclusive: "ask", error: "ask" },
    checks: [aCheck()],
    alerts: [],
    score: null,
    guard: null,
    confirm: null,
    ...overrides,
  };
}

/** Looks every 5 minutes at the last 30. */
export function aGuard(overrides: Partial<GuardPolicy> = {}): GuardPolicy {
  return {
    every: 5 * MINUTE,
    window: 30 * MINUTE,
    checks: [aCheck()],
    score: null,
    on: { failure: "rollback", inconclusive: "ask", error: "ask" },
    ...overrides,
  };
}

/** Labels that come a day later, measured for six hours. */
export function aConfirmation(overrides: Partial<ConfirmPolicy> = {}): ConfirmPolicy {
  return {
    every: 30 * MINUTE,
    after: 24 * 60 * MINUTE,
    for: 6 * 60 * MINUTE,
    checks: [aCheck()],
    score: null,
    on: { failure: "ask", inconclusive: "ask", error: "ask" },
    ...overrides,
  };
}

/** A policy whose production goes on being measured after the watch. */
export function aLongWatch(
  after: Partial<Pick<WatchPolicy, "guard" | "confirm" | "alerts">>,
): Policy {
  const production = { ...PRODUCTION, watch: aWatch(after) };
  return aPolicy(aComponent({ environments: [STAGING, production] }));
}

export function anEnvironment(
  name: string,
  overrides: Partial<EnvironmentPolicy> = {},
): EnvironmentPolicy {
  return {
    name,
    approval: [],
    selfApproval: false,
    approvalExpires: null,
    deploy: { use: "gate", with: { environment: name } },
    verify: [],
    watch: null,
    rollbackFrom: null,
    routine: null,
    source: { name, revision: 1 },
    ...overrides,
  };
}

/** Staging by itself, production with one approval of the leads and one of the sre, and a watch. */
export const STAGING = anEnvironment("staging");
export const PRODUCTION = anEnvironment("production", {
  approval: [aRule("@ml-leads"), aRule("@sre")],
  watch: aWatch(),
});

export function aComponent(overrides: Partial<ComponentPolicy> = {}): ComponentPolicy {
  return {
    name: "model-pymk",
    kind: "model",
    repository: "acme/pymk",
    channel: "ml-releases",
    owners: ["@pymk-owners"],
    intake: [],
    gates: [aGate()],
    needs: [],
    environments: [STAGING, PRODUCTION],
    freezes: [],
    join: null,
    storm: null,
    failures: "card",
    ...overrides,
  };
}

export function aPolicy(...components: readonly ComponentPolicy[]): Policy {
  const all = components.length === 0 ? [aComponent()] : components;
  return {
    timezone: "UTC",
    slack: { channel: "releases", digest: null, charts: "image" },
    admins: ["@admins"],
    sinks: [],
    components: Object.fromEntries(all.map((component) => [component.name, component])),
  };
}
