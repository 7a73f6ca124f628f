import { drawAlert } from "./cards/alert-card.ts";
import type { Message } from "./cards/message.ts";
import { drawReleaseCard } from "./cards/release-card.ts";
import type { Mention } from "./cards/text/mention.ts";
import { principalsToTell } from "./cards/told.ts";
import type { ReleaseView } from "./cards/view.ts";
import type { Principal } from "./core/actor.ts";
import { alertKey } from "./core/after-watch.ts";
import { emptyGlobal } from "./core/component.ts";
import { labelOffers, offersFor } from "./core/offer.ts";
import type { Promotion, PromotionId } from "./core/promotion.ts";
import type { MessageKey } from "./core/release.ts";
import type { DrawnFrom } from "./effects/slack/message-handler.ts";

const ALERT = "alert:";

/** What a message of a release shows, by its key; null: there is nothing (any more) that it would show. */
export async function drawMessage(
  key: MessageKey,
  from: DrawnFrom,
  mentions: (principals: readonly Principal[]) => Promise<readonly Mention[]>,
): Promise<Message | null> {
  const view = withOffers(from);
  if (!key.startsWith(ALERT)) return drawReleaseCard(view);
  const found = view.release.promotions.find(({ id }) => isAlertOf(id, key));
  if (found === undefined) return null;
  const { incident } = found;
  const isPresent = incident !== null && alertKey(found, incident) === key;
  const isOver = !isPresent || incident.closed !== undefined;
  // What was announced and is no more says so; what was never posted is not worth it any more.
  if (isOver && view.release.messages[key] === undefined) return null;
  const promotion: Promotion = isPresent ? found : { ...found, incident: null };
  const told = await mentions(
    view.policy === null ? [] : principalsToTell(view.policy, promotion.environment),
  );
  const offers = [...view.offers, ...labelOffers(view.release, promotion)];
  return drawAlert({ ...view, offers, promotion, told });
}

function isAlertOf(id: PromotionId, key: MessageKey): boolean {
  return key === `${ALERT}${id}` || key.startsWith(`${ALERT}${id}#`);
}

/** The buttons are what `decide` would accept now. */
export function withOffers(from: DrawnFrom): ReleaseView {
  const { release, state, policy, freeze, now } = from;
  const context = { global: { ...emptyGlobal(), freeze }, now };
  return {
    ...from,
    offers: policy === null ? [] : offersFor(release, state, policy, context),
  };
}
