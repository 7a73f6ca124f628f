import type { Draft } from "../draft.ts";
import { type ComponentPolicy, type EnvironmentPolicy, environmentPolicy } from "../policy.ts";
import type { Promotion } from "../promotion.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { promotionInto, type Release } from "../release.ts";
import type { ReleaseId } from "../release-id.ts";

export type Located<T> =
  | ({ readonly kind: "found" } & T)
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** The component's policy and one of its environments, by name. */
export function locateEnvironment(
  draft: Draft,
  name: string,
): Located<{ readonly policy: ComponentPolicy; readonly environment: EnvironmentPolicy }> {
  const { policy } = draft;
  if (policy === undefined) return { kind: "refused", refusal: unknownComponent(draft) };
  const environment = environmentPolicy(policy, name);
  if (environment === undefined) {
    const known = policy.environments.map((one) => one.name).join(", ");
    return {
      kind: "refused",
      refusal: refusal(
        "unknown_environment",
        `${draft.component} has no environment ${name}; it has ${known}`,
      ),
    };
  }
  return { kind: "found", policy, environment };
}

/** What a button is about: an open release, and its latest promotion into an environment. */
export function locate(
  draft: Draft,
  about: { readonly release: ReleaseId; readonly environment: string },
): Located<{
  readonly policy: ComponentPolicy;
  readonly environment: EnvironmentPolicy;
  readonly release: Release;
  readonly promotion: Promotion | undefined;
}> {
  const place = locateEnvironment(draft, about.environment);
  if (place.kind === "refused") return place;
  const release = draft.state().releases[about.release];
  if (release === undefined) {
    return { kind: "refused", refusal: unknownRelease(about.release) };
  }
  return { ...place, release, promotion: promotionInto(release, about.environment) };
}

export function unknownRelease(id: ReleaseId): Refusal {
  return refusal("unknown_release", `there is no open release ${id}`);
}

function unknownComponent(draft: Draft): Refusal {
  const known = Object.keys(draft.context.policy.components).join(", ");
  return refusal(
    "unknown_component",
    `no component ${draft.component} is configured; there is ${known || "none"}`,
  );
}

/** A reason that says something; null: it is empty. */
export function statedReason(reason: string): string | null {
  const stated = reason.trim();
  return stated === "" ? null : stated;
}

export const REASON_REQUIRED = refusal(
  "reason_required",
  "say why: the reason is recorded and shown to everybody who looks at this release",
);
