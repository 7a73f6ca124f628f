import type { BuildSubject, ReportedBuild } from "./source.ts";

/** A subject of which nothing is known but what is given. */
export function subjectOf(known: Partial<BuildSubject>): BuildSubject {
  return {
    component: null,
    repository: null,
    event: null,
    workflow: null,
    branch: null,
    package: null,
    ...known,
  };
}

/** A build of which nothing is known but what is given. */
export function buildOf(
  known: Partial<ReportedBuild> & Pick<ReportedBuild, "version" | "outcome" | "source">,
): ReportedBuild {
  return { ...NOTHING_KNOWN, ...known };
}

/** What a build or a fragment of a run says where its event says nothing. */
export const NOTHING_KNOWN = {
  run: null,
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
} as const;
