import { advance } from "../advance.ts";
import { isRevoked } from "../after-watch.ts";
import type { PersonCommand } from "../command.ts";
import { environmentState } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { unmetDependents } from "../need.ts";
import { refuseUnlessOperator } from "../permission.ts";
import { type Refusal, refusal } from "../refusal.ts";
import type { Release } from "../release.ts";
import type { ReleaseId } from "../release-id.ts";
import { planRollback, type RollbackPlan, startRollback } from "../rollback.ts";
import { locateEnvironment, REASON_REQUIRED, statedReason } from "./locate.ts";

/** The environment that a rollback means when none is named. */
const USUAL_ENVIRONMENT = "production";

/** A person returns an environment to an earlier release. */
export function rollBack(
  draft: Draft,
  command: Extract<PersonCommand, { type: "RollBack" }>,
): Decision {
  const name = command.environment ?? usualEnvironment(draft);
  const place = locateEnvironment(draft, name);
  if (place.kind === "refused") return refused(draft, place.refusal);
  const { policy, environment } = place;
  const { person, directory } = command;

  const forbidden = refuseUnlessOperator(
    person,
    draft.context.policy,
    policy,
    environment,
    directory,
  );
  if (forbidden !== null) return refused(draft, forbidden);
  const { rollback } = environmentState(draft.state(), name);
  if (rollback?.state.kind === "running") {
    return refused(
      draft,
      refusal("rollback_running", `${name} is already being rolled back to ${rollback.to}`),
      rollback.from,
    );
  }
  const plan = planRollback(draft.state(), name);
  if (plan === null) {
    return refused(draft, refusal("no_rollback_target", `nothing is live in ${name} yet`));
  }
  if (command.from !== null && command.from !== plan.from.id) {
    const sentence = `${plan.from.id} is what runs in ${name} now, and not ${command.from}; use its card, or /release ${draft.component} rollback`;
    return refused(draft, refusal("superseded", sentence), plan.from.id);
  }
  const target = targetOf(draft, name, plan, command.to);
  if (target.kind === "refused") return refused(draft, target.refusal, plan.from.id);
  const dependents = unmetDependents(draft.context, draft.component, name, target.release.version);
  if (dependents !== null) return refused(draft, dependents, plan.from.id);
  const reason = statedReason(command.reason);
  if (reason === null) return refused(draft, REASON_REQUIRED, plan.from.id);

  if (draft.state().releases[target.release.id] === undefined) {
    draft.emit({ type: "ReleaseRestored", release: target.release });
  }
  startRollback(draft, {
    environment,
    from: plan.from.id,
    promotion: plan.promotion.id,
    to: target.release.id,
    trigger: command.trigger,
    reason,
  });
  advance(draft);
  return accepted(draft, { release: plan.from.id });
}

function usualEnvironment(draft: Draft): string {
  const names = (draft.policy?.environments ?? []).map(({ name }) => name);
  return names.includes(USUAL_ENVIRONMENT) ? USUAL_ENVIRONMENT : (names.at(-1) ?? "");
}

type Target =
  | { readonly kind: "found"; readonly release: Release }
  | { readonly kind: "refused"; readonly refusal: Refusal };

function targetOf(
  draft: Draft,
  environment: string,
  plan: RollbackPlan,
  named: ReleaseId | null,
): Target {
  const refuse = (code: Refusal["code"], sentence: string): Target => ({
    kind: "refused",
    refusal: refusal(code, sentence),
  });
  if (named === null && plan.alreadyRolledBack) {
    return refuse(
      "already_rolled_back",
      `${environment} is at ${plan.from.id} because of a rollback; to go back further, name the version: /release ${draft.component} rollback to VERSION in ${environment}`,
    );
  }
  const id = named ?? plan.target;
  if (id === null) {
    return refuse(
      "no_rollback_target",
      `there is no release that finished its watch in ${environment} before ${plan.from.id}; deploy a known good version`,
    );
  }
  const release = draft.state().releases[id] ?? draft.context.archived[id];
  if (release === undefined) {
    return refuse("unknown_release", `there is no release ${id} of ${draft.component}`);
  }
  if (id === plan.from.id) {
    return refuse("already_live", `${id} is what would be rolled back; name an earlier version`);
  }
  const wasGood = release.promotions.some(
    (promotion) => promotion.environment === environment && promotion.state.kind === "live",
  );
  if (wasGood && isRevoked(release, environment)) {
    return refuse(
      "no_rollback_target",
      `${id} was live in ${environment}, and what came later showed that it was bad; promote it by name if you want it all the same`,
    );
  }
  return wasGood
    ? { kind: "found", release }
    : refuse(
        "no_rollback_target",
        `${id} never finished its watch in ${environment}, so it is no rollback target; promote it instead`,
      );
}
