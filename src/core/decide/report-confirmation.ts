import { type Awaited, isAwaited, nextNumber, openIncident } from "../after-watch.ts";
import type { SystemCommand } from "../command.ts";
import { environmentState, findPromotion } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import type { Incident } from "../promotion.ts";
import { placeOf, settleLive } from "../settle-live.ts";
import { judgeWatch, type WatchJudgement } from "../watch/judge-watch.ts";
import type { ConfirmPolicy } from "../watch-policy.ts";
import { breachIn, type Failing } from "./breach.ts";
import { recordLook } from "./record-look.ts";

/**
 * The measurements of the second watch, of what is known only later. Passed, the release is good for ever;
 * failed, it is never returned to again and people are asked; it never rolls back by itself. It goes on when
 * the release has been replaced: then nobody is asked.
 */
export function reportConfirmation(
  draft: Draft,
  command: Extract<SystemCommand, { type: "ReportConfirmation" }>,
): Decision {
  const promotion = findPromotion(draft.state(), command.promotion)?.promotion;
  if (promotion === undefined || !isAwaited(promotion)) return accepted(draft);
  const watch = placeOf(draft, promotion.environment)?.watch ?? null;
  const policy = watch?.confirm ?? null;
  if (watch === null || policy === null) {
    settleLive(draft);
    return accepted(draft, { release: promotion.release });
  }

  const { id: about, confirmation, release } = promotion;
  const look = recordLook(draft, promotion, {
    phase: "confirmation",
    recorded: confirmation.checks,
    measured: command.assessments,
    rules: watch.alerts,
  });
  const hasEnded = draft.context.now >= confirmation.until;
  const judged = judgeWatch(policy, look.judged, hasEnded);
  switch (judged.verdict) {
    case "pending":
      break;
    case "success":
      draft.emit({ type: "PromotionConfirmed", promotion: about });
      break;
    case "failure":
      if (!judged.isDoubtful) revoke(draft, { promotion, policy, failing: judged });
      else if (hasEnded) leaveOpen(draft, { promotion, policy, judged });
      break;
    case "inconclusive":
    case "error":
      leaveOpen(draft, { promotion, policy, judged });
      break;
  }
  return accepted(draft, { release });
}

interface Late {
  readonly promotion: Awaited;
  readonly policy: ConfirmPolicy;
  readonly judged: WatchJudgement;
}

/** It was not as good as it looked. */
export function revoke(
  draft: Draft,
  {
    promotion,
    policy,
    failing,
  }: Pick<Late, "promotion" | "policy"> & { readonly failing: Failing },
): void {
  const open = openIncident(promotion);
  // They are asked about what is live already.
  const isAsked = open?.phase === "guard" && breachIn(promotion) !== null;
  const incident: Incident = {
    kind: "breach",
    at: draft.context.now,
    action: policy.on.failure,
    sentence: failing.sentence,
    checks: failing.checks,
    phase: "confirmation",
    number: nextNumber(promotion),
  };
  draft.emit({
    type: "PromotionRevoked",
    promotion: promotion.id,
    why: failing.sentence,
    incident: isLiveThere(draft, promotion) && !isAsked ? incident : null,
  });
}

/** Its time is over and nobody can say. While people are asked it stays armed. */
function leaveOpen(draft: Draft, { promotion, policy, judged }: Late): void {
  const { id } = promotion;
  const { verdict, sentence, checks } = judged;
  if (!isLiveThere(draft, promotion)) {
    const why = `nothing was known by the end: ${sentence}`;
    draft.emit({ type: "ConfirmationDropped", promotion: id, why });
    return;
  }
  if (openIncident(promotion) !== null) return;
  draft.emit({
    type: "WatchUndecided",
    promotion: id,
    incident: {
      kind: "undecided",
      at: draft.context.now,
      action: verdict === "error" ? policy.on.error : policy.on.inconclusive,
      sentence,
      checks,
      phase: "confirmation",
      number: nextNumber(promotion),
    },
  });
}

function isLiveThere(draft: Draft, { environment, release }: Awaited): boolean {
  return environmentState(draft.state(), environment).live === release;
}
