import { isGuarded, openIncident } from "../../core/after-watch.ts";
import { environmentState } from "../../core/component.ts";
import { duration } from "../../core/describe.ts";
import type { Confirmation } from "../../core/guard.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Incident, Promotion } from "../../core/promotion.ts";
import { SHOWN } from "../limits.ts";
import { blockedGates } from "../parts/gate-lines.ts";
import { version, versionOf } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { EMPTY, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import type { Headline } from "./headline.ts";
import { asked, askedLine, INCIDENT_NEWS, incidentLines, type News } from "./running-headline.ts";

type Live = Extract<Promotion["state"], { readonly kind: "live" }>;

export function liveHeadline(view: ReleaseView, promotion: Promotion, { since }: Live): Headline {
  const { environment, overridden } = promotion;
  const { state, release } = view;
  const { live, rolledBack } = environmentState(state, environment);
  const later = confirmationLines(promotion);
  if (live !== null && live !== release.id) {
    const news = plain`was live in ${environment}, replaced by ${versionOf(state.component, live)}`;
    const over = md`It was live from ${time(since)}; now ${version(state.component, live)} is.`;
    return { symbol: "📦", news, more: null, lines: [over, ...later], environment };
  }
  const returned = rolledBack ? [md`↩️ Returned to: *${environment}* was rolled back to it.`] : [];
  const lines = [
    md`Live since ${time(since)}.`,
    ...later,
    ...guardLines(view, promotion),
    ...(overridden === null ? [] : [overriddenLine(overridden)]),
    ...returned,
    ...nextLines(view),
  ];
  const incident = openIncident(promotion);
  if (incident === null) {
    return { symbol: "✅", news: plain`live in ${environment}`, more: null, lines, environment };
  }
  const measured = incident.phase === "guard" ? promotion.guard : promotion.confirmation;
  return {
    ...liveNews(incident, environment),
    more: asked(view, environment),
    lines: [
      ...askedLine(view, environment),
      ...incidentLines(incident, measured?.checks ?? []),
      ...lines,
    ],
    environment,
  };
}

/** What went wrong with what is live, in the words of a title. */
export function liveNews({ kind, phase }: Incident, environment: string): News {
  if (phase === "confirmation") {
    return kind === "undecided"
      ? { symbol: "❓", news: plain`not confirmed in ${environment}` }
      : { symbol: "🚨", news: plain`revoked in ${environment}` };
  }
  return kind === "undecided"
    ? { symbol: "❓", news: plain`live in ${environment}, and nobody can say how it is` }
    : INCIDENT_NEWS[kind](environment);
}

function guardLines({ policy }: ReleaseView, promotion: Promotion): readonly Mrkdwn[] {
  if (!isGuarded(promotion)) return [];
  const guard =
    policy === null ? null : environmentPolicy(policy, promotion.environment)?.watch?.guard;
  const how = guard ? md`: measured every ${duration(guard.every)}` : EMPTY;
  return [md`🛡️ Guarded since ${time(promotion.guard.since)}${how}.`];
}

/** Whether what is known only later bears it out. */
export function confirmationLines({ confirmation }: Promotion): readonly Mrkdwn[] {
  return confirmation === undefined ? [] : [confirmationLine(confirmation)];
}

function confirmationLine({ from, until, outcome }: Confirmation): Mrkdwn {
  switch (outcome?.kind) {
    case undefined:
      return md`⏳ Good provisionally until ${time(until)}: what comes later is measured from ${time(from)} on.`;
    case "confirmed":
      return md`✅ Confirmed ${time(outcome.at)}.`;
    case "revoked":
      return md`🚨 Revoked ${time(outcome.at)}, and never returned to again: ${line(outcome.why, SHOWN.reason)}`;
    case "kept":
      return md`⚠️ Not confirmed by ${time(until)}, and kept by a person.`;
    case "dropped":
      return md`❔ Never confirmed: ${line(outcome.why, SHOWN.reason)}`;
  }
}

export function overriddenLine(overridden: NonNullable<Promotion["overridden"]>): Mrkdwn {
  const { by, at, reason } = overridden;
  return md`⚠️ Override: ${actor(by)} kept it ${time(at)} although its watch did not pass: ${line(reason, SHOWN.reason)}`;
}

/** What keeps it from the next environment. */
function nextLines({ policy, release }: ReleaseView): readonly Mrkdwn[] {
  const next = policy?.environments.find(({ name }) =>
    release.promotions.every(({ environment }) => environment !== name),
  );
  const blocked = next === undefined ? [] : blockedGates(release, next.name);
  const names = blocked.slice(0, 3).map(({ name }) => name);
  return next === undefined || blocked.length === 0
    ? []
    : [md`⛔ Blocked for *${next.name}* by its gates: ${line(names.join(", "), SHOWN.sentence)}`];
}
