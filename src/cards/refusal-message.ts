import type { Refusal, RefusalCode } from "../core/refusal.ts";
import { contexts, sections } from "./blocks/block.ts";
import { compose } from "./blocks/compose.ts";
import { LIMITS, SHOWN } from "./limits.ts";
import type { Message } from "./message.ts";
import { code, fallback, line, type Mrkdwn, md } from "./text/mrkdwn.ts";

/** What a person can do about each refusal. The sentence says what it is about. */
const NEXT: Readonly<Record<RefusalCode, Mrkdwn>> = {
  unknown_component: md`${code("/release")} lists the components.`,
  unknown_environment: md`${code("/release")} lists the environments of each component.`,
  unknown_release: md`${code("/release COMPONENT history")} lists the versions.`,
  unknown_promotion: md`Look at the card: it shows what can be done now.`,
  version_conflict: md`Report the new build under a new version.`,
  join_key_missing: md`Send it with the report, or join the reports by something that they have.`,
  join_conflict: md`Join the reports by something that tells the releases apart.`,
  not_an_approver: md`The card says who may approve.`,
  own_change: md`Ask somebody else who may approve.`,
  identity_unknown: md`An admin can add the person under ${code("people:")} in the configuration.`,
  directory_unavailable: md`Try again in a minute.`,
  not_permitted: md`Ask one of the people or groups named here.`,
  already_approved_by_you: md`Nothing is left for you to do; somebody else has to approve.`,
  already_decided: md`Look at the card: it shows what was decided.`,
  evidence_changed: md`Look at the card again, and decide on what it shows now.`,
  superseded: md`Look at the card of the newer release.`,
  build_failed: md`The next build makes a new release.`,
  gates_failed: md`Details on the card shows every gate. The next build makes a new release.`,
  needs_unmet: md`The card shows what it needs, who needs it, and what runs where.`,
  frozen: md`Wait for its end, or lift it with ${code("/release unfreeze")}. A rollback is always possible.`,
  held: md`Lift it with ${code("/release COMPONENT unhold")}. A rollback is always possible.`,
  not_held: md`Nothing is left to do.`,
  not_frozen: md`Nothing is left to do.`,
  environment_busy: md`Wait until it has ended, or stop it on its card.`,
  already_live: md`Nothing is left to do.`,
  out_of_order: md`Promote it to the environment before this one first.`,
  no_rollback_target: md`Name a version: ${code("/release COMPONENT rollback to VERSION")}.`,
  already_rolled_back: md`Name a version: ${code("/release COMPONENT rollback to VERSION")}.`,
  rollback_running: md`Wait until it has ended; the card shows how far it is.`,
  nothing_to_stop: md`Look at the card: it shows what can be done now.`,
  nothing_to_retry: md`Look at the card: it shows what can be done now.`,
  nothing_to_override: md`Look at the card: it shows what can be done now.`,
  nothing_to_label: md`Look at the announcement: it names the checks that failed.`,
  reason_required: md`Say why, in a few words.`,
  alert_not_watched: md`Nothing is left to do.`,
  alert_not_matched: md`The labels are configured under ${code("watch.alerts")}.`,
  alert_before_deploy: md`Nothing is left to do.`,
  alerts_enough: md`Nothing is left to do.`,
};

/** For the one who asked: why nothing was changed, and what to do. */
export function drawRefusal({ code: refused, sentence }: Refusal): Message {
  const why = md`🚫 Not done: ${line(sentence, SHOWN.query)}`;
  return {
    text: fallback(why),
    blocks: compose(LIMITS.message, [
      { name: "refusal", title: null, rank: 2, forms: [sections([why])] },
      { name: "next", title: null, rank: 1, forms: [contexts([NEXT[refused]])] },
    ]),
  };
}
