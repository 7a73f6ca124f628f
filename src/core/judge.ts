import { environmentState, findRelease } from "./component.ts";
import { evidenceDigest } from "./digest.ts";
import type { Draft } from "./draft.ts";
import { judgeGates } from "./gate.ts";
import type { ComponentPolicy, EnvironmentPolicy } from "./policy.ts";
import { type GateJudgement, promotionInto, type Release } from "./release.ts";

/** The gates and the digest of a release for an environment, as they are now. */
function judgement(
  draft: Draft,
  policy: ComponentPolicy,
  release: Release,
  environment: EnvironmentPolicy,
): GateJudgement {
  const { live } = environmentState(draft.state(), environment.name);
  const liveRelease = findRelease(draft.state(), live) ?? null;
  const results = judgeGates(policy.gates, release, liveRelease);
  const digest = evidenceDigest({
    release,
    live,
    results,
    environment,
    sha256: draft.context.sha256,
  });
  return { environment: environment.name, live, results, digest, judgedAt: draft.context.now };
}

/** Judges a release for an environment and records it if anything differs from what is recorded. */
export function judgeAnew(
  draft: Draft,
  policy: ComponentPolicy,
  release: Release,
  environment: EnvironmentPolicy,
): GateJudgement {
  const present = judgement(draft, policy, release, environment);
  const recorded = findRelease(draft.state(), release.id)?.gates[environment.name];
  if (recorded?.digest === present.digest) return recorded;
  draft.emit({ type: "GatesJudged", release: release.id, judgement: present });
  return present;
}

/** Judges every open release for every environment that it may still be asked into. */
export function judgeOpenReleases(draft: Draft, policy: ComponentPolicy): void {
  for (const environment of policy.environments) {
    for (const release of Object.values(draft.state().releases)) {
      if (mayStillEnter(release, environment.name)) judgeAnew(draft, policy, release, environment);
    }
  }
}

function mayStillEnter(release: Release, environment: string): boolean {
  if (release.status.kind === "failed") return release.gates[environment] === undefined;
  if (release.status.kind !== "candidate") return false;
  const promotion = promotionInto(release, environment);
  return promotion === undefined || promotion.state.kind === "failed";
}
