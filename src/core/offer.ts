import { openIncident } from "./after-watch.ts";
import { freezeBlocker, holdOn } from "./blocker.ts";
import { type ComponentState, environmentState } from "./component.ts";
import type { Context } from "./decision.ts";
import { labelled } from "./false-alarm.ts";
import { blockedBy } from "./gate.ts";
import type { ComponentPolicy, EnvironmentPolicy } from "./policy.ts";
import type { Promotion } from "./promotion.ts";
import { isNewer, promotionInto, type Release } from "./release.ts";
import { planRollback } from "./rollback.ts";

/** What a card offers: actions that `decide` accepts from a person who may do them. */
export type Offer =
  | { readonly kind: "approve"; readonly environment: string; readonly digest: string }
  | { readonly kind: "reject"; readonly environment: string }
  | { readonly kind: "promote"; readonly environment: string }
  | { readonly kind: "rollback"; readonly environment: string }
  | { readonly kind: "retry"; readonly environment: string }
  | { readonly kind: "stop"; readonly environment: string }
  | { readonly kind: "override"; readonly environment: string }
  | { readonly kind: "falseAlarm"; readonly environment: string };

/** What may be done with a release now, in the order of the environments. */
export function offersFor(
  release: Release,
  state: ComponentState,
  policy: ComponentPolicy,
  context: Pick<Context, "global" | "now">,
): readonly Offer[] {
  return policy.environments.flatMap((environment) => [
    ...decisions(release, environment),
    ...promotions(release, state, policy, environment, context),
    ...retries(release, state, environment),
    ...rollbacks(release, state, policy, environment),
  ]);
}

/** Offered where a breach is announced, whatever came of it, until somebody has said so. */
export function labelOffers(release: Release, about: Promotion): readonly Offer[] {
  const { environment, id } = about;
  const incident = promotionInto(release, environment)?.id === id ? labelled(about) : null;
  return incident === null || incident.falseAlarm !== undefined
    ? []
    : [{ kind: "falseAlarm", environment }];
}

function decisions(release: Release, { name: environment }: EnvironmentPolicy): readonly Offer[] {
  const promotion = promotionInto(release, environment);
  switch (promotion?.state.kind) {
    case "awaiting-approval":
      return [
        { kind: "approve", environment, digest: promotion.digest },
        { kind: "reject", environment },
      ];
    case "queued":
    case "deploying":
    case "verifying":
      return [{ kind: "stop", environment }];
    case "watching":
      return promotion.incident === null
        ? [{ kind: "stop", environment }]
        : [{ kind: "override", environment }];
    case "live":
      return openIncident(promotion) === null ? [] : [{ kind: "override", environment }];
    default:
      return [];
  }
}

/** Only where it does not happen by itself: after a hold, or when an earlier request came to nothing. */
function promotions(
  release: Release,
  state: ComponentState,
  policy: ComponentPolicy,
  environment: EnvironmentPolicy,
  context: Pick<Context, "global" | "now">,
): readonly Offer[] {
  const { name } = environment;
  const earlier = policy.environments.slice(0, policy.environments.indexOf(environment));
  const wasLive = (place: string) =>
    release.promotions.some((one) => one.environment === place && one.state.kind === "live");
  const live = state.releases[environmentState(state, name).live ?? ""];
  const judged = release.gates[name];
  const hold = holdOn(state, name);
  const offered =
    release.status.kind === "candidate" &&
    mayBeAskedAgain(promotionInto(release, name)) &&
    earlier.every((one) => wasLive(one.name)) &&
    (live === undefined || isNewer(release, live)) &&
    judged !== undefined &&
    blockedBy(judged.results).length === 0 &&
    freezeBlocker(policy, state, context) === null &&
    (hold === null || hold.automatic);
  return offered ? [{ kind: "promote", environment: name }] : [];
}

function mayBeAskedAgain(promotion: Promotion | undefined): boolean {
  switch (promotion?.state.kind) {
    case undefined:
    case "expired":
    case "cancelled":
      return true;
    default:
      return false;
  }
}

function retries(
  release: Release,
  state: ComponentState,
  { name: environment }: EnvironmentPolicy,
): readonly Offer[] {
  const { rollback } = environmentState(state, environment);
  const failedRollback = rollback?.state.kind === "failed" && rollback.from === release.id;
  const failedDeploy =
    release.status.kind === "candidate" &&
    promotionInto(release, environment)?.state.kind === "failed";
  return failedRollback || failedDeploy ? [{ kind: "retry", environment }] : [];
}

/**
 * On the card of the release that would be taken back, when there is something to return to: where users
 * are, or where it has not become live yet. What is live in an earlier environment can be rolled back by
 * command; a button for it would only be pressed by mistake.
 */
function rollbacks(
  release: Release,
  state: ComponentState,
  policy: ComponentPolicy,
  { name: environment }: EnvironmentPolicy,
): readonly Offer[] {
  const { rollback } = environmentState(state, environment);
  if (rollback?.state.kind === "running") return [];
  const plan = planRollback(state, environment);
  const possible =
    plan !== null &&
    plan.from.id === release.id &&
    plan.target !== null &&
    !plan.alreadyRolledBack &&
    (plan.promotion.state.kind !== "live" ||
      openIncident(plan.promotion) !== null ||
      policy.environments.at(-1)?.name === environment);
  return possible ? [{ kind: "rollback", environment }] : [];
}
