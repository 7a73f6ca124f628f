import { openIncident } from "../../core/after-watch.ts";
import { environmentState } from "../../core/component.ts";
import type { Closing } from "../../core/guard.ts";
import type { Incident, Promotion } from "../../core/promotion.ts";
import { promotionInto } from "../../core/release.ts";
import { SHOWN } from "../limits.ts";
import { standing, whatRuns } from "../parts/environment-part.ts";
import { runsIn } from "../subject.ts";
import { line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { AlertView } from "../view.ts";
import type { Headline } from "./headline.ts";
import { confirmationLines, liveNews, overriddenLine } from "./live-headline.ts";
import { rolledBackHeadline, rollingBackHeadline, saysAutomatic } from "./rollback-headline.ts";
import { asked, askedLine, INCIDENT_NEWS, type News } from "./running-headline.ts";

type State<K extends Promotion["state"]["kind"]> = Extract<
  Promotion["state"],
  { readonly kind: K }
>;

/** What an announcement says first: the trouble, and once somebody or something acted, what came of it. */
export function alertHeadline(view: AlertView): Headline {
  const { promotion } = view;
  const { incident, state } = promotion;
  const wrong = incident === null ? [] : [wrongLine(incident, saysWhy(view))];
  switch (state.kind) {
    case "watching":
      return incident === null
        ? endedHeadline(promotion)
        : openHeadline(view, incident, watchingLines(view, incident, state));
    case "failed":
      return incident === null
        ? endedHeadline(promotion)
        : openHeadline(view, incident, [failedLine(view, state)]);
    case "rolling-back":
      return withLines(rollingBackHeadline(view, promotion, state), wrong);
    case "rolled-back":
      return withLines(rolledBackHeadline(view, promotion, state), wrong);
    case "live":
      return openIncident(promotion) !== null && incident !== null
        ? openHeadline(view, incident, liveLines(view, incident))
        : withLines(keptHeadline(promotion), wrong);
    case "requested":
    case "awaiting-approval":
    case "queued":
    case "deploying":
    case "verifying":
    case "rejected":
    case "expired":
    case "superseded":
    case "cancelled":
      return endedHeadline(promotion);
  }
}

/** True while the announcement asks for something: not once it is decided, nor of an earlier attempt. */
export function isUndecided({ release, promotion }: AlertView): boolean {
  const { kind } = promotion.state;
  const open =
    kind === "watching" ||
    kind === "failed" ||
    kind === "rolling-back" ||
    openIncident(promotion) !== null;
  return open && promotionInto(release, promotion.environment)?.id === promotion.id;
}

function openHeadline(view: AlertView, incident: Incident, next: readonly Mrkdwn[]): Headline {
  const { environment } = view.promotion;
  const open = isUndecided(view);
  return {
    ...(incident.phase === undefined
      ? INCIDENT_NEWS[incident.kind](environment)
      : liveNews(incident, environment)),
    more: open ? asked(view, environment) : null,
    lines: [...(open ? askedLine(view, environment) : []), wrongLine(incident), ...next],
    environment,
  };
}

/** Slipway's own rollback says what was wrong, as its reason. */
function saysWhy(view: AlertView): "said" | "unsaid" {
  return saysAutomatic(view, view.promotion) ? "said" : "unsaid";
}

function wrongLine({ sentence, at }: Incident, why: "said" | "unsaid" = "unsaid"): Mrkdwn {
  if (why === "said") return md`❌ Wrong since ${time(at)}.`;
  return md`❌ Wrong since ${time(at)}: ${line(sentence, SHOWN.reason)}`;
}

/** What runs, and what happens if nobody does anything. */
function watchingLines(
  view: AlertView,
  { action }: Incident,
  { until }: State<"watching">,
): readonly Mrkdwn[] {
  const { environment } = view.promotion;
  const nothing =
    environmentState(view.state, environment).live === null
      ? [md`Nothing has been live in *${environment}* before, so there is nothing to return to.`]
      : [];
  return [
    runsLine(view),
    action === "announce"
      ? md`It is only announced. When its watch ends ${time(until)}, it counts as failed.`
      : md`Slipway changes nothing until somebody decides. Its watch ends ${time(until)}.`,
    ...nothing,
  ];
}

/** The same of what is live already. */
function liveLines(view: AlertView, { action, kind, phase }: Incident): readonly Mrkdwn[] {
  const { promotion } = view;
  const silent = md`It is only announced. It goes on being measured.`;
  const waits = md`Slipway changes nothing until somebody decides. It goes on being measured.`;
  const recovers = md`It is over by itself when it can be measured again, and is good.`;
  return [
    runsLine(view),
    ...confirmationLines(promotion),
    action === "announce" ? silent : waits,
    ...(kind === "undecided" && phase === "guard" ? [recovers] : []),
  ];
}

function failedLine(view: AlertView, { known }: State<"failed">): Mrkdwn {
  const { environment } = view.promotion;
  return known
    ? runsLine(view)
    : md`❓ Unknown: nobody can say whether *${environment}* runs it. Look there before a retry.`;
}

function runsLine({ state, release, promotion }: AlertView): Mrkdwn {
  const { environment } = promotion;
  return runsIn(state, release, environment)
    ? md`*${environment}* runs this release.`
    : md`*${environment}* ${whatRuns(state, environment)}.`;
}

const OVER: Readonly<Record<Exclude<Closing, "kept">, (environment: string) => News>> = {
  recovered: (environment) => ({ symbol: "✅", news: plain`good again in ${environment}` }),
  replaced: (environment) => ({ symbol: "📦", news: plain`replaced in ${environment}` }),
  dropped: (environment) => ({ symbol: "📦", news: plain`no longer measured in ${environment}` }),
};

function keptHeadline({ environment, overridden, incident }: Promotion): Headline {
  const how = incident?.closed;
  if (how !== undefined && how !== "kept") {
    return { ...OVER[how](environment), more: null, lines: [], environment };
  }
  return overridden === null
    ? {
        symbol: "✅",
        news: plain`live in ${environment} after all`,
        more: null,
        lines: [],
        environment,
      }
    : {
        symbol: "⚠️",
        news: plain`kept in ${environment} by override`,
        more: null,
        lines: [overriddenLine(overridden)],
        environment,
      };
}

function endedHeadline(promotion: Promotion): Headline {
  const { environment } = promotion;
  return {
    symbol: "📦",
    news: plain`no incident in ${environment} any more`,
    more: null,
    lines: [md`This release ${standing(promotion, false)}.`],
    environment,
  };
}

function withLines(headline: Headline, lines: readonly Mrkdwn[]): Headline {
  return { ...headline, lines: [...headline.lines, ...lines] };
}
