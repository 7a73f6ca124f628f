import type { ComponentPolicy, EnvironmentPolicy, Policy } from "../../src/core/policy.ts";

export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    timezone: "UTC",
    slack: { channel: "releases", digest: null, charts: "image" },
    admins: [],
    sinks: [],
    components: {
      "model-pymk": aComponentPolicy(),
      "svc-feed": aComponentPolicy({ name: "svc-feed" }),
    },
    ...overrides,
  };
}

export function aComponentPolicy(overrides: Partial<ComponentPolicy> = {}): ComponentPolicy {
  return {
    name: "model-pymk",
    kind: "model",
    repository: "acme/pymk",
    channel: "ml-releases",
    owners: ["ana@acme.test"],
    intake: [],
    gates: [],
    needs: [],
    environments: [anEnvironmentPolicy()],
    freezes: [],
    join: null,
    storm: null,
    failures: "card",
    ...overrides,
  };
}

export function anEnvironmentPolicy(overrides: Partial<EnvironmentPolicy> = {}): EnvironmentPolicy {
  return {
    name: "production",
    approval: [{ from: ["@ml-leads"], count: 1 }],
    selfApproval: false,
    approvalExpires: null,
    deploy: { use: "actions", with: {} },
    verify: [],
    watch: null,
    rollbackFrom: null,
    routine: null,
    source: {},
    ...overrides,
  };
}
