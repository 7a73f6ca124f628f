import { hasCard } from "./card-place.ts";
import type { Draft } from "./draft.ts";
import type { ComponentPolicy } from "./policy.ts";
import type { Release } from "./release.ts";

/** Builds that failed one after the other, up to this one. */
export interface Failures {
  readonly count: number;
  /** The version that was built before the first of them; null: none that is known. */
  readonly since: string | null;
}

/**
 * A build that failed counts up on the card of the one that failed before it, until one succeeds; or it is a
 * line in the thread of the last release; or only the ledger knows of it.
 */
export function countFailure(draft: Draft, policy: ComponentPolicy, release: Release): void {
  const earlier = Object.values(draft.state().releases)
    .filter(({ id }) => id !== release.id)
    .sort((a, b) => b.sequence - a.sequence);
  const [before] = earlier;
  const under =
    policy.failures === "thread"
      ? (earlier.find((other) => other.status.kind !== "failed" && hasCard(other)) ?? null)
      : null;
  draft.emit({
    type: "FailureCounted",
    release: release.id,
    ...following(before),
    under: under?.id ?? null,
  });
  if (policy.failures === "none" || under !== null) {
    draft.emit({ type: "CardWithheld", release: release.id });
  } else if (before?.status.kind === "failed" && hasCard(before)) {
    draft.emit({ type: "CardMoved", from: before.id, to: release.id });
  }
}

function following(before: Release | undefined): Failures {
  if (before === undefined) return { count: 1, since: null };
  if (before.status.kind !== "failed") return { count: 1, since: before.version };
  const { count, since } = before.failures ?? { count: 1, since: null };
  return { count: count + 1, since };
}
