import type { Actor, Directory, Person } from "../actor.ts";
import { advance } from "../advance.ts";
import type { PersonCommand } from "../command.ts";
import type { Hold } from "../component.ts";
import type { Context, Decision } from "../decision.ts";
import { describeBlocker } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { refuseGuests, refuseUnlessAmong, refuseUnlessOperator } from "../permission.ts";
import { environmentPolicy } from "../policy.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { locateEnvironment, REASON_REQUIRED, statedReason } from "./locate.ts";

/** Holds and freezes. Setting one is safe, so any full member may; lifting is for fewer people. */

export function hold(draft: Draft, command: Extract<PersonCommand, { type: "Hold" }>): Decision {
  const unknown = refuseUnknown(draft, command.environment);
  const forbidden = unknown ?? refuseGuests(command.person);
  if (forbidden !== null) return refused(draft, forbidden);
  const reason = statedReason(command.reason);
  if (reason === null) return refused(draft, REASON_REQUIRED);
  draft.emit({ type: "HoldPlaced", environment: command.environment, reason, automatic: false });
  advance(draft);
  return accepted(draft, {
    sentence: `${draft.component} is held${where(command.environment)}; a rollback is still possible`,
  });
}

export function unhold(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Unhold" }>,
): Decision {
  const held = draft
    .state()
    .holds.filter(
      ({ environment }) => command.environment === null || environment === command.environment,
    );
  if (held.length === 0) {
    const sentence = `${draft.component} is not held${where(command.environment)}`;
    return refused(draft, refusal("not_held", sentence));
  }
  for (const one of held) {
    const forbidden = refuseUnholding(draft, command, one);
    if (forbidden !== null) return refused(draft, forbidden);
  }
  for (const { environment } of held) draft.emit({ type: "HoldLifted", environment });
  advance(draft);
  return accepted(draft, {
    sentence: `${draft.component} is no longer held${where(command.environment)}`,
  });
}

export function freeze(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Freeze" }>,
): Decision {
  const forbidden = refuseUnknown(draft, null) ?? refuseFreezing(draft.context, command);
  if (forbidden !== null) return refused(draft, forbidden);
  const { reason, until } = command;
  draft.emit({ type: "FreezePlaced", reason: reason.trim(), until });
  advance(draft);
  return accepted(draft, { sentence: frozenSentence(draft.component, draft.context, command) });
}

export function unfreeze(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Unfreeze" }>,
): Decision {
  const present = draft.state().freeze;
  if (present === null || present.until <= draft.context.now) {
    return refused(draft, refusal("not_frozen", `nobody has frozen ${draft.component}`));
  }
  const forbidden = refuseLifting(
    draft.context,
    draft.component,
    command,
    present.by,
    present.reason,
  );
  if (forbidden !== null) return refused(draft, forbidden);
  draft.emit({ type: "FreezeLifted" });
  advance(draft);
  return accepted(draft, { sentence: `${draft.component} is no longer frozen` });
}

function refuseUnknown(draft: Draft, environment: string | null): Refusal | null {
  const first = draft.policy?.environments[0]?.name ?? "";
  const place = locateEnvironment(draft, environment ?? first);
  return place.kind === "refused" ? place.refusal : null;
}

export function refuseFreezing(
  context: Context,
  command: { readonly person: Person; readonly reason: string; readonly until: number },
): Refusal | null {
  if (statedReason(command.reason) === null) return REASON_REQUIRED;
  if (command.until <= context.now) {
    return refusal(
      "reason_required",
      "a freeze has to last for some time: /release freeze 2h REASON",
    );
  }
  return refuseGuests(command.person);
}

/** The hold of an automatic rollback was set by no person: whoever may roll back may lift it. */
export function refuseUnholding(
  draft: Draft,
  command: { readonly person: Person; readonly directory: Directory },
  held: Hold,
): Refusal | null {
  const { context, component, policy } = draft;
  const environment =
    policy === undefined || held.environment === null
      ? undefined
      : environmentPolicy(policy, held.environment);
  return held.automatic && policy !== undefined && environment !== undefined
    ? refuseUnlessOperator(command.person, context.policy, policy, environment, command.directory)
    : refuseLifting(context, component, command, held.by, held.reason);
}

/** Whoever set it, the owners, and the admins. */
export function refuseLifting(
  context: Context,
  component: string | null,
  command: { readonly person: Person; readonly directory: Directory },
  setBy: Actor,
  reason: string,
): Refusal | null {
  const { person, directory } = command;
  if (setBy.kind === "person" && setBy.id === person.id) return null;
  const owners = component === null ? [] : (context.policy.components[component]?.owners ?? []);
  const principals = [...owners, ...context.policy.admins];
  return refuseUnlessAmong(
    person,
    principals,
    directory,
    refusal(
      "not_permitted",
      `${setBy.name} set it (${reason}); lifting it is for them${
        principals.length === 0 ? "" : ` and for ${principals.join(", ")}`
      }`,
    ),
  );
}

export function frozenSentence(
  what: string,
  context: Context,
  command: { readonly person: Person; readonly reason: string; readonly until: number },
): string {
  const blocker = describeBlocker({
    kind: "frozen",
    reason: command.reason.trim(),
    by: context.by,
    until: command.until,
  });
  return `${what} is ${blocker}; a rollback is still possible`;
}

function where(environment: string | null): string {
  return environment === null ? "" : ` in ${environment}`;
}
