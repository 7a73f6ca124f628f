import { type ComponentState, findPromotion, type Hold } from "../../core/component.ts";
import type { Blocker } from "../../core/promotion.ts";
import { SHOWN } from "../limits.ts";
import { version } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { code, EMPTY, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";

type Frozen = Extract<Blocker, { readonly kind: "frozen" }>;

/** Every freeze in force: over everything, over the component, and by the calendar. */
export function freezesOf({
  freeze,
  state,
  policy,
  now,
}: Pick<ReleaseView, "freeze" | "state" | "policy" | "now">): readonly Frozen[] {
  const byPeople = [freeze, state.freeze].flatMap((one) =>
    one !== null && one.until > now
      ? [{ kind: "frozen" as const, reason: one.reason, by: one.by, until: one.until }]
      : [],
  );
  const byCalendar = (policy?.freezes ?? []).flatMap((window) => {
    const until = window.activeUntil(now);
    const by = { kind: "system", name: "the calendar" } as const;
    return until === null ? [] : [{ kind: "frozen" as const, reason: window.reason, by, until }];
  });
  return [...byPeople, ...byCalendar];
}

/** The holds that cover an environment. */
export function holdsOn(state: ComponentState, environment: string): readonly Hold[] {
  return state.holds.filter(
    (hold) => hold.environment === null || hold.environment === environment,
  );
}

/**
 * What keeps people from promoting into an environment at all, whatever the evidence is.
 * @param rollback "said": the lines before say already why Slipway rolled back, and so why it holds
 */
export function brakeLines(
  view: ReleaseView,
  environment: string,
  rollback: "said" | "unsaid" = "unsaid",
): readonly Mrkdwn[] {
  return [
    ...freezesOf(view).map((freeze) => frozenLine(freeze)),
    ...holdsOn(view.state, environment).map((hold) =>
      hold.automatic && rollback === "said" ? automaticHoldLine(hold) : holdLine(hold),
    ),
  ];
}

export function holdLine(hold: Hold): Mrkdwn {
  const end = hold.automatic ? md`. ${LIFTED}` : EMPTY;
  return md`🔒 Held ${placeOf(hold)} by ${actor(hold.by)} ${time(hold.at)}: ${line(hold.reason, SHOWN.reason)}${end}`;
}

function automaticHoldLine(hold: Hold): Mrkdwn {
  return md`🔒 Held ${placeOf(hold)}. ${LIFTED}`;
}

const LIFTED = md`Promoting a newer release by name lifts it.`;

function placeOf({ environment }: Hold): Mrkdwn {
  return environment === null ? md`everywhere` : md`in *${environment}*`;
}

/** What an approved promotion waits for. */
export function blockerLine(state: ComponentState, environment: string, blocker: Blocker): Mrkdwn {
  switch (blocker.kind) {
    case "frozen":
      return frozenLine(blocker);
    case "held":
      return md`🔒 Held by ${actor(blocker.by)}: ${line(blocker.reason, SHOWN.reason)}`;
    case "busy":
      return blocker.promotion === null
        ? md`🚧 Busy: a rollback is running in *${environment}*.`
        : md`🚧 Busy: ${occupant(state, blocker.promotion)} is being deployed or watched in *${environment}*.`;
    case "needs": {
      const found = blocker.found === null ? md`none is` : md`${blocker.found} is`;
      return md`🔗 Needs *${blocker.component}* ${code(blocker.range)} live in *${environment}*; ${found}.`;
    }
    case "needed":
      return md`🔗 Needed: *${blocker.component}* ${blocker.found} runs in *${environment}* and needs ${code(blocker.range)}. It waits until that has changed.`;
  }
}

export function frozenLine({ reason, by, until }: Frozen): Mrkdwn {
  const end = until === null ? EMPTY : md` until ${time(until)}`;
  return md`❄️ Frozen${end} by ${actor(by)}: ${line(reason, SHOWN.reason)}`;
}

function occupant(state: ComponentState, promotion: string): Mrkdwn {
  const found = findPromotion(state, promotion);
  return found === undefined ? md`another release` : version(state.component, found.release.id);
}
