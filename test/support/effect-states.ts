import type { Build } from "../../src/core/build.ts";
import { type ComponentState, emptyComponent, emptyEnvironment } from "../../src/core/component.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Operation, Promotion, PromotionState } from "../../src/core/promotion.ts";
import type { Release } from "../../src/core/release.ts";

/** States as the handlers of jobs read them: one component, one release, one promotion. */

export const COMPONENT = "svc-feed";
export const PROMOTION = "svc-feed@2.4.0/production/1";

const SOMEBODY = { kind: "person", id: "U1", name: "dana" } as const;

export function build(overrides: Partial<Build> = {}): Build {
  return {
    version: "2.4.0",
    outcome: "success",
    source: "ci",
    run: null,
    trigger: "code",
    startedBy: null,
    startedAt: null,
    finishedAt: null,
    artifact: null,
    commit: null,
    metrics: {},
    slices: {},
    tests: null,
    checks: [],
    datasets: [],
    notes: null,
    ...overrides,
  };
}

export function promotion(state: PromotionState, overrides: Partial<Promotion> = {}): Promotion {
  return {
    id: PROMOTION,
    release: "svc-feed@2.4.0",
    environment: "production",
    attempt: 1,
    requestedBy: SOMEBODY,
    requestedAt: 0,
    byName: false,
    digest: "d".repeat(64),
    plan: { deploy: { deployer: "gate", params: {} }, verify: [], watched: true },
    approvals: [],
    approvedAt: null,
    voided: null,
    state,
    incident: null,
    overridden: null,
    ...overrides,
  };
}

export function release(overrides: Partial<Release> = {}): Release {
  const version = overrides.version ?? "2.4.0";
  return {
    id: `${COMPONENT}@${version}`,
    version,
    sequence: 1,
    registeredAt: 0,
    builtAt: 0,
    build: build({ version }),
    revision: 1,
    status: { kind: "candidate" },
    gates: {},
    promotions: [],
    notes: null,
    messages: {},
    ...overrides,
  };
}

export function operation(overrides: Partial<Operation> = {}): Operation {
  return {
    key: "deploy:svc-feed@2.4.0:production:1",
    deployer: "gate",
    params: {},
    startedAt: 0,
    handle: null,
    url: null,
    detail: null,
    ...overrides,
  };
}

/** 2.4.0 on its way into production, where 2.3.1 is live. */
export function componentState(present: Promotion): ComponentState {
  return {
    ...emptyComponent(COMPONENT),
    releases: {
      "svc-feed@2.3.1": release({ version: "2.3.1" }),
      "svc-feed@2.4.0": release({ promotions: [present] }),
    },
    environments: {
      production: { ...emptyEnvironment("production"), live: "svc-feed@2.3.1", active: present.id },
    },
  };
}

export function emptyPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    timezone: "UTC",
    slack: { channel: "releases", digest: null, charts: "image" },
    admins: [],
    sinks: [],
    components: {},
    ...overrides,
  };
}
