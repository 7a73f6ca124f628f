import { z } from "zod";
import type { Build, Commit, Gap } from "../../core/build.ts";
import { repositoryNameOf } from "../../shared/repository-url.ts";
import { type LookupReader, withGaps } from "./lookup-reader.ts";
import { createRegistryClient, type RegistryClient } from "./oci-client.ts";

const REVISION = "org.opencontainers.image.revision";
const SOURCE = "org.opencontainers.image.source";
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const lookupOf = z.object({
  repository: z.string(),
  tag: z.string(),
  digest: z.string().nullable(),
});

const labels = z.record(z.string(), z.string().nullable()).nullish();

/** A manifest has a config; an index has the manifests of each platform. */
const manifest = z.object({
  annotations: labels,
  config: z.object({ digest: z.string() }).nullish(),
  manifests: z
    .array(
      z.object({
        digest: z.string(),
        annotations: labels,
        platform: z.object({ os: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

const config = z.object({ config: z.object({ Labels: labels }).nullish() });

type Labels = Readonly<Record<string, string | null>>;

interface Labelled {
  readonly labels: Labels;
  readonly gaps: readonly Gap[];
}

/**
 * What a registry knows of an image: the digest behind its tag, where the event named none, and the commit,
 * where the image was built with the label or annotation for it. An image whose digest nobody knows is not
 * promoted; one whose commit nobody knows may be.
 */
export const ociRegistryReader: LookupReader = {
  async read(request) {
    const { repository, tag, digest } = lookupOf.parse(request.lookup);
    const client = createRegistryClient(request);
    const fetched = await client.manifest(repository, digest ?? tag);
    if (fetched.kind === "refused") {
      const what = `image ${repository}:${tag}`;
      return withGaps(request.build, [{ what, why: fetched.why, blocks: true }]);
    }
    const { artifact } = request.build;
    const uri = artifact?.uri ?? `${repository}:${tag}`;
    const build: Build = { ...request.build, artifact: { uri, digest: fetched.digest } };
    const found = await readLabels(client, repository, fetched.value);
    return withCommit(build, found, request.repository);
  },
};

/** Annotations first, then the labels of the image; of several platforms those of the first. */
async function readLabels(
  client: RegistryClient,
  repository: string,
  value: unknown,
): Promise<Labelled> {
  const parsed = manifest.safeParse(value);
  if (!parsed.success) return unreadable("its manifest is none of an image");
  const own = parsed.data.annotations ?? {};
  if (own[REVISION]) return { labels: own, gaps: [] };
  // Attestations of a build stand beside the platforms as one of an unknown system.
  const platform = parsed.data.manifests?.find(({ platform: of }) => of?.os !== "unknown");
  if (platform !== undefined) {
    if (platform.annotations?.[REVISION]) return { labels: platform.annotations, gaps: [] };
    const fetched = await client.manifest(repository, platform.digest);
    if (fetched.kind === "refused") return unreadable(fetched.why);
    const image = manifest.safeParse(fetched.value);
    // An index in an index would go on for ever.
    if (!image.success || image.data.config == null)
      return unreadable("its manifest is none of an image");
    const inner = image.data.annotations ?? {};
    return inner[REVISION]
      ? { labels: inner, gaps: [] }
      : readConfig(client, repository, image.data.config.digest);
  }
  return parsed.data.config == null
    ? unreadable("it has no configuration")
    : readConfig(client, repository, parsed.data.config.digest);
}

async function readConfig(
  client: RegistryClient,
  repository: string,
  digest: string,
): Promise<Labelled> {
  const fetched = await client.blob(repository, digest);
  if (fetched.kind === "refused") return unreadable(fetched.why);
  const parsed = config.safeParse(fetched.value);
  return parsed.success
    ? { labels: parsed.data.config?.Labels ?? {}, gaps: [] }
    : unreadable("its configuration is none of an image");
}

function unreadable(why: string): Labelled {
  return { labels: {}, gaps: [{ what: "the commit of the image", why, blocks: false }] };
}

function withCommit(build: Build, found: Labelled, repository: string | null): Build {
  if (found.gaps.length > 0) return withGaps(build, found.gaps);
  const sha = (found.labels[REVISION] ?? "").toLowerCase();
  const place = repository ?? repositoryNameOf(found.labels[SOURCE] ?? "");
  const why = !COMMIT.test(sha)
    ? `it is not built with ${REVISION}: a label or annotation that holds the whole commit id`
    : place === null
      ? `nothing says which repository ${sha} is of: set repository of the component`
      : null;
  if (why !== null || place === null) {
    return withGaps(build, [{ what: "the commit of the image", why: why ?? "", blocks: false }]);
  }
  const commit: Commit = {
    repository: place,
    sha,
    tag: null,
    branch: null,
    author: null,
    subject: null,
  };
  return { ...build, commit };
}
