import type { ComponentEvent, Fact } from "../core/event.ts";
import { sections } from "./blocks/block.ts";
import { compose } from "./blocks/compose.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { asIs, atMost, counted } from "./text/lines.ts";
import { mention } from "./text/mention.ts";
import { fallback, join, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { environmentEventLine, freezeLine } from "./thread/environment-line.ts";
import { promotionLine } from "./thread/promotion-line.ts";
import { releaseLine } from "./thread/release-line.ts";
import type { ThreadView } from "./view.ts";

/** The longest form first; a fact has one line, rarely a few. */
const LINES_SHOWN = [20, 8];
const MENTIONED = 20;

/**
 * A message in the thread of a release: a line for each fact that people want to read, and the people
 * who must act, mentioned once. null: none of the facts is worth a line.
 */
export function drawThread(view: ThreadView): Message | null {
  const facts = view.lines.flatMap(({ fact }) => threadLine(fact, view) ?? []);
  if (facts.length === 0) return null;
  const about = md`*${view.state.component} ${view.release.version}*`;
  const told = atMost(MENTIONED, view.mentions, mention, (left) => md`and ${left} more`);
  const around = (lines: readonly Mrkdwn[]) => [
    ...(view.broadcast ? [about] : []),
    ...lines,
    ...(told.length === 0 ? [] : [join(told, " ")]),
  ];
  const forms = LINES_SHOWN.map((count) =>
    around(
      atMost(count, facts, asIs, (left) => md`and ${counted(left, "more event", "more events")}`),
    ),
  );
  return {
    text: fallback(join(around(facts), "\n")),
    blocks: compose(LIMITS.message, [
      { name: "thread", title: null, rank: 1, forms: forms.map((lines) => sections(lines)) },
    ]),
  };
}

/** One fact as people read it; null: the card says it already, or it is nothing to people. */
export function threadLine({ event, by }: Fact<ComponentEvent>, view: ThreadView): Mrkdwn | null {
  switch (event.type) {
    case "ReleaseRegistered":
    case "EvidenceRevised":
    case "GatesJudged":
    case "NotesWritten":
    case "MessagePosted":
    case "ReleaseSuperseded":
    case "ReleaseRejected":
    case "ReleaseRetired":
    case "ReleaseRestored":
    case "CardMoved":
    case "CardWithheld":
    case "FailureCounted":
      return releaseLine(event, by, view);
    case "RollbackStarted":
    case "RollbackAccepted":
    case "RollbackProgressed":
    case "RolledBack":
    case "RollbackFailed":
    case "RollbackRetried":
    case "RollbackImpossible":
    case "HoldPlaced":
    case "HoldLifted":
      return environmentEventLine(event, by, view);
    case "FreezePlaced":
    case "FreezeLifted":
      return freezeLine(event, by);
    case "RunReported":
    case "RunEnded":
    case "RunForgotten":
    case "GatheringOpened":
    case "PartReported":
    case "GatheringClosed":
    case "GatheringForgotten":
      return null;
    case "PromotionRequested":
    case "ApprovalRequested":
    case "ApprovalGiven":
    case "ApprovalsVoided":
    case "RoutineApproved":
    case "RoutineSampled":
    case "PromotionApproved":
    case "PromotionRejected":
    case "PromotionExpired":
    case "PromotionSuperseded":
    case "PromotionCancelled":
    case "PromotionQueued":
    case "DeployStarted":
    case "VerificationStarted":
    case "OperationAccepted":
    case "OperationAbandoned":
    case "OperationProgressed":
    case "DeploySucceeded":
    case "VerificationPassed":
    case "PromotionFailed":
    case "WatchStarted":
    case "VerdictChanged":
    case "WatchBreached":
    case "WatchUndecided":
    case "WatchPassed":
    case "WatchOverridden":
    case "ChartDrawn":
    case "PromotionCompleted":
    case "GuardStarted":
    case "GuardEnded":
    case "IncidentClosed":
    case "ConfirmationAwaited":
    case "PromotionConfirmed":
    case "PromotionRevoked":
    case "ConfirmationDropped":
    case "FalseAlarmReported":
      return promotionLine(event, by, view);
  }
}
