import type { BuildReportInput } from "../intake/sources/report-schema.ts";
import type { Arguments } from "./arguments.ts";
import type { CiRun } from "./ci-environment.ts";
import type { Evidence } from "./evidence-files.ts";

export interface ReportParts {
  readonly flags: Arguments;
  /** What the CI system says; flags come before it. */
  readonly ci: CiRun | null;
  readonly evidence: Omit<Evidence, "notes">;
}

/** The report as it goes out, not validated yet: what nobody said is left out. */
export function composeReport({ flags, ci, evidence }: ReportParts): unknown {
  const { metrics, slices, tests, checks } = evidence;
  const commit = composeCommit(flags, ci);
  const report: Unvalidated = {
    component: flags.component,
    version: flags.version,
    outcome: flags.outcome,
    run: composeRun(flags, ci),
    trigger: flags.trigger ?? ci?.trigger ?? undefined,
    artifact:
      flags.artifact === null
        ? undefined
        : { uri: flags.artifact.uri, digest: flags.artifact.digest ?? undefined },
    commit: Object.values(commit).some((value) => value !== undefined) ? commit : undefined,
    metrics: isEmpty(metrics) ? undefined : metrics,
    slices: isEmpty(slices) ? undefined : slices,
    tests: tests ?? undefined,
    checks:
      checks.length === 0
        ? undefined
        : checks.map(({ expected, actual, ...check }) => ({
            ...check,
            expected: expected ?? undefined,
            actual: actual ?? undefined,
          })),
    datasets: flags.datasets.length === 0 ? undefined : flags.datasets,
    notes: flags.notes ?? undefined,
  };
  return JSON.parse(JSON.stringify(report));
}

/** The members of a report, with values that have not been looked at. */
type Unvalidated = { readonly [Member in keyof BuildReportInput]?: unknown };

/** A run that the caller names is not the CI's run, so that neither its attempt nor its page is either. */
function composeRun(flags: Arguments, ci: CiRun | null) {
  const own = flags.runId === null || flags.runId === ci?.runId ? ci : null;
  return {
    id: flags.runId ?? ci?.runId ?? flags.version,
    attempt: flags.runAttempt ?? own?.runAttempt ?? undefined,
    url: flags.url ?? own?.url ?? undefined,
  };
}

/** The CI's branch and author belong to the CI's commit: they say nothing of another one. */
function composeCommit(flags: Arguments, ci: CiRun | null) {
  const sameRepository = flags.repository === null || flags.repository === ci?.repository;
  const sameCommit = sameRepository && (flags.commit === null || flags.commit === ci?.commit);
  return {
    repository: flags.repository ?? ci?.repository ?? undefined,
    sha: flags.commit ?? (sameCommit ? ci?.commit : null) ?? undefined,
    branch: flags.branch ?? (sameCommit ? ci?.branch : null) ?? undefined,
    author: flags.author ?? (sameCommit ? ci?.author : null) ?? undefined,
  };
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(record).length === 0;
}
