import type { Actor } from "../../core/actor.ts";
import type { GuardEvent } from "../../core/guard-event.ts";
import type { CheckProposal } from "../../core/replay/choose-variant.ts";
import { SHOWN } from "../limits.ts";
import { actor } from "../text/mention.ts";
import { code, EMPTY, join, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";

/** null: the card says it already. */
export function afterWatchLine(event: GuardEvent, by: Actor, environment: Mrkdwn): Mrkdwn | null {
  switch (event.type) {
    case "GuardStarted":
    case "GuardEnded":
      return null;
    case "IncidentClosed":
      return CLOSED[event.how](environment);
    case "ConfirmationAwaited":
      return md`⏳ Good provisionally in ${environment}: what comes later is measured from ${time(event.from)} until ${time(event.until)}.`;
    case "PromotionConfirmed":
      return md`✅ Confirmed in ${environment}.`;
    case "PromotionRevoked":
      return md`🚨 Revoked in ${environment}, and never returned to again: ${line(event.why, SHOWN.reason)}`;
    case "ConfirmationDropped":
      return md`❔ Never confirmed in ${environment}: ${line(event.why, SHOWN.reason)}`;
    case "FalseAlarmReported": {
      const check = event.check === null ? EMPTY : md` (*${event.check}*)`;
      return md`🔕 False alarm in ${environment}${check}, says ${actor(by)}: ${line(event.reason, SHOWN.reason)}${proposed(event)}`;
    }
  }
}

const CLOSED: Readonly<
  Record<
    Extract<GuardEvent, { readonly type: "IncidentClosed" }>["how"],
    (environment: Mrkdwn) => Mrkdwn
  >
> = {
  recovered: (environment) => md`✅ Good again in ${environment}, as far as it is measured.`,
  replaced: (environment) => md`⏭️ Over in ${environment}: another release takes the traffic.`,
  dropped: (environment) => md`❔ Over in ${environment}: it is no longer measured.`,
};

/** A thread line has room for so many; the others are in the ledger. */
const PROPOSALS_SHOWN = 5;

/** For somebody to take into the configuration: nothing changes it by itself. */
function proposed({
  proposal,
  proposals = proposal === undefined ? [] : [proposal],
}: Extract<GuardEvent, { readonly type: "FalseAlarmReported" }>): Mrkdwn {
  return join(proposals.slice(0, PROPOSALS_SHOWN).map(proposalLines), "");
}

function proposalLines({ check, diff, sentence }: CheckProposal): Mrkdwn {
  const lines = join(
    diff.map((one) => md`> ${code(one, SHOWN.sentence)}`),
    "\n",
  );
  return md`\n${line(sentence, SHOWN.reason)} In the check *${check}* of the configuration:\n${lines}`;
}
