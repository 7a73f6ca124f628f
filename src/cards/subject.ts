import { type ComponentState, environmentState } from "../core/component.ts";
import type { Promotion, PromotionId } from "../core/promotion.ts";
import type { Release } from "../core/release.ts";
import type { ReleaseId } from "../core/release-id.ts";
import { line, type Mrkdwn } from "./text/mrkdwn.ts";
import { type Plain, plain } from "./text/plain.ts";

/** `model-pymk 2026.11.22-3`, as titles name a release. */
export function subject(component: string, version: string): Plain {
  return plain`${component} ${version}`;
}

/** The version out of a release's id. */
export function versionOf(component: string, id: ReleaseId): string {
  const prefix = `${component}@`;
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

/** A release of the same component, by its version. */
export function version(component: string, id: ReleaseId): Mrkdwn {
  return line(versionOf(component, id));
}

/** The environment out of the id of a promotion of this release, `<release id>/<environment>/<attempt>`. */
export function environmentOf(release: ReleaseId, promotion: PromotionId): string {
  const prefix = `${release}/`;
  const rest = promotion.startsWith(prefix) ? promotion.slice(prefix.length) : promotion;
  const attempt = rest.lastIndexOf("/");
  return attempt === -1 ? rest : rest.slice(0, attempt);
}

/** True while traffic goes to this release there, or the next restart would send it there. */
export function runsIn(state: ComponentState, release: Release, environment: string): boolean {
  const { live, serving } = environmentState(state, environment);
  return serving === null ? live === release.id : serving === release.id;
}

/** When the state of a promotion began; for a waiting one, when it was asked for. */
export function changedAt({ state, requestedAt }: Promotion): number {
  switch (state.kind) {
    case "requested":
      return requestedAt;
    case "awaiting-approval":
    case "queued":
    case "live":
    case "rolling-back":
      return state.since;
    case "deploying":
    case "verifying":
      return state.operation.startedAt;
    case "watching":
      return state.from;
    case "rejected":
    case "expired":
    case "superseded":
    case "cancelled":
    case "failed":
    case "rolled-back":
      return state.at;
  }
}
