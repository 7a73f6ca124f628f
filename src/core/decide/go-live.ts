import { advance } from "../advance.ts";
import type { Draft } from "../draft.ts";
import { placeOf } from "../settle-live.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { Watched } from "./breach.ts";

/**
 * Its watch is over and it stays: provisionally where labels come later, and guarded where that is configured.
 * `known`: what a person kept it for all the same, which is no news to the guard.
 */
export function goLive(
  draft: Draft,
  { id, environment, state }: Watched,
  known: readonly CheckAssessment[] = [],
): void {
  const { confirm = null, guard = null } = placeOf(draft, environment)?.watch ?? {};
  if (confirm !== null) {
    const from = state.from + confirm.after;
    draft.emit({ type: "ConfirmationAwaited", promotion: id, from, until: from + confirm.for });
  }
  draft.emit({ type: "PromotionCompleted", promotion: id });
  if (guard !== null) {
    draft.emit({ type: "GuardStarted", promotion: id, deployedAt: state.from });
    for (const assessment of known) {
      draft.emit({ type: "VerdictChanged", promotion: id, assessment, phase: "guard" });
    }
  }
  advance(draft);
}
