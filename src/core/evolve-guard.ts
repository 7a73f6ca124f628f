import type { ComponentState } from "./component.ts";
import type { Fact } from "./event.ts";
import { updateEnvironmentOf, updatePromotion } from "./evolve-promotion.ts";
import type { Closing, ConfirmationOutcome } from "./guard.ts";
import type { GuardEvent } from "./guard-event.ts";
import type { Incident, Promotion } from "./promotion.ts";

/** The state after something happened to what is live, or was. */
export function evolveGuard(
  state: ComponentState,
  { at, by, event }: Fact<GuardEvent>,
): ComponentState {
  const { promotion: id } = event;
  switch (event.type) {
    case "GuardStarted":
      return updatePromotion(state, id, () => ({
        guard: { since: at, deployedAt: event.deployedAt, checks: [], unsureSince: null },
      }));
    case "GuardEnded":
      return updatePromotion(state, id, () => ({ guard: null }));
    case "IncidentClosed":
      return updatePromotion(state, id, ({ incident }) => ({
        incident: closed(incident, event.how),
      }));
    case "ConfirmationAwaited":
      return updatePromotion(state, id, () => ({
        confirmation: { from: event.from, until: event.until, checks: [], outcome: null },
      }));
    case "PromotionConfirmed":
      return updatePromotion(state, id, (promotion) => ({
        ...ended(promotion, { kind: "confirmed", at }),
        incident:
          promotion.incident?.phase === "confirmation"
            ? closed(promotion.incident, "recovered")
            : promotion.incident,
      }));
    case "PromotionRevoked":
      return updateEnvironmentOf(
        updatePromotion(state, id, (promotion) => ({
          ...ended(promotion, { kind: "revoked", at, why: event.why }),
          incident: event.incident ?? promotion.incident,
        })),
        id,
        ({ good }, release) => ({ good: good.filter((one) => one !== release) }),
      );
    case "ConfirmationDropped":
      return updatePromotion(state, id, (promotion) =>
        ended(promotion, { kind: "dropped", at, why: event.why }),
      );
    case "FalseAlarmReported":
      return updatePromotion(state, id, ({ incident }) => ({
        incident:
          incident === null
            ? null
            : {
                ...incident,
                falseAlarm: { by, at, reason: event.reason, check: event.check },
              },
      }));
  }
}

function ended(
  { confirmation }: Promotion,
  outcome: ConfirmationOutcome,
): Pick<Promotion, "confirmation"> {
  return confirmation === undefined ? {} : { confirmation: { ...confirmation, outcome } };
}

function closed(incident: Incident | null, how: Closing): Incident | null {
  return incident === null || incident.closed !== undefined
    ? incident
    : { ...incident, closed: how };
}
