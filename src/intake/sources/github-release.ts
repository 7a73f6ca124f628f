import { z } from "zod";
import { authorOf, login, notARelease, refName, repository } from "./github-fields.ts";
import type { ReadEvent } from "./read-event.ts";
import { REPORT_LIMITS } from "./report-schema.ts";
import { cleanLines, instant, isCommitSha, isVersion, webUrl } from "./text.ts";

const schema = z.object({
  release: z.object({
    id: z.int().positive(),
    tag_name: refName,
    target_commitish: z.string().max(255).nullish(),
    html_url: webUrl,
    published_at: instant.nullish(),
    body: z.string().nullish(),
    author: z.object({ login }).nullish(),
  }),
  repository,
});

/**
 * A published release of a tag. The event names no commit: `target_commitish` is a branch, or a commit
 * only where whoever published it wrote one, and it is not the tag's commit where the tag was there
 * before. So a branch is never taken for the commit; the tag is resolved afterwards.
 */
export function readRelease(payload: unknown, source: string): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { release, repository: repo } = parsed.data;
  if (!isVersion(release.tag_name)) {
    return notARelease(`the tag of release ${release.id} is too long to be a version`);
  }
  const target = release.target_commitish?.toLowerCase() ?? "";
  const notes = cleanLines(release.body ?? "", REPORT_LIMITS.notes);
  return {
    kind: "build",
    subject: {
      component: null,
      repository: repo.full_name,
      event: "release",
      workflow: null,
      branch: null,
      package: null,
    },
    build: {
      version: release.tag_name,
      outcome: "success",
      source,
      run: { id: `release/${release.id}`, attempt: 1, url: release.html_url },
      trigger: null,
      startedBy: null,
      startedAt: null,
      finishedAt: release.published_at ?? null,
      artifact: null,
      commit: {
        repository: repo.full_name,
        sha: isCommitSha(target) ? target : null,
        tag: release.tag_name,
        branch: null,
        author: authorOf(null, release.author?.login ?? null),
        subject: null,
      },
      metrics: {},
      slices: {},
      tests: null,
      checks: [],
      datasets: [],
      notes: notes === "" ? null : notes,
    },
  };
}
