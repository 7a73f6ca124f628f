import { type Guarded, isGuarded, keptFor, nextNumber, openIncident } from "../after-watch.ts";
import type { SystemCommand } from "../command.ts";
import { findPromotion, promotionById } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import type { Instant, Milliseconds } from "../json.ts";
import { placeOf, settleLive } from "../settle-live.ts";
import type { CheckAssessment } from "../verdict.ts";
import { judgeWatch, type WatchJudgement } from "../watch/judge-watch.ts";
import type { GuardPolicy } from "../watch-policy.ts";
import { breachLive } from "./live-breach.ts";
import { recordLook } from "./record-look.ts";

/**
 * How long at most a guard may be without a verdict before people are told: a metrics server that is
 * restarted is nobody's business.
 */
const LONGEST_DOUBT: Milliseconds = 15 * 60_000;

/**
 * One look at what is live. Only a change of verdict is recorded. What fails is acted on once, as the
 * policy says; what cannot be measured is told once, and is over by itself when it can be again.
 */
export function reportGuard(
  draft: Draft,
  command: Extract<SystemCommand, { type: "ReportGuard" }>,
): Decision {
  const promotion = findPromotion(draft.state(), command.promotion)?.promotion;
  if (promotion === undefined || !isGuarded(promotion)) return accepted(draft);
  // What an earlier guard saw says nothing about the traffic of now.
  if (promotion.guard.since !== command.since) return accepted(draft);
  const place = placeOf(draft, promotion.environment);
  const watch = place?.watch ?? null;
  const policy = watch?.guard ?? null;
  if (place === undefined || watch === null || policy === null) {
    settleLive(draft);
    return accepted(draft, { release: promotion.release });
  }

  const { checks, since } = promotion.guard;
  const look = recordLook(draft, promotion, {
    phase: "guard",
    recorded: checks,
    measured: command.assessments,
    rules: watch.alerts,
  });
  const { news } = look;
  const isWhole = draft.context.now >= since + policy.window;
  const unsureSince = longUnsureSince(draft, promotion, policy);
  const hasEnded = isWhole || unsureSince !== null;
  const judged = judgeWatch(policy, look.judged, hasEnded);
  switch (judged.verdict) {
    case "pending":
      break;
    case "failure":
      breachLive(draft, { promotion, place, policy, failing: judged, news });
      break;
    case "success":
      recover(draft, promotion);
      break;
    case "inconclusive":
    case "error":
      doubt(draft, { promotion, policy, judged, news, unsureSince });
      break;
  }
  return accepted(draft, { release: promotion.release });
}

interface Look {
  readonly promotion: Guarded;
  readonly policy: GuardPolicy;
  readonly judged: WatchJudgement;
  /** The verdicts that have changed. */
  readonly news: readonly CheckAssessment[];
}

/** It can be measured again, and it is good. A breach that people are asked about is theirs to answer. */
function recover(draft: Draft, promotion: Guarded): void {
  const open = openIncident(promotion);
  if (open?.phase !== "guard") return;
  if (open.kind === "undecided" || open.action === "announce") {
    draft.emit({ type: "IncidentClosed", promotion: promotion.id, how: "recovered" });
  }
}

/** Since when a check has been without a verdict for so long that people are to know; null: it has not. */
function longUnsureSince(
  draft: Draft,
  { id }: Guarded,
  { every, window }: GuardPolicy,
): Instant | null {
  const since = promotionById(draft.state(), id).promotion.guard?.unsureSince ?? null;
  const patience = Math.max(every, Math.min(window, LONGEST_DOUBT));
  return since !== null && draft.context.now - since >= patience ? since : null;
}

/** Nobody can say how it is: people are told, once it has been so for a while. */
function doubt(
  draft: Draft,
  { promotion, policy, judged, news, unsureSince }: Look & { readonly unsureSince: Instant | null },
): void {
  if (openIncident(promotion) !== null) return;
  // Checks that are known may come to nothing together, too: there is nothing to wait for then.
  const isKnown = judged.checks.every((check) => check.verdict === "failure");
  if (unsureSince === null && !isKnown) return;
  const kept = keptFor(promotion);
  const isNew = unsureSince === null ? news.length > 0 : unsureSince > (kept ?? 0);
  // A person has kept it all the same.
  if (kept !== null && !isNew) return;
  const { verdict, sentence, checks } = judged;
  draft.emit({
    type: "WatchUndecided",
    promotion: promotion.id,
    incident: {
      kind: "undecided",
      at: draft.context.now,
      action: verdict === "error" ? policy.on.error : policy.on.inconclusive,
      sentence,
      checks,
      phase: "guard",
      number: nextNumber(promotion),
    },
  });
}
