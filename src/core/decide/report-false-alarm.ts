import { advance } from "../advance.ts";
import type { PersonCommand } from "../command.ts";
import { environmentState } from "../component.ts";
import type { Decision } from "../decision.ts";
import { duration } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { labelled } from "../false-alarm.ts";
import { refuseUnlessOperator } from "../permission.ts";
import type { Promotion } from "../promotion.ts";
import { refusal } from "../refusal.ts";
import { refuseUnholding } from "./brake.ts";
import { locate, REASON_REQUIRED, statedReason } from "./locate.ts";

/**
 * A person says that a breach was none. It is a label and no decision: what runs stays as it is. The hold of
 * an automatic rollback was placed until a person has looked; whoever may lift it has looked by saying so.
 */
export function reportFalseAlarm(
  draft: Draft,
  command: Extract<PersonCommand, { type: "ReportFalseAlarm" }>,
): Decision {
  const found = locate(draft, command);
  if (found.kind === "refused") return refused(draft, found.refusal);
  const { policy, environment, release, promotion } = found;
  const { person, directory } = command;
  const incident = promotion === undefined ? null : labelled(promotion);
  if (promotion === undefined || incident === null) {
    const sentence = `no check of ${release.id} has failed in ${environment.name}`;
    return refused(draft, refusal("nothing_to_label", sentence), release.id);
  }
  const { falseAlarm } = incident;
  if (falseAlarm !== undefined) {
    const ago = duration(draft.context.now - falseAlarm.at);
    const sentence = `${falseAlarm.by.name} said so ${ago} ago: ${falseAlarm.reason}`;
    return refused(draft, refusal("already_decided", sentence), release.id);
  }
  const forbidden = refuseUnlessOperator(
    person,
    draft.context.policy,
    policy,
    environment,
    directory,
  );
  if (forbidden !== null) return refused(draft, forbidden, release.id);
  const reason = statedReason(command.reason);
  if (reason === null) return refused(draft, REASON_REQUIRED, release.id);
  const { check } = command;
  const names = incident.checks.map((one) => one.check);
  if (check !== null && !names.includes(check)) {
    const sentence = `${check} is not behind this breach, but ${names.join(", ")}`;
    return refused(draft, refusal("nothing_to_label", sentence), release.id);
  }

  const { proposals = [] } = command;
  draft.emit({
    type: "FalseAlarmReported",
    promotion: promotion.id,
    check,
    reason,
    ...(proposals.length === 0 ? {} : { proposals }),
  });
  const hold = holdBecauseOf(draft, promotion);
  if (hold !== undefined && refuseUnholding(draft, command, hold) === null) {
    draft.emit({ type: "HoldLifted", environment: hold.environment });
    advance(draft);
  }
  return accepted(draft, { release: release.id });
}

/** The hold that the automatic rollback of this promotion placed, if it still stands. */
function holdBecauseOf(draft: Draft, { id, environment }: Promotion) {
  const { rollback } = environmentState(draft.state(), environment);
  return rollback?.promotion === id && rollback.trigger === "automatic"
    ? draft.state().holds.find((hold) => hold.environment === environment && hold.automatic)
    : undefined;
}
