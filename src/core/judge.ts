import type { Build } from "./build.ts";
import { environmentState, findRelease } from "./component.ts";
import { evidenceDigest } from "./digest.ts";
import type { Draft } from "./draft.ts";
import { judgeGates } from "./gate.ts";
import { PairMemo } from "./pair-memo.ts";
import type { ComponentPolicy, EnvironmentPolicy, GatePolicy } from "./policy.ts";
import {
  type GateJudgement,
  type GateResult,
  promotionInto,
  type Release,
  type ReleaseId,
} from "./release.ts";

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

/** What was judged, with what came of it. */
interface Judged extends Pick<ToJudge, "gates" | "live"> {
  readonly release: ReleaseId;
  readonly championBuild: Build | null;
  readonly results: readonly GateResult[];
  readonly digest: string;
}

const known = new PairMemo<EnvironmentPolicy, Build, Judged>();

/** Every decision judges every open release again, and most of the time nothing is new. */
function judged(input: ToJudge): Pick<Judged, "results" | "digest"> {
  const { gates, release, live, champion, environment, sha256 } = input;
  const championBuild = champion?.build ?? null;
  const before = known.get(environment, release.build);
  const isKnown =
    before?.gates === gates &&
    before.release === release.id &&
    before.live === live &&
    before.championBuild === championBuild;
  if (isKnown) return before;
  const results = judgeGates(gates, release, champion);
  const digest = evidenceDigest({ release, live, results, environment, sha256 });
  const now = { gates, release: release.id, live, championBuild, results, digest };
  known.set(environment, release.build, now);
  return now;
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
