import { drawAlert } from "./cards/alert-card.ts";
import type { Message } from "./cards/message.ts";
import { drawReleaseCard } from "./cards/release-card.ts";
import type { Mention } from "./cards/text/mention.ts";
import { principalsToTell } from "./cards/told.ts";
import type { ReleaseView } from "./cards/view.ts";
import type { Principal } from "./core/actor.ts";
import { emptyGlobal } from "./core/component.ts";
import { offersFor } from "./core/offer.ts";
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
  const id = key.slice(ALERT.length);
  const promotion = view.release.promotions.find((candidate) => candidate.id === id);
  if (promotion === undefined || promotion.incident === null) return null;
  const told = await mentions(
    view.policy === null ? [] : principalsToTell(view.policy, promotion.environment),
  );
  return drawAlert({ ...view, promotion, told });
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
