import type { Instant } from "../../core/json.ts";
import { isActive, isWaiting, type Promotion } from "../../core/promotion.ts";
import { freezesOf, frozenLine, holdLine } from "../headline/brakes.ts";
import { isGoingWrong } from "../headline/focus.ts";
import { version } from "../subject.ts";
import { atMost, counted } from "../text/lines.ts";
import { join, type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { ComponentView } from "../view.ts";
import { standing, whatRuns } from "./environment-part.ts";

const ENVIRONMENTS_SHOWN = 4;
const NOTES_SHOWN = 4;

/** What a component has going on that ends by itself or by a decision. */
export interface Activity {
  readonly incidents: readonly Promotion[];
  readonly waiting: readonly Promotion[];
  readonly moving: readonly Promotion[];
}

export function activityOf({ state }: ComponentView): Activity {
  const promotions = Object.values(state.releases)
    .flatMap((release) => release.promotions)
    .sort((a, b) => a.requestedAt - b.requestedAt);
  const latest = new Map(promotions.map((promotion) => [promotion.environment, promotion]));
  const isIncident = (promotion: Promotion): boolean =>
    isGoingWrong(promotion) ||
    (promotion.state.kind === "failed" && latest.get(promotion.environment) === promotion);
  const open = promotions.filter((one) => isActive(one) || isWaiting(one));
  return {
    incidents: promotions.filter(isIncident),
    waiting: open.filter(isAwaited),
    moving: open.filter((one) => !isAwaited(one) && !isIncident(one)),
  };
}

function isAwaited({ state }: Promotion): boolean {
  return state.kind === "awaiting-approval";
}

/** A component in a few lines: what runs where, what goes on, and what it is held or frozen by. */
export function componentLines(view: ComponentView, now: Instant): readonly Mrkdwn[] {
  const { state, policy } = view;
  const { incidents, waiting, moving } = activityOf(view);
  const places = atMost(
    ENVIRONMENTS_SHOWN,
    policy.environments,
    ({ name }) => md`${name} ${whatRuns(state, name)}`,
    (left) => md`and ${left} more`,
  );
  const notes: readonly (() => Mrkdwn)[] = [
    ...incidents.map((one) => () => md`🚨 Incident: ${standingOf(view, one)}`),
    ...waiting.map((one) => () => md`⏳ Waiting: ${standingOf(view, one)}`),
    ...moving.map((one) => () => md`🚀 Under way: ${standingOf(view, one)}`),
    ...freezesOf({ state, policy, now, freeze: null }).map((one) => () => frozenLine(one)),
    ...state.holds.map((one) => () => holdLine(one)),
  ];
  return [
    md`*${state.component}* · ${join(places, " · ")}`,
    ...atMost(
      NOTES_SHOWN,
      notes,
      (note) => note(),
      (left) => md`and ${counted(left, "more line", "more lines")}`,
    ),
  ];
}

function standingOf({ state }: ComponentView, promotion: Promotion): Mrkdwn {
  return md`${version(state.component, promotion.release)} ${standing(promotion, true)} in *${promotion.environment}*`;
}
