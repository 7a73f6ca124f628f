import type { Actor } from "../../core/actor.ts";
import type { PromotionEvent } from "../../core/event.ts";
import { type ApprovalRule, environmentPolicy } from "../../core/policy.ts";
import { blockerLine } from "../headline/brakes.ts";
import { checkLine } from "../headline/watch-lines.ts";
import { SHOWN } from "../limits.ts";
import { environmentOf, version } from "../subject.ts";
import { atMost } from "../text/lines.ts";
import { actor, principal } from "../text/mention.ts";
import { EMPTY, join, line, link, list, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";
import type { ThreadView } from "../view.ts";
import { afterWatchLine } from "./after-watch-line.ts";

const NAMES_SHOWN = 4;

/** null: the card says it already, or it is nothing to people. */
export function promotionLine(event: PromotionEvent, by: Actor, view: ThreadView): Mrkdwn | null {
  const { state, release } = view;
  const name = environmentOf(release.id, event.promotion);
  const environment = md`*${name}*`;
  switch (event.type) {
    case "OperationProgressed":
    case "OperationAbandoned":
    case "ChartDrawn":
      return null;
    case "PromotionRequested":
      return by.kind === "person"
        ? md`🆕 Asked for in ${environment} by ${actor(by)}.`
        : md`🆕 On its way to ${environment} by itself.`;
    case "ApprovalRequested":
      return md`⏳ Approval needed for ${environment}${rules(view, name)}${until(event.expiresAt)}.`;
    case "ApprovalGiven":
      return md`✅ Approved for ${environment} by ${actor(by)}.`;
    case "ApprovalsVoided":
      return voidedLine(event, environment);
    case "PromotionApproved":
      return event.counted.length === 0
        ? md`✅ Every rule is met for ${environment}.`
        : md`✅ Every rule is met for ${environment}: ${people(event.counted)} count.`;
    case "RoutineApproved":
      return md`🛤️ Routine, approved for ${environment} by ${actor(event.lane)}: ${line(event.why, SHOWN.reason)}.`;
    case "RoutineSampled":
      return md`🎲 Routine for ${environment}, and sampled for review.`;
    case "PromotionRejected":
      return md`🚫 Rejected for ${environment} by ${actor(by)}: ${line(event.reason, SHOWN.reason)}`;
    case "PromotionExpired":
      return md`⌛ Expired: nobody decided about ${environment} in time.`;
    case "PromotionSuperseded":
      return md`⏭️ Superseded for ${environment} by ${version(state.component, event.supersededBy)}.`;
    case "PromotionCancelled":
      return md`⏹️ Stopped on its way to ${environment} by ${actor(by)}: ${line(event.reason, SHOWN.reason)}`;
    case "PromotionQueued": {
      const few = atMost(
        NAMES_SHOWN,
        event.blockers,
        (blocker) => blockerLine(state, name, blocker),
        (left) => md`and ${left} more`,
      );
      return join([md`⏸️ Waiting for its turn in ${environment}:`, ...few], "\n");
    }
    case "DeployStarted":
      return event.previous === null
        ? md`🚀 Deploying to ${environment}, where nothing was live.`
        : md`🚀 Deploying to ${environment}, replacing ${event.previous}.`;
    case "VerificationStarted":
      return md`🔎 Verifying in ${environment}: ${stepName(view, event)}.`;
    case "OperationAccepted":
      return event.url === null ? null : md`🔗 Run: ${link(event.url, event.handle)}`;
    case "DeploySucceeded":
      return md`✅ Deployed to ${environment}.`;
    case "VerificationPassed":
      return md`✅ Verified in ${environment}: ${stepName(view, event)} passed.`;
    case "PromotionFailed":
      return event.known
        ? md`❌ Failed in ${environment}: ${line(event.why, SHOWN.reason)}`
        : md`❓ Unknown: nobody can say what became of it in ${environment}: ${line(event.why, SHOWN.reason)}`;
    case "WatchStarted":
      return md`👀 Watched in ${environment} until ${time(event.until)}.`;
    case "VerdictChanged":
      return checkLine(event.assessment);
    case "WatchBreached":
      return md`🚨 Failing in ${environment}: ${line(event.incident.sentence, SHOWN.reason)}`;
    case "WatchUndecided":
      return md`❓ Not proven in ${environment}: ${line(event.incident.sentence, SHOWN.reason)}`;
    case "WatchPassed":
      return md`✅ Passed its watch in ${environment}.`;
    case "WatchOverridden":
      return md`⚠️ Override: ${actor(by)} keeps it in ${environment}: ${line(event.reason, SHOWN.reason)}`;
    case "PromotionCompleted":
      return md`✅ Live in ${environment}.`;
    default:
      return afterWatchLine(event, by, environment);
  }
}

function voidedLine(
  { why, people: whose }: Extract<PromotionEvent, { readonly type: "ApprovalsVoided" }>,
  environment: Mrkdwn,
): Mrkdwn {
  const reason = line(why, SHOWN.reason);
  return whose.length === 0
    ? md`📝 Changed on its way to ${environment}: ${reason}`
    : md`⚠️ Void: the approval of ${people(whose)} for ${environment} was taken away, because ${reason}. It has to be given again.`;
}

function people(actors: readonly Actor[]): Mrkdwn {
  return list(atMost(NAMES_SHOWN, actors, actor, (left) => md`${left} more`));
}

/** `: 1 from @ml-leads and 1 from @sre` */
function rules({ policy }: ThreadView, environment: string): Mrkdwn {
  const approval = policy === null ? [] : (environmentPolicy(policy, environment)?.approval ?? []);
  if (approval.length === 0) return EMPTY;
  return md`: ${list(atMost(NAMES_SHOWN, approval, rule, (left) => md`${left} more rules`))}`;
}

function rule({ count, from }: ApprovalRule): Mrkdwn {
  const names = atMost(NAMES_SHOWN, from, principal, (left) => md`${left} more`);
  return from.length === 0 ? md`${count} from nobody` : md`${count} from ${join(names, " or ")}`;
}

function until(expiresAt: number | null): Mrkdwn {
  return expiresAt === null ? EMPTY : md`, until ${time(expiresAt)}`;
}

function stepName(
  { release }: ThreadView,
  { promotion, step }: { readonly promotion: string; readonly step: number },
): Mrkdwn {
  const plan = release.promotions.find(({ id }) => id === promotion)?.plan.verify ?? [];
  return line(plan[step]?.name ?? `step ${step + 1}`);
}
