import type { Artifact, BuildOutcome, Gap, Trigger } from "../../core/build.ts";
import { repositoryOf } from "../../shared/repository-url.ts";
import { NOTHING_KNOWN, subjectOf } from "./blank.ts";
import { datasetName, readChecks, readInputs, readModelMetrics } from "./openlineage-evidence.ts";
import { createFacetReader, type FacetReader } from "./openlineage-facets.ts";
import { VERSION_TAG } from "./openlineage-names.ts";
import {
  airflowRunFacet,
  datasetTypeFacet,
  errorFacet,
  parentFacet,
  type RunEvent,
  sourceCodeFacet,
  tagsFacet,
  versionFacet,
} from "./openlineage-schema.ts";
import { REPORT_LIMITS } from "./report-schema.ts";
import type { ParsedEvent, ReportedCommit } from "./source.ts";
import { cleanLine, cleanLines, isCommitSha, isVersion } from "./text.ts";

/** How a run ends. It goes on after any other event. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["COMPLETE", "success"],
  ["FAIL", "failure"],
  ["ABORT", "cancelled"],
]);

/** Why Airflow ran a DAG. */
const TRIGGERS: ReadonlyMap<string, Trigger> = new Map([
  ["scheduled", "schedule"],
  ["manual", "manual"],
  ["asset_triggered", "data"],
  ["dataset_triggered", "data"],
]);

/**
 * One event of a run, or of a part of it, as what it says of the release that the whole run makes. A part
 * names the run that began it all, and only that one's end is the end.
 */
export function toFragment(event: RunEvent, source: string): ParsedEvent {
  const { run, job, eventTime } = event;
  const facets = createFacetReader(job.name);
  const parent = facets.read(run.facets, "parent", parentFacet, true);
  const root = parent?.root ?? parent;
  const model = modelAmong(event, facets);
  const type = (event.eventType ?? "").toUpperCase();
  const { leftOut, ...numbers } = readModelMetrics(event, facets);
  const datasets = readInputs(event, facets);
  const checks = readChecks(event, facets);
  const dagRun = facets.read(run.facets, "airflowDagRun", airflowRunFacet)?.dagRun;
  const started = type === "START";
  const fragment = {
    ...NOTHING_KNOWN,
    version: versionOf(event, model?.version ?? null, facets),
    // A part whose parent cannot be read is not the whole.
    outcome:
      root === null && facets.gaps().every(isNotParent) ? (OUTCOMES.get(type) ?? null) : null,
    source,
    run: { id: root?.run.runId ?? run.runId, attempt: 1, url: null },
    trigger: TRIGGERS.get(dagRun?.run_type ?? "") ?? null,
    startedAt: started ? eventTime : null,
    finishedAt: started ? null : eventTime,
    artifact: model?.artifact ?? null,
    commit: commitOf(event, facets),
    ...numbers,
    checks,
    datasets,
    notes: failureOf(event, facets),
  };
  const gaps = [...facets.gaps(), ...metricGaps(leftOut)];
  return {
    kind: "fragment",
    subject: subjectOf({ workflow: root?.job.name ?? job.name }),
    fragment: gaps.length === 0 ? fragment : { ...fragment, gaps },
  };
}

function isNotParent({ what }: Gap): boolean {
  return !what.startsWith("facet parent ");
}

interface Model {
  readonly version: string | null;
  readonly artifact: Artifact;
}

/** The model among the outputs; the first, where there are several. */
function modelAmong({ outputs }: RunEvent, facets: FacetReader): Model | null {
  for (const output of outputs ?? []) {
    const type = facets.read(output.facets, "datasetType", datasetTypeFacet)?.datasetType ?? "";
    if (type.toUpperCase() !== "MODEL") continue;
    const told = facets.read(output.facets, "version", versionFacet)?.datasetVersion ?? "";
    const version = isVersion(told) ? told : null;
    const uri = artifactUri(output.namespace, output.name, datasetName(output), version);
    return uri === "" ? null : { version, artifact: { uri, digest: null } };
  }
  return null;
}

/** MLflow's models have an address of their own, which its webhooks name too. */
function artifactUri(
  namespace: string,
  name: string,
  address: string,
  version: string | null,
): string {
  const model = /^models\/([^/\s]+)$/.exec(name)?.[1];
  const uri =
    namespace.startsWith("mlflow:") && model !== undefined && version !== null
      ? `models:/${model}/${version}`
      : version === null
        ? address
        : `${address}@${version}`;
  return cleanLine(uri, REPORT_LIMITS.url).replaceAll(/\s+/g, "%20");
}

function versionOf(event: RunEvent, ofModel: string | null, facets: FacetReader): string | null {
  const tags = [event.run.facets, event.job.facets].flatMap(
    (some) => facets.read(some, "tags", tagsFacet)?.tags ?? [],
  );
  const tagged = tags.find(({ key }) => key === VERSION_TAG)?.value ?? "";
  return isVersion(tagged) ? tagged : ofModel;
}

function commitOf(event: RunEvent, facets: FacetReader): ReportedCommit | null {
  const place = facets.read(event.job.facets, "sourceCodeLocation", sourceCodeFacet);
  if (place === null) return null;
  const sha = (place.version ?? "").toLowerCase();
  const tag = nameIn(place.tag);
  if (!isCommitSha(sha) && tag === null) return null;
  return {
    repository: repositoryOf(place.repoUrl ?? ""),
    sha: isCommitSha(sha) ? sha : null,
    tag,
    branch: nameIn(place.branch),
    author: null,
    subject: null,
  };
}

function nameIn(text: string | null | undefined): string | null {
  const clean = cleanLine(text ?? "", REPORT_LIMITS.name);
  return clean === "" ? null : clean;
}

/** Without the stack trace. */
function failureOf(event: RunEvent, facets: FacetReader): string | null {
  const message = facets.read(event.run.facets, "errorMessage", errorFacet)?.message ?? "";
  const clean = cleanLines(message, REPORT_LIMITS.text);
  return clean === "" ? null : clean;
}

function metricGaps(leftOut: readonly string[]): readonly Gap[] {
  if (leftOut.length === 0) return [];
  const names = leftOut.slice(0, 5).map((name) => cleanLine(name, 60));
  const what = `metric ${names.join(", ")}${leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : ""}`;
  return [
    { what, why: "its value is no finite number; send one that can be compared", blocks: false },
  ];
}
