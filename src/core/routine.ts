import type { Actor } from "./actor.ts";
import { blockersOf } from "./blocker.ts";
import type { Build, Dataset, Metrics } from "./build.ts";
import { environmentState, findRelease, promotionById } from "./component.ts";
import type { Draft } from "./draft.ts";
import type { ComponentPolicy, EnvironmentPolicy, RoutinePolicy, Tolerance } from "./policy.ts";
import type { Promotion, PromotionId } from "./promotion.ts";
import { type GateJudgement, isNewer, type Release } from "./release.ts";

export const ROUTINE_LANE: Actor = { kind: "system", name: "routine lane" };

/**
 * Approves a promotion where the policy declares a routine lane and it is routine in every respect at this
 * moment; a share of those, chosen by the digest of their evidence, goes to people. True: it was approved.
 */
export function takeRoutineLane(
  draft: Draft,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
  id: PromotionId,
): boolean {
  const { routine } = environment;
  const { release, promotion } = promotionById(draft.state(), id);
  const { live } = environmentState(draft.state(), environment.name);
  const champion = findRelease(draft.state(), live);
  if (routine === null || champion === undefined || promotion.sampled === true) return false;
  if (!isFirstOfItself(promotion) || !isNewer(release, champion)) return false;
  if (isStopped(draft, policy, environment, release)) return false;
  if (!isRoutine(policy, environment, release, champion)) return false;
  if (!isWithin(routine.band, release.build.metrics, champion.build.metrics)) return false;
  const { digest } = promotion;
  if (isSampled(digest, routine.sample)) {
    draft.emit({ type: "RoutineSampled", promotion: id, share: routine.sample });
    return false;
  }
  draft.emit({
    type: "RoutineApproved",
    promotion: id,
    digest,
    lane: ROUTINE_LANE,
    why: `the same code and data sets as ${champion.version}, every gate passes, and its metrics are within the band`,
  });
  return true;
}

/** What a person asked for, or what failed before, is for people. */
function isFirstOfItself({ byName, attempt }: Promotion): boolean {
  return !byName && attempt === 1;
}

/** A freeze, a hold, anything at work there, a need that is not met; or that what is live was rolled back to. */
function isStopped(
  draft: Draft,
  policy: ComponentPolicy,
  { name: environment }: EnvironmentPolicy,
  { version }: Release,
): boolean {
  const target = { environment, version };
  return (
    environmentState(draft.state(), environment).rolledBack ||
    blockersOf(policy, draft.state(), target, draft.context).length > 0
  );
}

function isRoutine(
  { kind }: ComponentPolicy,
  { name }: EnvironmentPolicy,
  { build, gates }: Release,
  { build: live }: Release,
): boolean {
  // It was judged when it was asked for.
  const { results } = gates[name] as GateJudgement;
  return (
    isSameCode(build, live) &&
    isSameData(build.datasets, live.datasets) &&
    // What a model was trained on has to be known.
    (kind === "service" || build.datasets.length > 0) &&
    (build.gaps ?? []).length === 0 &&
    results.length > 0 &&
    results.every(({ verdict }) => verdict === "pass")
  );
}

function isSameCode({ commit: a }: Build, { commit: b }: Build): boolean {
  return (
    a !== null && b !== null && a.sha !== null && a.sha === b.sha && a.repository === b.repository
  );
}

/** The same data sets by name and by a schema that is known; their versions are what a retrain changes. */
function isSameData(a: readonly Dataset[], b: readonly Dataset[]): boolean {
  const schemas = new Map(b.map(({ name, schema }) => [name, schema]));
  const isKnown = a.every(({ name, schema = null }) => {
    return schema !== null && schemas.get(name) === schema;
  });
  return isKnown && new Set(a.map(({ name }) => name)).size === schemas.size;
}

/** Every metric of the band is known of both, and near enough. */
function isWithin(band: RoutinePolicy["band"], metrics: Metrics, live: Metrics): boolean {
  const names =
    band.kind === "all"
      ? [...new Set([...Object.keys(metrics), ...Object.keys(live)])]
      : Object.keys(band.metrics);
  const toleranceOf = (name: string) => (band.kind === "all" ? band : band.metrics[name]);
  return (
    names.length > 0 &&
    names.every((name) => {
      const [value, before, tolerance] = [own(metrics, name), own(live, name), toleranceOf(name)];
      if (value === undefined || before === undefined || tolerance === undefined) return false;
      const beyond = Math.abs(value - before) - largest(tolerance, before);
      return beyond <= ROUNDING * Math.max(Math.abs(value), Math.abs(before));
    })
  );
}

/** 0.815 is within 0.005 of 0.81, whatever binary fractions make of it. */
const ROUNDING = 1e-12;

function largest({ unit, most }: Pick<Tolerance, "unit" | "most">, before: number): number {
  return unit === "share" ? most * Math.abs(before) : most;
}

function own(metrics: Metrics, name: string): number | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

const DIGITS = 8;

/** The same evidence is always sampled, or never. */
function isSampled(digest: string, share: number): boolean {
  return Number.parseInt(digest.slice(0, DIGITS), 16) / 16 ** DIGITS < share;
}
