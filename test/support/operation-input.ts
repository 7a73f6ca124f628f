import type { OperationInput } from "../../src/core/job.ts";

export function operationInput(overrides: Partial<OperationInput> = {}): OperationInput {
  return {
    key: "deploy:svc-feed@2.4.0:production:1",
    purpose: "deploy",
    deployer: "gate",
    component: "svc-feed",
    version: "2.4.0",
    environment: "production",
    release: "svc-feed@2.4.0",
    digest: `sha256:${"d".repeat(64)}`,
    artifact: "registry.example/feed:2.4.0",
    commit: "c".repeat(40),
    repository: "acme/feed",
    previous: "2.3.1",
    weight: 100,
    actor: "dana",
    params: { region: "eu" },
    startedAt: Date.UTC(2026, 10, 22, 12),
    ...overrides,
  };
}
