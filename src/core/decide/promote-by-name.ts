import { advance } from "../advance.ts";
import { brokenDependents, freezeBlocker, holdOn, unmetNeeds } from "../blocker.ts";
import type { PersonCommand } from "../command.ts";
import { environmentState, findRelease, type Hold } from "../component.ts";
import type { Decision } from "../decision.ts";
import { describeBlocker, describeDecision } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { blockedBy } from "../gate.ts";
import { judgeAnew } from "../judge.ts";
import { needsUnmet } from "../need.ts";
import { refuseGuests } from "../permission.ts";
import type { ComponentPolicy, EnvironmentPolicy } from "../policy.ts";
import { requestPromotion } from "../promote.ts";
import { isActive, isWaiting } from "../promotion.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { isNewer, promotionInto, type Release } from "../release.ts";
import { locateEnvironment, unknownRelease } from "./locate.ts";

/** A person asks for exactly this release in an environment: an older one, one that was held, or again. */
export function promoteByName(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Promote" }>,
): Decision {
  const place = locateEnvironment(draft, command.environment);
  if (place.kind === "refused") return refused(draft, place.refusal);
  const { policy, environment } = place;
  const release =
    draft.state().releases[command.release] ?? draft.context.archived[command.release];
  if (release === undefined) {
    return refused(draft, unknownRelease(command.release));
  }
  const refusedBecause =
    refuseGuests(command.person) ??
    refuseState(draft, release, environment) ??
    refuseOrder(policy, release, environment) ??
    refuseFreeze(draft, policy) ??
    refuseNeeds(draft, policy, environment) ??
    refuseBreaking(draft, environment.name, release.version);
  if (refusedBecause !== null) return refused(draft, refusedBecause, release.id);
  const hold = holdOn(draft.state(), environment.name);
  if (hold !== null && !isLiftedBy(draft, hold, release, environment.name)) {
    const held = describeBlocker({ kind: "held", reason: hold.reason, by: hold.by });
    const sentence = `${environment.name} is ${held}; /release ${draft.component} unhold lifts it`;
    return refused(draft, refusal("held", sentence), release.id);
  }

  if (draft.state().releases[release.id] === undefined) {
    draft.emit({ type: "ReleaseRestored", release });
  }
  const blocking = blockedBy(judgeAnew(draft, policy, release, environment).results);
  if (blocking.length > 0) {
    const why = blocking.map(({ name, sentence }) => `${name}: ${sentence}`).join("; ");
    return refused(draft, refusal("gates_failed", why), release.id);
  }
  if (hold !== null) draft.emit({ type: "HoldLifted", environment: hold.environment });
  requestPromotion(draft, policy, release, environment, { byName: true, carried: [] });
  advance(draft);
  return accepted(draft, { release: release.id });
}

function refuseState(
  draft: Draft,
  release: Release,
  environment: EnvironmentPolicy,
): Refusal | null {
  if (release.status.kind === "failed") {
    return refusal(
      "build_failed",
      `the build of ${release.id} ended with ${release.status.outcome}`,
    );
  }
  const { live, serving } = environmentState(draft.state(), environment.name);
  if (live === release.id && serving === release.id) {
    return refusal("already_live", `${release.id} is already live in ${environment.name}`);
  }
  const promotion = promotionInto(release, environment.name);
  if (promotion !== undefined && (isWaiting(promotion) || isActive(promotion))) {
    const now = describeDecision(promotion, draft.context.now);
    return refusal("already_decided", `${release.id} is already on its way there: ${now}`);
  }
  return null;
}

/** Every earlier environment must have had it live: a name does not jump the order. */
function refuseOrder(
  policy: ComponentPolicy,
  release: Release,
  environment: EnvironmentPolicy,
): Refusal | null {
  const earlier = policy.environments.slice(0, policy.environments.indexOf(environment));
  const missing = earlier.find(
    ({ name }) =>
      !release.promotions.some(
        (promotion) => promotion.environment === name && promotion.state.kind === "live",
      ),
  );
  return missing === undefined
    ? null
    : refusal("out_of_order", `${release.id} has not been live in ${missing.name} yet`);
}

function refuseFreeze(draft: Draft, policy: ComponentPolicy): Refusal | null {
  const freeze = freezeBlocker(policy, draft.state(), draft.context);
  return freeze === null
    ? null
    : refusal(
        "frozen",
        `${draft.component} is ${describeBlocker(freeze)}; a rollback is still possible`,
      );
}

function refuseNeeds(
  draft: Draft,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
): Refusal | null {
  const unmet = unmetNeeds(policy, environment.name, draft.context.others);
  return unmet.length === 0
    ? null
    : refusal("needs_unmet", `${draft.component} ${unmet.map(describeBlocker).join("; ")}`);
}

function refuseBreaking(draft: Draft, environment: string, version: string): Refusal | null {
  const { component, context } = draft;
  const broken = brokenDependents(draft.state(), { environment, version }, context);
  return broken.length === 0 ? null : needsUnmet({ component, environment, version }, broken);
}

/** The hold of an automatic rollback ends with a newer release that a person names. */
function isLiftedBy(draft: Draft, hold: Hold, release: Release, environment: string): boolean {
  const { rollback } = environmentState(draft.state(), environment);
  const undone = findRelease(draft.state(), rollback?.from ?? null);
  return hold.automatic && (undone === undefined || isNewer(release, undone));
}
