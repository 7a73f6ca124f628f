import type { Dataset } from "../../src/core/build.ts";
import type { Fragment } from "../../src/core/run-record.ts";

/** One event of a run that says nothing but that the run goes on. */
export function aFragment(overrides: Partial<Fragment> = {}): Fragment {
  return {
    version: null,
    outcome: null,
    source: "lineage",
    run: { id: "train-7", attempt: 1, url: null },
    trigger: null,
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

export function aCommitOf(
  sha: string | null,
  overrides: Partial<NonNullable<Fragment["commit"]>> = {},
) {
  return {
    repository: "acme/pymk",
    sha,
    tag: null,
    branch: null,
    author: null,
    subject: null,
    ...overrides,
  };
}

export function aDatasetOf(name: string, overrides: Partial<Dataset> = {}): Dataset {
  return { name, version: "1", digest: null, rows: null, ...overrides };
}
