import { z } from "zod";
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
import { FINAL } from "./gitlab-pipeline.ts";
import { gitlabTime } from "./gitlab-time.ts";
import type { ReadEvent } from "./read-event.ts";
import { cleanLine, isVersion, line } from "./text.ts";

/** `commit.id` is not read: in this event it is the id of the pipeline. */
const schema = z.object({
  ref: refName,
  tag: z.boolean().nullish(),
  sha: commitSha,
  build_id: z.int().positive(),
  build_name: line(255),
  build_status: z.string().max(100),
  build_started_at: time,
  build_finished_at: time,
  build_started_at_iso: time,
  build_finished_at_iso: time,
  retries_count: z.int().min(0).nullish(),
  pipeline_id: z.int().positive(),
  user,
  commit,
  project,
});

/** One job of a pipeline, for components whose release is made by that job. */
export function readJob(payload: unknown, source: string): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const job = parsed.data;
  const what = `job ${job.build_id} (${cleanLine(job.build_name, 80)})`;

  const outcome = FINAL.get(job.build_status);
  if (outcome === undefined) {
    return {
      kind: "unsupported",
      code: "not_finished",
      message: `${what} is ${cleanLine(job.build_status, 60)}; only ${[...FINAL.keys()].join(", ")} are final`,
    };
  }
  // The event does not say why its pipeline ran, but a merge request's ref is of this form.
  if (job.ref.startsWith("refs/")) {
    return notARelease(`${what} ran on ${cleanLine(job.ref, 80)}, neither a branch nor a tag`);
  }
  const attempt = (job.retries_count ?? 0) + 1;
  const tag = job.tag === true ? job.ref : null;
  const version = `${tag ?? job.pipeline_id}${attempt > 1 ? `.${attempt}` : ""}`;
  if (!isVersion(version)) return notARelease(`the tag of ${what} is too long to be a version`);
  const branch = tag === null ? job.ref : null;
  const repository = job.project.path_with_namespace;
  return {
    kind: "build",
    subject: subjectOf({
      repository,
      event: "job",
      onlyWhereNamed: true,
      workflow: job.build_name,
      branch,
    }),
    build: buildOf({
      version,
      outcome,
      source,
      run: {
        id: `${job.pipeline_id}/${job.build_name}`,
        attempt,
        url: `${job.project.web_url}/-/jobs/${job.build_id}`,
      },
      startedAt: gitlabTime(job.build_started_at_iso) ?? gitlabTime(job.build_started_at),
      finishedAt: gitlabTime(job.build_finished_at_iso) ?? gitlabTime(job.build_finished_at),
      commit: {
        repository,
        sha: job.sha,
        tag,
        branch,
        author: authorOf(job.commit, job.user),
        subject: subjectLine(job.commit),
      },
    }),
  };
}
