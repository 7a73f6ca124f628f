import { canonicalJson, type Json } from "./json.ts";
import type { EnvironmentPolicy } from "./policy.ts";
import type { GateResult, Release, ReleaseId } from "./release.ts";

/**
 * What an approval is bound to: SHA-256 over the canonical JSON of the artifact, the commit, the lineage,
 * the gate verdicts with their numbers, the policy of the target environment, and the release that is
 * live there. Any change of these is another digest.
 */
export function evidenceDigest(input: {
  readonly release: Release;
  readonly live: ReleaseId | null;
  readonly results: readonly GateResult[];
  readonly environment: EnvironmentPolicy;
  readonly sha256: (text: string) => string;
}): string {
  const { build } = input.release;
  const evidence: Json = {
    release: input.release.id,
    artifact: build.artifact === null ? null : { ...build.artifact },
    commit:
      build.commit === null
        ? null
        : { repository: build.commit.repository, sha: build.commit.sha, tag: build.commit.tag },
    lineage: build.datasets.map((dataset) => ({ ...dataset })),
    gates: input.results.map(({ name, verdict, blocks, numbers }) => ({
      name,
      verdict,
      blocks,
      numbers: numbers.map((number) => ({ ...number })),
    })),
    policy: input.environment.source,
    live: input.live,
  };
  return input.sha256(canonicalJson(evidence));
}
