import type { SystemCommand } from "../command.ts";
import { findPromotion } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import { openAlerts } from "../heard-alerts.ts";
import { placeOf } from "../settle-live.ts";
import { judgeWatch, type WatchJudgement } from "../watch/judge-watch.ts";
import { actionsOf, breach, fail, type Watched } from "./breach.ts";
import { changedVerdicts } from "./changed-verdicts.ts";
import { goLive } from "./go-live.ts";

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

  for (const assessment of changedVerdicts(state.checks, command.assessments)) {
    draft.emit({ type: "VerdictChanged", promotion: promotion.id, assessment });
  }
  const watch = placeOf(draft, promotion.environment)?.watch ?? null;
  const assessments = [...command.assessments, ...openAlerts(state.checks)];
  const judged = judgeWatch(watch, assessments, draft.context.now >= state.until);
  switch (judged.verdict) {
    case "pending":
      break;
    case "failure":
      breach(draft, promotion, judged);
      break;
    case "success":
    case "inconclusive":
    case "error":
      end(draft, promotion, judged);
      break;
  }
  return accepted(draft, { release: promotion.release });
}

/** The window has ended and no limit has tripped. */
function end(draft: Draft, promotion: Watched, judged: WatchJudgement): void {
  const { incident } = promotion;
  if (incident !== null && incident.kind !== "undecided") {
    // After a breach people decide, whatever the numbers do next. Of one that was announced nobody was asked.
    if (incident.action === "announce") fail(draft, promotion);
    return;
  }
  if (judged.verdict === "success") {
    draft.emit({ type: "WatchPassed", promotion: promotion.id });
    goLive(draft, promotion);
    return;
  }
  const on = actionsOf(draft, promotion);
  const action = judged.verdict === "error" ? on.error : on.inconclusive;
  // Who has been asked is asked still, whatever else cannot be measured now.
  if (incident !== null) return;
  const { sentence, checks } = judged;
  draft.emit({
    type: "WatchUndecided",
    promotion: promotion.id,
    incident: { kind: "undecided", at: draft.context.now, action, sentence, checks },
  });
  if (action === "announce") fail(draft, promotion);
}
