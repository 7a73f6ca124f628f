import { canonicalJson, type Json } from "./json.ts";
import type { EnvironmentPolicy } from "./policy.ts";
import type { GateResult, Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/**
 * What an approval is bound to: SHA-256 over the canonical JSON of the artifact, the commit, the lineage,
 * the gate verdicts with their numbers, the policy of the target environment, and the release that is
 * live there. Any change of these is another digest, and so is any other evidence that came later: it counts
 * by the number of its revision.
 */
export function evidenceDigest(input: {
  readonly release: Release;
  readonly live: ReleaseId | null;
  readonly results: readonly GateResult[];
  readonly environment: EnvironmentPolicy;
  readonly sha256: (text: string) => string;
}): string {
  const { build } = input.release;
  const gates: Json = input.results.map(({ name, verdict, blocks, numbers }) => ({
    name,
    verdict,
    blocks,
    numbers: numbers.map((number) => ({ ...number })),
  }));
  const commit: Json =
    build.commit === null
      ? null
      : { repository: build.commit.repository, sha: build.commit.sha, tag: build.commit.tag };
  const artifact: Json = build.artifact === null ? null : { ...build.artifact };
  const lineage: Json = build.datasets.map((dataset) => ({ ...dataset }));
  const { live } = input;
  const { id: release, revision } = input.release;
  // Canonical JSON of one object with these members: its keys stand in order.
  const members = [
    `"artifact":${canonicalJson(artifact)}`,
    `"commit":${canonicalJson(commit)}`,
    `"gates":${canonicalJson(gates)}`,
    `"lineage":${canonicalJson(lineage)}`,
    `"live":${canonicalJson(live)}`,
    `"policy":${policyText(input.environment)}`,
    `"release":${canonicalJson(release)}`,
    ...(revision === 1 ? [] : [`"revision":${revision}`]),
  ];
  return input.sha256(`{${members.join(",")}}`);
}

const policyTexts = new WeakMap<EnvironmentPolicy, string>();

/** It is the largest part of the evidence, and the same for every release: it is written once. */
function policyText(environment: EnvironmentPolicy): string {
  const known = policyTexts.get(environment);
  if (known !== undefined) return known;
  const text = canonicalJson(environment.source);
  policyTexts.set(environment, text);
  return text;
}
