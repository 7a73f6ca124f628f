import { advance } from "../advance.ts";
import { openIncident } from "../after-watch.ts";
import { evaluateApproval } from "../approval.ts";
import type { PersonCommand } from "../command.ts";
import { environmentState, promotionById } from "../component.ts";
import type { Decision } from "../decision.ts";
import { describeDecision } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { blockedBy } from "../gate.ts";
import { judgeAnew } from "../judge.ts";
import { excludedFor, isAuthor, refuseAuthor, refuseUnlessOperator } from "../permission.ts";
import { requestPromotion, startOrQueue } from "../promote.ts";
import { isActive, isWaiting, type Promotion } from "../promotion.ts";
import { refusal } from "../refusal.ts";
import type { CheckAssessment } from "../verdict.ts";
import { goLive } from "./go-live.ts";
import { locate, REASON_REQUIRED, statedReason } from "./locate.ts";

/** A person ends a promotion: one that waits is cancelled, one that runs has failed. */
export function stop(draft: Draft, command: Extract<PersonCommand, { type: "Stop" }>): Decision {
  const found = locate(draft, command);
  if (found.kind === "refused") return refused(draft, found.refusal);
  const { policy, environment, release, promotion } = found;
  const { person, directory } = command;
  if (promotion === undefined || !(isWaiting(promotion) || isActive(promotion))) {
    const why =
      promotion === undefined
        ? "it was never asked for"
        : describeDecision(promotion, draft.context.now);
    return refused(
      draft,
      refusal(
        "nothing_to_stop",
        `nothing of ${release.id} is running in ${environment.name}: ${why}`,
      ),
      release.id,
    );
  }
  const own = isAuthor(person, release, directory) === true;
  const forbidden = own
    ? null
    : refuseUnlessOperator(person, draft.context.policy, policy, environment, directory);
  if (forbidden !== null) return refused(draft, forbidden, release.id);
  const reason = statedReason(command.reason);
  if (reason === null) return refused(draft, REASON_REQUIRED, release.id);

  if (isWaiting(promotion)) {
    draft.emit({ type: "PromotionCancelled", promotion: promotion.id, reason });
  } else {
    draft.emit({
      type: "PromotionFailed",
      promotion: promotion.id,
      why: `stopped by ${person.name}: ${reason}`,
      known: promotion.state.kind !== "deploying",
      incident: null,
    });
  }
  advance(draft);
  return accepted(draft, { release: release.id });
}

/** A person tries again what failed: a deployment with its approvals, or a rollback. */
export function retry(draft: Draft, command: Extract<PersonCommand, { type: "Retry" }>): Decision {
  const found = locate(draft, command);
  if (found.kind === "refused") return refused(draft, found.refusal);
  const { policy, environment, release, promotion } = found;
  const { person, directory } = command;
  const forbidden = refuseUnlessOperator(
    person,
    draft.context.policy,
    policy,
    environment,
    directory,
  );
  if (forbidden !== null) return refused(draft, forbidden, release.id);

  const { rollback, rollbacks } = environmentState(draft.state(), environment.name);
  if (rollback?.state.kind === "failed" && rollback.from === release.id) {
    draft.emit({
      type: "RollbackRetried",
      environment: environment.name,
      rollback: rollback.id,
      key: `rollback:${rollback.from}:${environment.name}:${rollbacks + 1}`,
      deployer: environment.deploy.use,
      params: environment.deploy.with,
    });
    return accepted(draft, { release: release.id });
  }
  if (promotion?.state.kind !== "failed" || release.status.kind !== "candidate") {
    return refused(
      draft,
      refusal("nothing_to_retry", `nothing of ${release.id} has failed in ${environment.name}`),
      release.id,
    );
  }
  const blocking = blockedBy(judgeAnew(draft, policy, release, environment).results);
  if (blocking.length > 0) {
    const why = blocking.map(({ name, sentence }) => `${name}: ${sentence}`).join("; ");
    return refused(draft, refusal("gates_failed", why), release.id);
  }
  const id = requestPromotion(draft, policy, release, environment, {
    byName: true,
    carried: promotion.approvals,
  });
  const again = promotionById(draft.state(), id).promotion;
  if (again.state.kind === "awaiting-approval") {
    const result = evaluateApproval(
      environment.approval,
      again.approvals,
      directory,
      excludedFor(release, environment, directory),
    );
    if (result.met) {
      draft.emit({
        type: "PromotionApproved",
        promotion: id,
        digest: again.digest,
        counted: again.approvals.map(({ by }) => by),
      });
      startOrQueue(draft, policy, id);
    }
  }
  advance(draft);
  return accepted(draft, { release: release.id });
}

/** A person keeps a release although its watch did not pass, and says why. */
export function override(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Override" }>,
): Decision {
  const found = locate(draft, command);
  if (found.kind === "refused") return refused(draft, found.refusal);
  const { policy, environment, release, promotion } = found;
  const { person, directory } = command;
  if (promotion === undefined || !isAskedAbout(promotion)) {
    return refused(
      draft,
      refusal(
        "nothing_to_override",
        `no watch of ${release.id} in ${environment.name} waits for a decision`,
      ),
      release.id,
    );
  }
  const forbidden =
    refuseUnlessOperator(person, draft.context.policy, policy, environment, directory) ??
    refuseAuthor(person, release, environment, directory);
  if (forbidden !== null) return refused(draft, forbidden, release.id);
  const reason = statedReason(command.reason);
  if (reason === null) return refused(draft, REASON_REQUIRED, release.id);
  draft.emit({ type: "WatchOverridden", promotion: promotion.id, reason });
  const { state } = promotion;
  if (state.kind === "watching") goLive(draft, { ...promotion, state }, notGood(state.checks));
  return accepted(draft, { release: release.id });
}

/** What is wrong with it, or unknown, when a person keeps it. */
function notGood(checks: readonly CheckAssessment[]): readonly CheckAssessment[] {
  return checks.filter(({ verdict }) => verdict !== "success" && verdict !== "pending");
}

/** A person may keep it: its watch did not pass, or what is live has an incident. */
function isAskedAbout(promotion: Promotion): boolean {
  return promotion.state.kind === "watching"
    ? promotion.incident !== null
    : openIncident(promotion) !== null;
}
