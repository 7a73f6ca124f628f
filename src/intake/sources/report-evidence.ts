import type { BuildReport } from "./report-schema.ts";
import type { ReportedBuild } from "./source.ts";

/** What a report says of a build beside what it is called, where it ran and what it was built from. */
export function evidenceOf(
  report: Omit<BuildReport, "component" | "version" | "run">,
): Pick<
  ReportedBuild,
  | "outcome"
  | "startedAt"
  | "finishedAt"
  | "artifact"
  | "metrics"
  | "slices"
  | "tests"
  | "checks"
  | "datasets"
  | "notes"
> {
  const { artifact } = report;
  return {
    outcome: report.outcome,
    startedAt: report.startedAt ?? null,
    finishedAt: report.finishedAt ?? null,
    artifact:
      artifact === undefined ? null : { uri: artifact.uri, digest: artifact.digest ?? null },
    metrics: report.metrics ?? {},
    slices: report.slices ?? {},
    tests: report.tests ?? null,
    checks: (report.checks ?? []).map((check) => ({
      name: check.name,
      status: check.status,
      expected: check.expected ?? null,
      actual: check.actual ?? null,
    })),
    datasets: (report.datasets ?? []).map((dataset) => ({
      name: dataset.name,
      version: dataset.version,
      digest: dataset.digest ?? null,
      rows: dataset.rows ?? null,
      ...(dataset.schema === undefined ? {} : { schema: dataset.schema }),
    })),
    notes: report.notes ?? null,
  };
}
