import { advance } from "../advance.ts";
import type { PersonCommand } from "../command.ts";
import type { Decision } from "../decision.ts";
import { describeDecision } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { isAuthor, refuseUnlessAmong } from "../permission.ts";
import { refusal } from "../refusal.ts";
import { locate, REASON_REQUIRED, statedReason } from "./locate.ts";

/** One person who may approve, an owner, or the author turns a release down. It is not offered again. */
export function reject(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Reject" }>,
): Decision {
  const found = locate(draft, command);
  if (found.kind === "refused") return refused(draft, found.refusal);
  const { policy, environment, release, promotion } = found;
  const { person, directory } = command;
  const state = promotion?.state.kind;
  if (promotion === undefined || (state !== "awaiting-approval" && state !== "queued")) {
    const decided =
      promotion === undefined
        ? refusal("unknown_promotion", "nothing waits for approval there")
        : refusal(
            "already_decided",
            `already decided: ${describeDecision(promotion, draft.context.now)}`,
          );
    return refused(draft, decided, release.id);
  }
  const principals = [
    ...environment.approval.flatMap(({ from }) => from),
    ...policy.owners,
    ...draft.context.policy.admins,
  ];
  if (isAuthor(person, release, directory) !== true) {
    const forbidden = refuseUnlessAmong(
      person,
      principals,
      directory,
      refusal(
        "not_an_approver",
        `rejecting is for those who may approve (${principals.join(", ") || "nobody"}) and for the author`,
      ),
    );
    if (forbidden !== null) return refused(draft, forbidden, release.id);
  }
  const reason = statedReason(command.reason);
  if (reason === null) return refused(draft, REASON_REQUIRED, release.id);
  draft.emit({ type: "PromotionRejected", promotion: promotion.id, reason });
  draft.emit({ type: "ReleaseRejected", release: release.id, reason });
  advance(draft);
  return accepted(draft, { release: release.id });
}
