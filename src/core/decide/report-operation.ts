import { advance } from "../advance.ts";
import type { OperationReport, SystemCommand } from "../command.ts";
import { findPromotion, promotionById } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import { environmentPolicy } from "../policy.ts";
import { deployKey, type Incident, type Promotion, type PromotionId } from "../promotion.ts";

/** A deployer's answer moves the promotion or the rollback that it belongs to; an answer to nothing is dropped. */
export function reportOperation(
  draft: Draft,
  { key, report }: Extract<SystemCommand, { type: "ReportOperation" }>,
): Decision {
  for (const { name, active, rollback } of Object.values(draft.state().environments)) {
    if (rollback?.state.kind === "running" && rollback.state.operation.key === key) {
      reportRollback(draft, name, rollback.id, report);
      return accepted(draft, { release: rollback.from });
    }
    const promotion = findPromotion(draft.state(), active)?.promotion;
    if (promotion !== undefined && runsOperation(promotion, key)) {
      reportPromotion(draft, promotion, key, report);
      return accepted(draft, { release: promotion.release });
    }
  }
  if (report.kind === "accepted") abandon(draft, key, report.handle);
  return accepted(draft);
}

/** Nobody wants it any more: whoever gave it up could not tell the deployer, which had not answered yet. */
function abandon(draft: Draft, key: string, handle: string): void {
  const given = Object.values(draft.state().releases)
    .flatMap(({ promotions }) => promotions)
    .find((promotion) => deployKey(promotion) === key);
  if (given === undefined) return;
  draft.emit({ type: "OperationAbandoned", promotion: given.id, key, handle });
}

function runsOperation({ state }: Promotion, key: string): boolean {
  return (state.kind === "deploying" || state.kind === "verifying") && state.operation.key === key;
}

function reportPromotion(
  draft: Draft,
  { id, state }: Promotion,
  key: string,
  report: OperationReport,
): void {
  switch (report.kind) {
    case "accepted":
      draft.emit({
        type: "OperationAccepted",
        promotion: id,
        key,
        handle: report.handle,
        url: report.url,
      });
      return;
    case "running":
      draft.emit({ type: "OperationProgressed", promotion: id, key, detail: report.detail });
      return;
    case "succeeded":
      if (state.kind === "verifying") {
        draft.emit({ type: "VerificationPassed", promotion: id, step: state.step });
        afterStep(draft, id, state.step);
      } else {
        draft.emit({ type: "DeploySucceeded", promotion: id });
        afterStep(draft, id, -1);
      }
      advance(draft);
      return;
    case "failed":
    case "unknown":
      draft.emit({
        type: "PromotionFailed",
        promotion: id,
        why: report.why,
        known: report.kind === "failed",
        incident: incidentOf(draft, state.kind === "verifying", report),
      });
      advance(draft);
      return;
  }
}

/** The next verification, then the watch, then live. */
function afterStep(draft: Draft, id: PromotionId, step: number): void {
  const { promotion } = promotionById(draft.state(), id);
  const next = step + 1;
  if (next < promotion.plan.verify.length) {
    const key = `verify:${promotion.release}:${promotion.environment}:${promotion.attempt}:${next}`;
    draft.emit({ type: "VerificationStarted", promotion: id, step: next, key });
    return;
  }
  if (!promotion.plan.watched) {
    draft.emit({ type: "PromotionCompleted", promotion: id });
    return;
  }
  const environment =
    draft.policy === undefined ? undefined : environmentPolicy(draft.policy, promotion.environment);
  const from = draft.context.now;
  // A watch that was taken out of the configuration in the meantime ends at once, and undecided.
  draft.emit({
    type: "WatchStarted",
    promotion: id,
    from,
    until: from + (environment?.watch?.for ?? 0),
  });
}

function incidentOf(
  draft: Draft,
  verifying: boolean,
  report: Extract<OperationReport, { readonly why: string }>,
): Incident {
  const what = verifying ? "the verification" : "the deployment";
  return {
    kind: verifying ? "verify-failed" : "deploy-failed",
    at: draft.context.now,
    action: "announce",
    sentence:
      report.kind === "failed"
        ? `${what} failed: ${report.why}`
        : `nobody can say what became of ${what}: ${report.why}`,
    checks: [],
  };
}

function reportRollback(
  draft: Draft,
  environment: string,
  rollback: string,
  report: OperationReport,
): void {
  switch (report.kind) {
    case "accepted": {
      const { handle, url } = report;
      draft.emit({ type: "RollbackAccepted", environment, rollback, handle, url });
      return;
    }
    case "running":
      draft.emit({ type: "RollbackProgressed", environment, rollback, detail: report.detail });
      return;
    case "succeeded":
      draft.emit({ type: "RolledBack", environment, rollback });
      advance(draft);
      return;
    case "failed":
    case "unknown":
      draft.emit({ type: "RollbackFailed", environment, rollback, why: report.why });
      advance(draft);
      return;
  }
}
