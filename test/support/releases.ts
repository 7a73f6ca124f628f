import { type ComponentState, emptyComponent, emptyGlobal } from "../../src/core/component.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Release } from "../../src/core/release.ts";
import type { StateReader } from "../../src/effects/state-reader.ts";
import { aPolicy } from "./slack-policies.ts";

export function aRelease(overrides: Partial<Release> = {}): Release {
  return {
    id: "model-pymk@1",
    version: "1",
    sequence: 1,
    registeredAt: Date.UTC(2026, 10, 22, 9),
    builtAt: Date.UTC(2026, 10, 22, 9),
    build: {
      version: "1",
      outcome: "success",
      source: "ci",
      run: null,
      trigger: null,
      startedBy: null,
      startedAt: null,
      finishedAt: null,
      artifact: null,
      commit: {
        repository: "acme/pymk",
        sha: null,
        tag: null,
        branch: null,
        author: "ben@acme.test",
        subject: null,
      },
      metrics: {},
      slices: {},
      tests: null,
      checks: [],
      datasets: [],
      notes: null,
    },
    revision: 1,
    status: { kind: "candidate" },
    gates: {},
    promotions: [],
    notes: null,
    messages: {},
    ...overrides,
  };
}

/** A state that the test changes as it goes. */
export interface MemoryState extends StateReader {
  put(release: Release): void;
  /** A freeze of the component. */
  freeze(freeze: ComponentState["freeze"]): void;
  archive(release: Release): void;
  policyNow: Policy;
}

export function memoryState(): MemoryState {
  let component: ComponentState = emptyComponent("model-pymk");
  const archived = new Map<string, Release>();
  const state: MemoryState = {
    policyNow: aPolicy(),
    put(release) {
      component = { ...component, releases: { ...component.releases, [release.id]: release } };
    },
    freeze: (freeze) => {
      component = { ...component, freeze };
    },
    archive: (release) => archived.set(release.id, release),
    policy: () => state.policyNow,
    component: async () => component,
    global: async () => emptyGlobal(),
    release: async (_component, id) => component.releases[id] ?? archived.get(id) ?? null,
    archived: async () => [],
  };
  return state;
}
