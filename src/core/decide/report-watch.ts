import { advance } from "../advance.ts";
import type { SystemCommand } from "../command.ts";
import { findPromotion } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import type { CheckAssessment } from "../verdict.ts";
import { isNews } from "../watch/is-news.ts";
import { actionsOf, breach, fail, type Watched } from "./breach.ts";

/**
 * The measurements of one tick. Only a change of verdict is recorded. A limit that trips acts at once and
 * once; the end of the window decides the rest; while people are asked the watch stays armed.
 */
export function reportWatch(
  draft: Draft,
  command: Extract<SystemCommand, { type: "ReportWatch" }>,
): Decision {
  const found = findPromotion(draft.state(), command.promotion);
  const { state } = found?.promotion ?? {};
  if (found === undefined || state?.kind !== "watching") return accepted(draft);
  const promotion: Watched = { ...found.promotion, state };

  for (const assessment of changed(promotion, command.assessments)) {
    draft.emit({ type: "VerdictChanged", promotion: promotion.id, assessment });
  }
  const assessments = [...command.assessments, ...openAlerts(promotion)];
  const failures = withVerdict(assessments, "failure");
  if (failures.length > 0) {
    breach(draft, promotion, failures);
  } else if (draft.context.now >= promotion.state.until) {
    end(draft, promotion, assessments);
  }
  return accepted(draft, { release: promotion.release });
}

function changed(
  promotion: Watched,
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const checks = promotion.state.checks.filter(({ alert }) => alert === undefined);
  const recorded = new Map(checks.map((assessment) => [assessment.check, assessment]));
  return assessments.filter((assessment) => isNews(recorded.get(assessment.check), assessment));
}

/** Alerts count until the end of the watch, as a limit that has tripped does; see `reportAlert`. */
function openAlerts({ state }: Watched): readonly CheckAssessment[] {
  return state.checks.filter(({ alert, verdict }) => alert !== undefined && verdict !== "success");
}

function withVerdict(
  assessments: readonly CheckAssessment[],
  ...verdicts: readonly CheckAssessment["verdict"][]
): readonly CheckAssessment[] {
  return assessments.filter(({ verdict }) => verdicts.includes(verdict));
}

/** The window has ended and no limit has tripped. */
function end(draft: Draft, promotion: Watched, assessments: readonly CheckAssessment[]): void {
  // After a breach people decide, whatever the numbers do next.
  if (promotion.incident !== null && promotion.incident.kind !== "undecided") return;
  const undecided = withVerdict(assessments, "inconclusive", "error", "pending");
  if (undecided.length === 0 && assessments.length > 0) {
    draft.emit({ type: "WatchPassed", promotion: promotion.id });
    draft.emit({ type: "PromotionCompleted", promotion: promotion.id });
    advance(draft);
    return;
  }
  const on = actionsOf(draft, promotion);
  const action = withVerdict(undecided, "error").length > 0 ? on.error : on.inconclusive;
  if (promotion.incident === null) {
    const sentence =
      undecided.length === 0
        ? "there is no check to judge it by"
        : undecided.map((one) => `${one.check}: ${one.sentence}`).join("; ");
    draft.emit({
      type: "WatchUndecided",
      promotion: promotion.id,
      incident: { kind: "undecided", at: draft.context.now, action, sentence, checks: undecided },
    });
  }
  if (action === "announce") fail(draft, promotion);
}
