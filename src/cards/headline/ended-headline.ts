import { environmentState } from "../../core/component.ts";
import type { Promotion } from "../../core/promotion.ts";
import { SHOWN } from "../limits.ts";
import { blockedGates } from "../parts/gate-lines.ts";
import { runsIn, version, versionOf } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import type { Headline } from "./headline.ts";
import { asked, askedLine, INCIDENT_NEWS } from "./running-headline.ts";

type State<K extends Promotion["state"]["kind"]> = Extract<
  Promotion["state"],
  { readonly kind: K }
>;

export function liveHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { since }: State<"live">,
): Headline {
  const { environment, overridden } = promotion;
  const { state, release } = view;
  const { live, rolledBack } = environmentState(state, environment);
  if (live !== null && live !== release.id) {
    return {
      symbol: "📦",
      news: plain`was live in ${environment}, replaced by ${versionOf(state.component, live)}`,
      more: null,
      lines: [md`It was live from ${time(since)}; now ${version(state.component, live)} is.`],
      environment,
    };
  }
  const returned = rolledBack ? [md`↩️ Returned to: *${environment}* was rolled back to it.`] : [];
  return {
    symbol: "✅",
    news: plain`live in ${environment}`,
    more: null,
    lines: [
      md`Live since ${time(since)}.`,
      ...(overridden === null ? [] : [overriddenLine(overridden)]),
      ...returned,
      ...nextLines(view),
    ],
    environment,
  };
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

export function rejectedHeadline(
  { environment }: Promotion,
  { by, at, reason }: State<"rejected">,
): Headline {
  return {
    symbol: "🚫",
    news: plain`rejected for ${environment}`,
    more: null,
    lines: [md`Rejected by ${actor(by)} ${time(at)}: ${line(reason, SHOWN.reason)}`],
    environment,
  };
}

export function expiredHeadline(
  { environment, approvals }: Promotion,
  { at }: State<"expired">,
): Headline {
  return {
    symbol: "⌛",
    news: plain`approval for ${environment} expired`,
    more: null,
    lines: [
      md`Expired ${time(at)} with ${approvals.length} given. Promote it again to ask once more.`,
    ],
    environment,
  };
}

export function supersededHeadline(
  { state }: ReleaseView,
  { environment }: Promotion,
  { by, at }: State<"superseded">,
): Headline {
  return {
    symbol: "⏭️",
    news: plain`superseded for ${environment} by ${versionOf(state.component, by)}`,
    more: null,
    lines: [md`Superseded ${time(at)} by ${version(state.component, by)}, which is newer.`],
    environment,
  };
}

export function cancelledHeadline(
  { environment }: Promotion,
  { by, at, reason }: State<"cancelled">,
): Headline {
  return {
    symbol: "⏹️",
    news: plain`stopped on its way to ${environment}`,
    more: null,
    lines: [md`Stopped by ${actor(by)} ${time(at)}: ${line(reason, SHOWN.reason)}`],
    environment,
  };
}

export function failedHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { at, why, known }: State<"failed">,
): Headline {
  const { environment, incident } = promotion;
  const news =
    incident === null
      ? { symbol: "❌", news: plain`failed in ${environment}` }
      : INCIDENT_NEWS[incident.kind](environment);
  const stays = runsIn(view.state, view.release, environment)
    ? [md`⚠️ Warning: *${environment}* still runs it.`]
    : [];
  return {
    ...news,
    more: asked(view, environment),
    lines: [
      ...askedLine(view, environment),
      md`Failed ${time(at)}: ${line(why, SHOWN.reason)}`,
      ...(known
        ? stays
        : [
            md`❓ Unknown: nobody can say whether *${environment}* runs it. Look there before a retry.`,
          ]),
    ],
    environment,
  };
}
