import { z } from "zod";
import type { Artifact } from "../../core/build.ts";
import { artifactOf } from "./artifact-reference.ts";
import { buildOf, subjectOf } from "./blank.ts";
import {
  authorOf,
  commitFields,
  commitSha,
  notARelease,
  project,
  refName,
  subjectLine,
  time,
} from "./gitlab-fields.ts";
import { gitlabTime } from "./gitlab-time.ts";
import type { ReadEvent } from "./read-event.ts";
import { REPORT_LIMITS } from "./report-schema.ts";
import { cleanLine, cleanLines, isVersion, webUrl } from "./text.ts";

const schema = z.object({
  id: z.int().positive(),
  tag: refName,
  action: z.string().max(100),
  description: z.string().nullish(),
  released_at: time,
  url: webUrl.max(2_000).nullish(),
  assets: z
    .object({
      links: z
        .array(z.object({ link_type: z.string().max(100).nullish(), url: z.string() }))
        .nullish(),
    })
    .nullish(),
  commit: commitFields.extend({ id: commitSha }),
  project,
});

/** A release of a tag, made in GitLab. Unlike GitHub's it names its commit. */
export function readRelease(payload: unknown, source: string): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { project: own, commit: written, ...release } = parsed.data;
  if (release.action !== "create") {
    return notARelease(
      `release ${cleanLine(release.tag, 80)} was not created but changed (${cleanLine(release.action, 60)}); a version does not change`,
    );
  }
  if (!isVersion(release.tag)) {
    return notARelease(`the tag of release ${release.id} is too long to be a version`);
  }
  const repository = own.path_with_namespace;
  return {
    kind: "build",
    subject: subjectOf({ repository, event: "release" }),
    build: buildOf({
      version: release.tag,
      outcome: "success",
      source,
      run: {
        id: `release/${release.id}`,
        attempt: 1,
        url: release.url ?? `${own.web_url}/-/releases/${encodeURIComponent(release.tag)}`,
      },
      finishedAt: gitlabTime(release.released_at),
      artifact: imageOf(release.assets?.links ?? []),
      commit: {
        repository,
        sha: written.id,
        tag: release.tag,
        branch: null,
        author: authorOf(written, null),
        subject: subjectLine(written),
      },
      notes: cleanLines(release.description ?? "", REPORT_LIMITS.notes) || null,
    }),
  };
}

/** The one image that the release links to. GitLab wants links with a scheme, an image has none. */
function imageOf(
  links: readonly { readonly link_type?: string | null | undefined; readonly url: string }[],
): Artifact | null {
  const [image, ...others] = links.filter(({ link_type: type }) => type === "image");
  if (image === undefined || others.length > 0) return null;
  return artifactOf(image.url.replace(/^[a-z]+:\/\//i, ""));
}
