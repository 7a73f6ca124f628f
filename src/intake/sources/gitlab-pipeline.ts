import { z } from "zod";
import type { BuildOutcome, Trigger } from "../../core/build.ts";
import { buildOf, subjectOf } from "./blank.ts";
import {
  authorOf,
  commit,
  commitSha,
  notARelease,
  project,
  refName,
  subjectLine,
  time,
  user,
} from "./gitlab-fields.ts";
import { gitlabTime } from "./gitlab-time.ts";
import type { ReadEvent } from "./read-event.ts";
import { cleanLine, isVersion, webUrl } from "./text.ts";

/** Neither `variables`, which may hold secrets, nor the jobs are looked at. */
const schema = z.object({
  object_attributes: z.object({
    id: z.int().positive(),
    iid: z.int().positive().nullish(),
    name: z.string().nullish(),
    ref: refName,
    tag: z.boolean().nullish(),
    sha: commitSha,
    source: z.string().max(100).nullish(),
    status: z.string().max(100),
    created_at: time,
    finished_at: time,
    url: webUrl.max(2_000).nullish(),
  }),
  merge_request: z.object({ iid: z.int().nullish() }).nullish(),
  user,
  project,
  commit,
});

/** Why pipelines run that are of the project's own code, and what that says of their trigger. */
export const GITLAB_TRIGGERS: ReadonlyMap<string, Trigger | null> = new Map([
  ["push", "code"],
  ["schedule", "schedule"],
  ["web", "manual"],
  ["chat", "manual"],
  ["api", null],
  ["trigger", null],
  ["pipeline", null],
]);

/** Somebody asked for the pipeline, or a token of theirs. */
const ASKED: readonly string[] = ["web", "chat", "api", "trigger"];

/** A pipeline in any other state goes on, or waits for somebody. */
export const FINAL: ReadonlyMap<string, BuildOutcome> = new Map([
  ["success", "success"],
  ["failed", "failure"],
  ["canceled", "cancelled"],
  ["skipped", "cancelled"],
]);

/** A pipeline, which GitLab tells of at every change of its state. */
export function readPipeline(payload: unknown, source: string): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { object_attributes: pipeline, project: own, commit: written } = parsed.data;

  const outcome = FINAL.get(pipeline.status);
  if (outcome === undefined) {
    return {
      kind: "unsupported",
      code: "not_finished",
      message: `pipeline ${pipeline.id} is ${cleanLine(pipeline.status, 60)}; only ${[...FINAL.keys()].join(", ")} are final`,
    };
  }
  const why = pipeline.source ?? "";
  const trigger = GITLAB_TRIGGERS.get(why);
  if (trigger === undefined || parsed.data.merge_request) {
    const text = parsed.data.merge_request ? "a merge request" : cleanLine(why, 60) || "nothing";
    return notARelease(
      `pipeline ${pipeline.id} names ${text} as its source; only pipelines of ${[...GITLAB_TRIGGERS.keys()].join(", ")} are releases`,
    );
  }
  const tag = pipeline.tag === true ? pipeline.ref : null;
  const version = tag ?? String(pipeline.iid ?? pipeline.id);
  if (!isVersion(version)) {
    return notARelease(`the tag of pipeline ${pipeline.id} is too long to be a version`);
  }
  const branch = tag === null ? pipeline.ref : null;
  const starter = parsed.data.user?.username?.toLowerCase() ?? null;
  return {
    kind: "build",
    subject: subjectOf({
      repository: own.path_with_namespace,
      event: "pipeline",
      workflow: cleanLine(pipeline.name ?? "", 255) || null,
      branch,
    }),
    build: buildOf({
      version,
      outcome,
      source,
      run: {
        id: String(pipeline.id),
        attempt: 1,
        url: pipeline.url ?? `${own.web_url}/-/pipelines/${pipeline.id}`,
      },
      trigger,
      startedBy: ASKED.includes(why) ? starter : null,
      startedAt: gitlabTime(pipeline.created_at),
      finishedAt: gitlabTime(pipeline.finished_at),
      commit: {
        repository: own.path_with_namespace,
        sha: pipeline.sha,
        tag,
        branch,
        author: authorOf(written, parsed.data.user),
        subject: subjectLine(written),
      },
    }),
  };
}
