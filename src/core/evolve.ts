import type { ComponentState, GlobalState } from "./component.ts";
import type { ComponentEvent, Fact, FreezeEvent, GlobalEvent } from "./event.ts";
import { evolveEnvironment } from "./evolve-environment.ts";
import { evolveGuard } from "./evolve-guard.ts";
import { evolvePromotion } from "./evolve-promotion.ts";
import { evolveRelease } from "./evolve-release.ts";
import { evolveReport } from "./evolve-report.ts";

/**
 * The state after a fact. The only place where state changes; total and pure: the same facts in the same
 * order always give the same state, byte for byte as canonical JSON.
 */
export function evolve(state: ComponentState, fact: Fact<ComponentEvent>): ComponentState {
  const { event } = fact;
  switch (event.type) {
    case "ReleaseRegistered":
    case "EvidenceRevised":
    case "GatesJudged":
    case "NotesWritten":
    case "MessagePosted":
    case "CardMoved":
    case "CardWithheld":
    case "FailureCounted":
    case "ReleaseSuperseded":
    case "ReleaseRejected":
    case "ReleaseRetired":
    case "ReleaseRestored":
      return evolveRelease(state, { ...fact, event });
    case "RollbackStarted":
    case "RollbackAccepted":
    case "RollbackProgressed":
    case "RolledBack":
    case "RollbackFailed":
    case "RollbackRetried":
    case "RollbackImpossible":
    case "HoldPlaced":
    case "HoldLifted":
      return evolveEnvironment(state, { ...fact, event });
    case "FreezePlaced":
    case "FreezeLifted":
      return { ...state, freeze: frozen({ ...fact, event }) };
    case "RunReported":
    case "RunEnded":
    case "RunForgotten":
    case "GatheringOpened":
    case "PartReported":
    case "GatheringClosed":
    case "GatheringForgotten":
      return evolveReport(state, { ...fact, event });
    case "GuardStarted":
    case "GuardEnded":
    case "IncidentClosed":
    case "ConfirmationAwaited":
    case "PromotionConfirmed":
    case "PromotionRevoked":
    case "ConfirmationDropped":
    case "FalseAlarmReported":
      return evolveGuard(state, { ...fact, event });
    default:
      return evolvePromotion(state, { ...fact, event });
  }
}

export function evolveGlobal(state: GlobalState, fact: Fact<GlobalEvent>): GlobalState {
  const { event } = fact;
  switch (event.type) {
    case "FreezePlaced":
    case "FreezeLifted":
      return { ...state, freeze: frozen({ ...fact, event }) };
    case "DigestRequested":
      return { ...state, digest: event.time };
  }
}

function frozen({ at, by, event }: Fact<FreezeEvent>): GlobalState["freeze"] {
  switch (event.type) {
    case "FreezePlaced":
      return { reason: event.reason, by, at, until: event.until };
    case "FreezeLifted":
      return null;
  }
}
