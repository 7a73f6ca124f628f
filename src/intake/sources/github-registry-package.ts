import { z } from "zod";
import { authorOf, login, notARelease, repository } from "./github-fields.ts";
import type { ReadEvent } from "./read-event.ts";
import { isCommitSha, isImageDigest, isVersion, line } from "./text.ts";

const REVISION = "org.opencontainers.image.revision";
/** Tags that are made to move: the next image of that name would be the same version. */
const MOVING_TAGS: readonly string[] = ["latest"];

const address = z
  .string()
  .max(2_000)
  .regex(/^[^\s\p{C}]*$/u, "must not hold spaces");
const label = z.string().max(500);

const schema = z.object({
  registry_package: z.object({
    name: line(255),
    html_url: address.nullish(),
    package_version: z
      .object({
        id: z.int().positive(),
        version: z.string().max(255),
        html_url: address.nullish(),
        package_url: address.nullish(),
        container_metadata: z
          .object({
            tag: z
              .object({ name: z.string().max(255), digest: z.string().max(200) })
              .partial()
              .nullish(),
            labels: z
              .object({
                revision: label.nullish(),
                all_labels: z.object({ [REVISION]: label.nullish() }).nullish(),
              })
              .nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
  repository: repository.nullish(),
  sender: z.object({ login }).nullish(),
});

type Version = NonNullable<z.output<typeof schema>["registry_package"]["package_version"]>;

/**
 * An image or a package that was pushed to GitHub's registry. For a container `version` is the digest
 * and the version is its tag; the commit is known only from the label that the image was built with.
 */
export function readRegistryPackage(payload: unknown, source: string): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { registry_package: pack, repository: repo, sender } = parsed.data;
  const pushed = pack.package_version ?? null;
  if (pushed === null) return notARelease("the package has no version");
  if (repo === null || repo === undefined) {
    return notARelease(
      `package ${pack.name} is not linked to a repository; link it in its settings on GitHub`,
    );
  }
  const version = versionOf(pushed);
  if (version === "") {
    return notARelease(
      `the push of package ${pack.name} has no tag; only tagged images are releases`,
    );
  }
  if (MOVING_TAGS.includes(version) || !isVersion(version)) {
    return notARelease(
      `the tag of package ${pack.name} cannot be a version: push one that never moves`,
    );
  }
  return {
    kind: "build",
    subject: {
      component: null,
      repository: repo.full_name,
      event: "registry_package",
      workflow: null,
      branch: null,
      package: pack.name,
    },
    build: {
      version,
      outcome: "success",
      source,
      run: null,
      trigger: null,
      startedBy: null,
      startedAt: null,
      finishedAt: null,
      artifact: artifactOf(pushed, pack.html_url ?? null),
      commit: {
        repository: repo.full_name,
        sha: revisionOf(pushed),
        tag: null,
        branch: null,
        author: authorOf(null, sender?.login ?? null),
        subject: null,
      },
      metrics: {},
      slices: {},
      tests: null,
      checks: [],
      datasets: [],
      notes: null,
    },
  };
}

/** Empty where there is none: each platform's part of an image is pushed without a tag of its own. */
function versionOf({ version, container_metadata: container }: Version): string {
  const tag = container?.tag?.name ?? "";
  return tag === "" && !isImageDigest(version) ? version : tag;
}

function artifactOf(
  pushed: Version,
  page: string | null,
): { readonly uri: string; readonly digest: string | null } | null {
  const uri = [pushed.package_url, pushed.html_url, page].find((candidate) => candidate) ?? null;
  if (uri === null) return null;
  const digest = [pushed.container_metadata?.tag?.digest ?? "", pushed.version].find(isImageDigest);
  return { uri, digest: digest ?? null };
}

function revisionOf({ container_metadata: container }: Version): string | null {
  const labels = container?.labels ?? null;
  const revision = (labels?.all_labels?.[REVISION] ?? labels?.revision ?? "").toLowerCase();
  return isCommitSha(revision) ? revision : null;
}
