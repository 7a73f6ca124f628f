import type { ComponentPolicy, IntakeRule } from "../../src/core/policy.ts";

export function intakeRule(overrides: Partial<IntakeRule> = {}): IntakeRule {
  return {
    source: "ci",
    event: null,
    workflow: null,
    branch: null,
    package: null,
    part: null,
    ...overrides,
  };
}

/** A component as far as intake looks at it. */
export function intakeComponent(overrides: Partial<ComponentPolicy> = {}): ComponentPolicy {
  return {
    name: "model-pymk",
    kind: "model",
    repository: "acme/pymk",
    channel: "releases",
    owners: [],
    intake: [intakeRule()],
    gates: [],
    needs: [],
    environments: [],
    freezes: [],
    join: null,
    storm: null,
    failures: "card",
    ...overrides,
  };
}

export function byName(
  ...components: readonly ComponentPolicy[]
): Readonly<Record<string, ComponentPolicy>> {
  return Object.fromEntries(components.map((component) => [component.name, component]));
}
