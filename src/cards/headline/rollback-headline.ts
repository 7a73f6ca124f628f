import { environmentState, type Rollback } from "../../core/component.ts";
import type { Promotion } from "../../core/promotion.ts";
import { SHOWN } from "../limits.ts";
import { versionOf } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import { brakeLines } from "./brakes.ts";
import type { Headline } from "./headline.ts";
import { operationLine } from "./running-headline.ts";

type State<K extends Promotion["state"]["kind"]> = Extract<
  Promotion["state"],
  { readonly kind: K }
>;

export function rollingBackHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { since, to }: State<"rolling-back">,
): Headline {
  const { environment } = promotion;
  const target = versionOf(view.state.component, to);
  const rollback = rollbackOf(view, promotion);
  if (rollback?.state.kind === "failed") {
    const { why, at } = rollback.state;
    return {
      symbol: "🚨",
      news: plain`rolling back ${environment} failed`,
      more: plain`Retry, or return it to ${target} by hand.`,
      lines: [
        md`❌ Failed ${time(at)}: ${line(why, SHOWN.reason)}`,
        md`*${environment}* may still run this release. Retry, or return it to ${target} by hand.`,
        causeLine(rollback),
      ],
      environment,
    };
  }
  return {
    symbol: "↩️",
    news: plain`rolling back ${environment} to ${target}`,
    more: null,
    lines: [
      ...(rollback === null ? [] : [causeLine(rollback)]),
      ...(rollback?.state.kind === "running" ? [operationLine(rollback.state.operation)] : []),
      md`Started ${time(since)}.`,
    ],
    environment,
  };
}

export function rolledBackHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { at, to, trigger }: State<"rolled-back">,
): Headline {
  const { environment } = promotion;
  const rollback = rollbackOf(view, promotion);
  const how = trigger === "automatic" ? "By Slipway itself" : "By a person";
  return {
    symbol: "↩️",
    news: plain`rolled back in ${environment} to ${versionOf(view.state.component, to)}`,
    more: null,
    lines: [
      rollback === null ? md`${how}.` : causeLine(rollback),
      md`Done ${time(at)}.`,
      ...brakeLines(view, environment, saysAutomatic(view, promotion) ? "said" : "unsaid"),
    ],
    environment,
  };
}

/** Whether the headline of a promotion that goes back, or has gone, says what made Slipway do it. */
export function saysAutomatic(view: Pick<ReleaseView, "state">, promotion: Promotion): boolean {
  const { kind } = promotion.state;
  if (kind !== "rolling-back" && kind !== "rolled-back") return false;
  return rollbackOf(view, promotion)?.trigger === "automatic";
}

/** Who or what rolled back, and why. */
function causeLine({ trigger, by, reason }: Rollback): Mrkdwn {
  const cause = trigger === "automatic" ? md`By Slipway itself` : md`By ${actor(by)}`;
  return md`${cause}: ${line(reason, SHOWN.reason)}`;
}

/** The rollback that undoes this promotion; null: it has been followed by another. */
function rollbackOf(
  { state }: Pick<ReleaseView, "state">,
  { id, environment }: Promotion,
): Rollback | null {
  const { rollback } = environmentState(state, environment);
  return rollback?.promotion === id ? rollback : null;
}
