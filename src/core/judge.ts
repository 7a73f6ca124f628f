import type { Build } from "./build.ts";
import { environmentState, findRelease } from "./component.ts";
import { evidenceDigest } from "./digest.ts";
import type { Draft } from "./draft.ts";
import { judgeGates } from "./gate.ts";
import { PairMemo } from "./pair-memo.ts";
import type { ComponentPolicy, EnvironmentPolicy, GatePolicy } from "./policy.ts";
import { type GateJudgement, type GateResult, promotionInto, type Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/** The gates and the digest of a release for an environment, as they are now. */
function judgement(
  draft: Draft,
  policy: ComponentPolicy,
  release: Release,
  environment: EnvironmentPolicy,
): GateJudgement {
  const { live } = environmentState(draft.state(), environment.name);
  const { results, digest } = judged({
    gates: policy.gates,
    release,
    live,
    champion: findRelease(draft.state(), live) ?? null,
    environment,
    sha256: draft.context.sha256,
  });
  return { environment: environment.name, live, results, digest, judgedAt: draft.context.now };
}

interface ToJudge {
  readonly gates: readonly GatePolicy[];
  readonly release: Release;
  readonly live: ReleaseId | null;
  /** The release behind `live`. */
  readonly champion: Release | null;
  readonly environment: EnvironmentPolicy;
  readonly sha256: (text: string) => string;
}

/** Besides the environment and the build of the release: all that a judgement depends on. */
interface Grounds {
  readonly gates: readonly GatePolicy[];
  readonly release: ReleaseId;
  readonly version: string;
  readonly live: ReleaseId | null;
  readonly championVersion: string | null;
  readonly championBuild: Build | null;
}

interface Judged {
  readonly grounds: Grounds;
  readonly results: readonly GateResult[];
  readonly digest: string;
}

const known = new PairMemo<EnvironmentPolicy, Build, Judged>();

/** Every decision judges every open release again, and most of the time nothing is new. */
function judged(input: ToJudge): Judged {
  const { gates, release, live, champion, environment, sha256 } = input;
  const grounds: Grounds = {
    gates,
    release: release.id,
    version: release.version,
    live,
    championVersion: champion?.version ?? null,
    championBuild: champion?.build ?? null,
  };
  const before = known.get(environment, release.build);
  if (before !== undefined && areSame(before.grounds, grounds)) return before;
  const results = judgeGates(gates, release, champion);
  const digest = evidenceDigest({ release, live, results, environment, sha256 });
  const now = { grounds, results, digest };
  known.set(environment, release.build, now);
  return now;
}

function areSame(a: Grounds, b: Grounds): boolean {
  return (
    a.gates === b.gates &&
    a.release === b.release &&
    a.version === b.version &&
    a.live === b.live &&
    a.championVersion === b.championVersion &&
    a.championBuild === b.championBuild
  );
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
