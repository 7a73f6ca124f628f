import { blockersOf, reviewAt } from "./blocker.ts";
import { environmentState, promotionById, versionOf } from "./component.ts";
import type { Draft } from "./draft.ts";
import { blockedBy } from "./gate.ts";
import { canonicalJson } from "./json.ts";
import { judgeAnew } from "./judge.ts";
import type { ComponentPolicy, EnvironmentPolicy } from "./policy.ts";
import {
  type Approval,
  type Blocker,
  deployKey,
  isWaiting,
  type Plan,
  type Promotion,
  type PromotionId,
} from "./promotion.ts";
import { isNewer, type Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import { takeRoutineLane } from "./routine.ts";

/** Asks for a release in an environment: for approvals where there are rules, else for its turn. */
export function requestPromotion(
  draft: Draft,
  policy: ComponentPolicy,
  release: Release,
  environment: EnvironmentPolicy,
  how: { readonly byName: boolean; readonly carried: readonly Approval[] },
): PromotionId {
  const { digest } = judgeAnew(draft, policy, release, environment);
  const earlier = release.promotions.filter((one) => one.environment === environment.name);
  const attempt = earlier.length + 1;
  const promotion = `${release.id}/${environment.name}/${attempt}`;
  draft.emit({
    type: "PromotionRequested",
    promotion,
    release: release.id,
    environment: environment.name,
    attempt,
    byName: how.byName,
    digest,
    plan: planOf(environment),
    carried: how.carried.filter((approval) => approval.digest === digest),
  });
  supersedeOlder(draft, release, environment.name);
  const isFree =
    environment.approval.length === 0 || takeRoutineLane(draft, policy, environment, promotion);
  if (isFree) startOrQueue(draft, policy, promotion);
  else requestApproval(draft, environment, promotion);
  return promotion;
}

function requestApproval(
  draft: Draft,
  environment: EnvironmentPolicy,
  promotion: PromotionId,
): void {
  const { approvalExpires } = environment;
  const expiresAt = approvalExpires === null ? null : draft.context.now + approvalExpires;
  draft.emit({ type: "ApprovalRequested", promotion, expiresAt });
}

/** Starts the deployment if nothing is in its way; else says what is, once. */
export function startOrQueue(draft: Draft, policy: ComponentPolicy, id: PromotionId): void {
  const { release, promotion } = promotionById(draft.state(), id);
  const { environment } = promotion;
  const { version } = release;
  const blockers = blockersOf(policy, draft.state(), { environment, version }, draft.context);
  if (blockers.length > 0) {
    if (isQueuedFor(promotion, blockers)) return;
    draft.emit({ type: "PromotionQueued", promotion: id, blockers, reviewAt: reviewAt(blockers) });
    return;
  }
  const { serving, live } = environmentState(draft.state(), environment);
  draft.emit({
    type: "DeployStarted",
    promotion: id,
    key: deployKey(promotion),
    digest: promotion.digest,
    previous: versionOf(draft.state(), serving ?? live),
  });
  supersedeOlder(draft, release, environment);
}

function isQueuedFor({ state }: Promotion, blockers: readonly Blocker[]): boolean {
  return (
    state.kind === "queued" && canonicalJson([...state.blockers]) === canonicalJson([...blockers])
  );
}

/** Takes what waits for an environment and was built earlier out of the way, unless a person named it. */
function supersedeOlder(draft: Draft, release: Release, environment: string): void {
  for (const { older, promotion } of waitingIn(draft, environment)) {
    if (promotion.byName || older.id === release.id || !isNewer(release, older)) continue;
    draft.emit({
      type: "PromotionSuperseded",
      promotion: promotion.id,
      supersededBy: release.id,
    });
  }
}

/** Promotions that wait for an environment, the newest build first. */
export function waitingIn(
  draft: Draft,
  environment: string,
): readonly { readonly older: Release; readonly promotion: Promotion }[] {
  return Object.values(draft.state().releases)
    .flatMap((older) =>
      older.promotions
        .filter((promotion) => promotion.environment === environment && isWaiting(promotion))
        .map((promotion) => ({ older, promotion })),
    )
    .sort((a, b) => Number(isNewer(b.older, a.older)) - Number(isNewer(a.older, b.older)));
}

/**
 * Brings the waiting promotions of an environment in line with the evidence as it is now. Where it has
 * changed, the approvals given are void: people are asked again, or, if the gates no longer pass, the
 * promotion is stopped.
 */
export function refreshWaiting(
  draft: Draft,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
): void {
  for (const { promotion } of waitingIn(draft, environment.name)) {
    refreshPromotion(draft, policy, environment, promotion.id);
  }
}

/** True when the evidence had changed. */
export function refreshPromotion(
  draft: Draft,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
  id: PromotionId,
): boolean {
  const { release, promotion } = promotionById(draft.state(), id);
  const before = release.gates[environment.name];
  const now = judgeAnew(draft, policy, release, environment);
  if (now.digest === promotion.digest) return false;

  const blocking = blockedBy(now.results);
  if (blocking.length > 0) {
    const reason = `its gates no longer pass: ${blocking.map(({ name }) => name).join(", ")}`;
    draft.emit({ type: "PromotionCancelled", promotion: id, reason });
    return true;
  }
  draft.emit({
    type: "ApprovalsVoided",
    promotion: id,
    why: whatChanged(before?.live ?? null, now.live),
    digest: now.digest,
    people: promotion.approvals.map(({ by }) => by),
  });
  if (promotion.state.kind === "queued" && environment.approval.length > 0) {
    requestApproval(draft, environment, id);
  }
  return true;
}

function whatChanged(before: ReleaseId | null, now: ReleaseId | null): string {
  return before === now
    ? "its evidence, its gates or the policy of the environment changed"
    : `what is live there changed from ${before ?? "nothing"} to ${now}`;
}

function planOf(environment: EnvironmentPolicy): Plan {
  return {
    deploy: { deployer: environment.deploy.use, params: environment.deploy.with },
    verify: environment.verify.map((step) => ({
      name: step.name,
      deployer: step.use,
      params: step.with,
    })),
    watched: environment.watch !== null,
  };
}
