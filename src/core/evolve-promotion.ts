import { isRevoked, openIncident } from "./after-watch.ts";
import { withCard } from "./card-place.ts";
import {
  type ComponentState,
  type EnvironmentState,
  environmentState,
  findRelease,
  KEPT_GOOD,
} from "./component.ts";
import type { Fact, PromotionEvent } from "./event.ts";
import { updateRelease } from "./evolve-release.ts";
import type { GuardEvent } from "./guard-event.ts";
import type { Instant } from "./json.ts";
import type { Operation, Promotion, PromotionId, PromotionState } from "./promotion.ts";
import type { ReleaseId } from "./release-id.ts";
import { withVerdict } from "./with-verdict.ts";

/** The state after something happened to a promotion. */
export function evolvePromotion(
  state: ComponentState,
  fact: Fact<Exclude<PromotionEvent, GuardEvent>>,
): ComponentState {
  const { at, by, event } = fact;
  const { promotion: id } = event;
  const to = (next: PromotionState) => updatePromotion(state, id, () => ({ state: next }));

  switch (event.type) {
    case "PromotionRequested":
      return addPromotion(state, { at, by, event });
    case "ApprovalRequested":
      return to({ kind: "awaiting-approval", since: at, expiresAt: event.expiresAt });
    case "ApprovalGiven":
      return updatePromotion(state, id, ({ approvals }) => ({
        approvals: [...approvals, { by, at, digest: event.digest }],
      }));
    case "ApprovalsVoided":
      return updatePromotion(state, id, ({ voided }) => ({
        digest: event.digest,
        approvals: [],
        approvedAt: null,
        voided: event.people.length === 0 ? voided : { at, why: event.why, people: event.people },
      }));
    case "RoutineApproved":
      return updatePromotion(state, id, () => ({
        approvals: [{ by: event.lane, at, digest: event.digest }],
        approvedAt: at,
      }));
    case "RoutineSampled":
      return updatePromotion(state, id, () => ({ sampled: true }));
    case "PromotionApproved":
      return updatePromotion(state, id, () => ({ approvedAt: at }));
    case "PromotionRejected":
      return to({ kind: "rejected", by, at, reason: event.reason });
    case "PromotionExpired":
      return to({ kind: "expired", at });
    case "PromotionSuperseded":
      return to({ kind: "superseded", by: event.supersededBy, at });
    case "PromotionCancelled":
      return to({ kind: "cancelled", by, at, reason: event.reason });
    case "PromotionQueued":
      return updatePromotion(state, id, ({ state: before }) => ({
        state: {
          kind: "queued",
          since: before.kind === "queued" ? before.since : at,
          blockers: event.blockers,
        },
      }));
    case "DeployStarted":
      return updateEnvironmentOf(
        updatePromotion(state, id, ({ plan }) => ({
          state: { kind: "deploying", operation: begun(event.key, plan.deploy, at) },
        })),
        id,
        () => ({ active: id, begun: id }),
      );
    case "VerificationStarted":
      return updatePromotion(state, id, ({ plan, state: before }) => {
        const step = plan.verify[event.step];
        return step === undefined
          ? { state: before }
          : {
              state: {
                kind: "verifying",
                step: event.step,
                operation: begun(event.key, step, at),
              },
            };
      });
    case "OperationAccepted":
      return updateOperation(state, id, { handle: event.handle, url: event.url });
    case "OperationProgressed":
      return updateOperation(state, id, { detail: event.detail });
    case "DeploySucceeded":
      return updateEnvironmentOf(state, id, (_environment, release) => ({ serving: release }));
    case "PromotionFailed":
      return updateEnvironmentOf(
        updatePromotion(state, id, ({ incident }) => ({
          state: { kind: "failed", at, why: event.why, known: event.known },
          incident: event.incident ?? incident,
        })),
        id,
        () => ({ active: null }),
      );
    case "WatchStarted":
      return to({ kind: "watching", from: event.from, until: event.until, checks: [] });
    case "VerdictChanged":
      return updatePromotion(state, id, (promotion) => withVerdict(promotion, event, at));
    case "WatchBreached":
    case "WatchUndecided":
      return updatePromotion(state, id, () => ({ incident: event.incident }));
    case "WatchPassed":
      return updatePromotion(state, id, () => ({ incident: null }));
    case "ChartDrawn":
      return updatePromotion(state, id, () => ({ charts: event.charts }));
    case "WatchOverridden":
      return updatePromotion(state, id, (promotion) => ({
        overridden: { by, at, reason: event.reason },
        ...kept(promotion, at),
      }));
    case "VerificationPassed":
    case "OperationAbandoned":
      return state;
    case "PromotionCompleted":
      return complete(to({ kind: "live", since: at }), id);
  }
}

function addPromotion(
  state: ComponentState,
  { at, by, event }: Fact<Extract<PromotionEvent, { type: "PromotionRequested" }>>,
): ComponentState {
  const promotion: Promotion = {
    id: event.promotion,
    release: event.release,
    environment: event.environment,
    attempt: event.attempt,
    requestedBy: by,
    requestedAt: at,
    byName: event.byName,
    digest: event.digest,
    plan: event.plan,
    approvals: event.carried,
    approvedAt: null,
    voided: null,
    state: { kind: "requested" },
    incident: null,
    overridden: null,
  };
  const environment = environmentState(state, event.environment);
  return updateRelease(
    { ...state, environments: { ...state.environments, [environment.name]: environment } },
    event.release,
    (release) =>
      withCard(
        {
          ...release,
          // Asking for a release by name opens it again, whatever became of it before.
          status: release.status.kind === "failed" ? release.status : { kind: "candidate" },
          promotions: [...release.promotions, promotion],
        },
        event.promotion,
        at,
      ),
  );
}

/** A person answered an incident of what is live. */
function kept(promotion: Promotion, at: Instant): Partial<Promotion> {
  const incident = openIncident(promotion);
  if (incident === null) return {};
  const { confirmation } = promotion;
  const isDecided = incident.phase === "confirmation" && confirmation?.outcome === null;
  return {
    incident: { ...incident, closed: "kept" },
    ...(isDecided ? { confirmation: { ...confirmation, outcome: { kind: "kept", at } } } : {}),
  };
}

/** The release has finished its watch: it is what the environment returns to from now on. */
function complete(state: ComponentState, id: PromotionId): ComponentState {
  return updateEnvironmentOf(state, id, (environment, release) => ({
    live: release,
    good: goodBefore(state, environment, release),
    active: null,
    rolledBack: false,
  }));
}

function goodBefore(
  state: ComponentState,
  { name, live, good }: EnvironmentState,
  release: ReleaseId,
): readonly ReleaseId[] {
  const replaced = findRelease(state, live);
  const isBad = replaced !== undefined && isRevoked(replaced, name);
  const earlier = live === null || isBad ? good : [live, ...good];
  return [...new Set(earlier)].filter((id) => id !== release).slice(0, KEPT_GOOD);
}

/** An operation that the deployer has not accepted yet. */
export function begun(
  key: string,
  run: Pick<Operation, "deployer" | "params">,
  startedAt: Instant,
): Operation {
  const { deployer, params } = run;
  return { key, deployer, params, startedAt, handle: null, url: null, detail: null };
}

function updateOperation(
  state: ComponentState,
  id: PromotionId,
  change: Partial<Operation>,
): ComponentState {
  return updatePromotion(state, id, ({ state: before }) => ({
    state:
      before.kind === "deploying" || before.kind === "verifying"
        ? { ...before, operation: { ...before.operation, ...change } }
        : before,
  }));
}

export function updatePromotion(
  state: ComponentState,
  id: PromotionId,
  change: (promotion: Promotion) => Partial<Promotion>,
): ComponentState {
  const owner = Object.values(state.releases).find(({ promotions }) =>
    promotions.some((promotion) => promotion.id === id),
  );
  if (owner === undefined) return state;
  return updateRelease(state, owner.id, (release) => ({
    ...release,
    promotions: release.promotions.map((promotion) =>
      promotion.id === id ? { ...promotion, ...change(promotion) } : promotion,
    ),
  }));
}

/** Changes the environment that a promotion goes into. */
export function updateEnvironmentOf(
  state: ComponentState,
  id: PromotionId,
  change: (environment: EnvironmentState, release: ReleaseId) => Partial<EnvironmentState>,
): ComponentState {
  const promotion = Object.values(state.releases)
    .flatMap(({ promotions }) => promotions)
    .find((candidate) => candidate.id === id);
  if (promotion === undefined) return state;
  const environment = environmentState(state, promotion.environment);
  return {
    ...state,
    environments: {
      ...state.environments,
      [environment.name]: { ...environment, ...change(environment, promotion.release) },
    },
  };
}
