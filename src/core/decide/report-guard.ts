import { type Guarded, isGuarded, nextNumber, openIncident } from "../after-watch.ts";
import type { SystemCommand } from "../command.ts";
import { environmentState, findPromotion, findRelease, promotionById } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import type { Instant, Milliseconds } from "../json.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import type { Incident } from "../promotion.ts";
import { unfinished } from "../rollback.ts";
import { placeOf, settleLive } from "../settle-live.ts";
import type { CheckAssessment } from "../verdict.ts";
import { judgeWatch, type WatchJudgement } from "../watch/judge-watch.ts";
import type { GuardPolicy } from "../watch-policy.ts";
import { asking, rollBackByItself } from "./automatic-rollback.ts";
import { actionFor, breachIn, incidentOf, isWorse } from "./breach.ts";
import { changedVerdicts } from "./changed-verdicts.ts";

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
  const policy = place?.watch?.guard ?? null;
  if (place === undefined || policy === null) {
    settleLive(draft);
    return accepted(draft, { release: promotion.release });
  }

  const news = changedVerdicts(promotion.guard.checks, command.assessments);
  for (const assessment of news) {
    draft.emit({ type: "VerdictChanged", promotion: promotion.id, assessment, phase: "guard" });
  }
  const isWhole = draft.context.now >= promotion.guard.since + policy.window;
  const unsureSince = longUnsureSince(draft, promotion, policy);
  const hasEnded = isWhole || unsureSince !== null;
  const judged = judgeWatch(policy, command.assessments, hasEnded);
  switch (judged.verdict) {
    case "pending":
      break;
    case "failure":
      breachLive(draft, { promotion, place, policy, judged, news });
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

/** What is live fails: once for an incident, with all that keeps a rollback from being one too many. */
function breachLive(draft: Draft, look: Look & { readonly place: EnvironmentPolicy }): void {
  const { promotion, place, policy, judged } = look;
  const action = actionFor(policy.on.failure, judged);
  if (isAnswered(look, action)) return;
  const incident: Incident = {
    ...incidentOf(draft, judged, action),
    phase: "guard",
    number: nextNumber(promotion),
  };
  const brake = action === "rollback" ? whyNotByItself(draft, promotion) : null;
  if (action !== "rollback" || brake !== null) {
    const told = brake === null ? incident : asking(incident, brake);
    draft.emit({ type: "WatchBreached", promotion: promotion.id, incident: told });
    return;
  }
  const [last = null] = environmentState(draft.state(), promotion.environment).good;
  const target = findRelease(draft.state(), last);
  rollBackByItself(draft, { promotion, incident, place, target });
}

/** People were told of it, or have decided about it, and nothing has got worse since. */
function isAnswered({ promotion, judged, news }: Look, action: Incident["action"]): boolean {
  const isNew = news.some(({ verdict }) => verdict === "failure");
  const open = openIncident(promotion) === null ? null : breachIn(promotion);
  if (open === null) return promotion.incident?.closed === "kept" && !isNew;
  if (open.phase !== "guard") return !isNew;
  return !isWorse(open, judged, action);
}

/** Why people have to decide although the policy says to roll back; null: nothing is in the way. */
function whyNotByItself(draft: Draft, promotion: Guarded): string | null {
  const { environment, release } = promotion;
  const state = draft.state();
  if (environmentState(state, environment).rolledBack) {
    return `${environment} is at ${release} because of a rollback`;
  }
  const other = unfinished(state, promotion);
  return other === null ? null : `${other} is on its way there, or came to an unknown end`;
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
  const { incident: before } = promotion;
  const isNew = unsureSince === null ? news.length > 0 : unsureSince > (before?.at ?? 0);
  // A person has kept it all the same.
  if (before?.closed === "kept" && !isNew) return;
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
