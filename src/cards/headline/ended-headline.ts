import type { Promotion } from "../../core/promotion.ts";
import { SHOWN } from "../limits.ts";
import { runsIn, version, versionOf } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { line, md } from "../text/mrkdwn.ts";
import { plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import type { Headline } from "./headline.ts";
import { asked, askedLine, INCIDENT_NEWS } from "./running-headline.ts";

type State<K extends Promotion["state"]["kind"]> = Extract<
  Promotion["state"],
  { readonly kind: K }
>;

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
