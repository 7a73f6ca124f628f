/** Why a command changed nothing. Stable: scripts and tests may rely on the codes. */
export const REFUSAL_CODES = [
  "unknown_component",
  "unknown_environment",
  "unknown_release",
  "unknown_promotion",
  "version_conflict",
  "join_key_missing",
  "join_conflict",
  "not_an_approver",
  "own_change",
  "identity_unknown",
  "directory_unavailable",
  "not_permitted",
  "already_approved_by_you",
  "already_decided",
  "evidence_changed",
  "superseded",
  "build_failed",
  "gates_failed",
  "needs_unmet",
  "frozen",
  "held",
  "not_held",
  "not_frozen",
  "environment_busy",
  "already_live",
  "out_of_order",
  "no_rollback_target",
  "already_rolled_back",
  "rollback_running",
  "nothing_to_stop",
  "nothing_to_retry",
  "nothing_to_override",
  "nothing_to_label",
  "reason_required",
  "alert_not_watched",
  "alert_not_matched",
  "alert_before_deploy",
  "alerts_enough",
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** The sentence says who or what, and what to do. It may hold untrusted text: escape it where it is shown. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly sentence: string;
}

export function refusal(code: RefusalCode, sentence: string): Refusal {
  return { code, sentence };
}
