import type { BuildOutcome, Check } from "../../core/build.ts";
import { repositoryNameOf } from "../../shared/repository-url.ts";
import { NOTHING_KNOWN, subjectOf } from "./blank.ts";
import type { CdEvent } from "./cdevents-schema.ts";
import { type NamedPackage, readPackageUrl } from "./package-url.ts";
import type { ParsedEvent, ReportedFragment } from "./source.ts";
import { cleanLine, isCommitSha, webUrl } from "./text.ts";

/** Every word of every version; one that is not listed is an error, since what is not known is no success. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["success", "success"],
  ["pass", "success"],
  ["failure", "failure"],
  ["fail", "failure"],
  ["cancel", "cancelled"],
  ["cancelled", "cancelled"],
  ["error", "error"],
]);

const CHECK_STATUS = {
  success: "pass",
  failure: "fail",
  cancelled: "skip",
  error: "error",
} as const;

/** A build that has finished, an artifact that was packaged or published: the end of a run. */
export function readBuild(event: CdEvent, source: string): ParsedEvent {
  const { type } = event.context;
  const content = event.subject.content ?? {};
  const artifact = type === "build.finished" ? content.artifactId : event.subject.id;
  const named = artifact == null ? null : readPackageUrl(artifact);
  const said = event.customData?.outcome ?? null;
  // CDEvents gives a finished build no outcome: one that made something that can be named succeeded.
  const outcome = said === null ? (named === null ? "error" : "success") : outcomeOf(said);
  return reported(event, source, { outcome, named, workflow: null });
}

/** A pipeline that has ended. It makes a release only where a rule names the event: a deployment is one too. */
export function readPipelineRun(event: CdEvent, source: string): ParsedEvent {
  const content = event.subject.content ?? {};
  const said = event.customData?.outcome ?? content.outcome ?? "";
  return reported(event, source, {
    outcome: outcomeOf(said),
    named: null,
    workflow: content.pipelineName ?? null,
    page: content.uri ?? content.url ?? null,
    notes: content.errors ?? null,
  });
}

/** The verdict of a suite of tests, which is evidence on the run of its chain, and ends none. */
export function readTestSuite(event: CdEvent, source: string): ParsedEvent {
  if (event.context.chainId == null) {
    const message =
      "the test suite names no run: send context.chainId, the same as in the event of the build";
    return { kind: "unsupported", code: "run_unknown", message };
  }
  const { testSuite, outcome, reason } = event.subject.content ?? {};
  const check: Check = {
    name: cleanLine(testSuite?.name || testSuite?.id || event.subject.id, 200) || "test suite",
    status: CHECK_STATUS[outcomeOf(outcome ?? "")],
    expected: null,
    actual: cleanLine(reason ?? "", 1_000) || null,
  };
  return reported(event, source, {
    outcome: null,
    named: null,
    workflow: testSuite?.id ?? null,
    checks: [check],
  });
}

function outcomeOf(word: string): BuildOutcome {
  return OUTCOMES.get(word.toLowerCase()) ?? "error";
}

interface Known {
  /** null: its run goes on. */
  readonly outcome: BuildOutcome | null;
  readonly named: NamedPackage | null;
  readonly workflow: string | null;
  readonly page?: string | null;
  readonly notes?: string | null;
  readonly checks?: readonly Check[];
}

/** Events of one chain are about one run, and are put together. */
function reported(
  { context, subject, customData }: CdEvent,
  source: string,
  { outcome, named, workflow, page = null, notes = null, checks = [] }: Known,
): ParsedEvent {
  const { type, timestamp, chainId } = context;
  const { change } = subject.content ?? {};
  const repository = repositoryNameOf(customData?.repository ?? change?.source ?? "");
  const branch = customData?.branch ?? null;
  const sha = customData?.commit ?? changeId(change?.id ?? "");
  const version = customData?.version ?? named?.version ?? null;
  const about = subjectOf({
    component: customData?.component ?? null,
    repository,
    event: type,
    ...(type === "pipelinerun.finished" ? { mustBeNamed: true } : {}),
    workflow,
    branch,
    package: named?.name ?? null,
  });
  const known = sha ?? branch ?? customData?.author ?? null;
  const fragment: ReportedFragment = {
    ...NOTHING_KNOWN,
    source,
    version,
    outcome,
    run: { id: chainId ?? subject.id, attempt: 1, url: customData?.url ?? link(page) },
    startedAt: customData?.startedAt ?? null,
    finishedAt: timestamp,
    artifact: named?.artifact ?? null,
    commit:
      known === null
        ? null
        : {
            repository,
            sha,
            tag: null,
            branch,
            author: customData?.author?.toLowerCase() ?? null,
            subject: null,
          },
    metrics: customData?.metrics ?? {},
    checks,
    datasets: (customData?.inputs ?? []).map(({ name, version: of, digest, rows }) => ({
      name,
      version: of,
      digest: digest ?? null,
      rows: rows ?? null,
    })),
    notes: cleanLine(notes ?? "", 1_000) || null,
  };
  return { kind: "fragment", subject: about, fragment };
}

/** A change is a commit in some systems, and the number of a pull request in others. */
function changeId(id: string): string | null {
  const sha = id.toLowerCase();
  return isCommitSha(sha) ? sha : null;
}

function link(address: string | null): string | null {
  return webUrl.max(2_000).safeParse(address).success ? address : null;
}
