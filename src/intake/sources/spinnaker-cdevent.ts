import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { artifactOf } from "./artifact-reference.ts";
import { buildOf, subjectOf } from "./blank.ts";
import type { ParsedEvent } from "./source.ts";
import { isDeliveryKey } from "./source.ts";
import { instant, isCommitSha, isVersion, line, webUrl } from "./text.ts";

/**
 * The whole CloudEvent stands in the body, whatever Content-Type and the ce-* headers say, and the body is
 * encoded twice.
 */
export const cloudEvent = z.object({
  specversion: z.string().max(20),
  id: z.string().refine(isDeliveryKey, "must be an id"),
  type: z.string().max(200),
  time: instant.nullish().catch(null),
  data: z.unknown(),
});

const text = z.string().max(2_000).nullish().catch(null);

export const pipelineRun = z.object({
  data: z.object({
    subject: z.object({
      id: line(200),
      content: z.object({
        pipelineName: line(255),
        url: webUrl.max(2_000).nullish(),
        outcome: z.string().max(100).nullish(),
      }),
    }),
    customData: z.object({ version: text, commit: text, artifact: text }).nullish().catch(null),
  }),
});

const PIPELINE_FINISHED = /^dev\.cdevents\.pipelinerun\.finished\.0\.\d+\.\d+$/;

const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["success", "success"],
  ["failure", "failure"],
  ["error", "error"],
]);

export function isPipelineFinished(type: string): boolean {
  return PIPELINE_FINISHED.test(type);
}

/** The end of a pipeline, as Spinnaker's CDEvents notification tells of it. */
export function readPipelineRun(
  { data }: z.output<typeof pipelineRun>,
  time: number | null,
  source: string,
): ParsedEvent {
  const { id, content } = data.subject;
  const { version, commit, artifact } = data.customData ?? {};
  const sha = commit?.toLowerCase() ?? "";
  const application = /\/applications\/([\w.-]+)\//.exec(content.url ?? "")?.[1];
  const called = version ?? id;
  if (!isVersion(called)) {
    const message =
      "customData.version must be 1 to 128 visible characters without spaces, as must the id of the execution";
    return { kind: "unsupported", code: "not_a_release_build", message };
  }
  return {
    kind: "build",
    subject: subjectOf({
      event: "pipeline",
      workflow:
        application === undefined ? content.pipelineName : `${application}/${content.pipelineName}`,
    }),
    build: buildOf({
      version: called,
      outcome: OUTCOMES.get(content.outcome ?? "") ?? "error",
      source,
      run: { id, attempt: 1, url: content.url ?? null },
      finishedAt: time,
      artifact: artifact ? artifactOf(artifact) : null,
      commit: isCommitSha(sha)
        ? { repository: null, sha, tag: null, branch: null, author: null, subject: null }
        : null,
    }),
  };
}
