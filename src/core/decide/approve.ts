import type { Directory, Person } from "../actor.ts";
import { advance } from "../advance.ts";
import { evaluateApproval } from "../approval.ts";
import type { PersonCommand } from "../command.ts";
import { promotionById } from "../component.ts";
import type { Decision } from "../decision.ts";
import { describeDecision } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import type { Instant } from "../json.ts";
import { excludedFor, refuseAuthor, refuseUnlessAmong } from "../permission.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import { refreshPromotion, startOrQueue } from "../promote.ts";
import type { Promotion } from "../promotion.ts";
import { type Refusal, refusal } from "../refusal.ts";
import type { Release } from "../release.ts";
import { locate } from "./locate.ts";

/** Shorter than this, a digest would not tell two pieces of evidence apart. */
const SHORTEST_DIGEST = 16;

/** A person approves what they saw. The last approval that is needed decides, once. */
export function approve(
  draft: Draft,
  command: Extract<PersonCommand, { type: "Approve" }>,
): Decision {
  const found = locate(draft, command);
  if (found.kind === "refused") return refused(draft, found.refusal);
  const { policy, environment, release, promotion } = found;
  if (promotion?.state.kind !== "awaiting-approval") {
    return refused(draft, whyNotWaiting(promotion, draft.context.now), release.id);
  }

  const changed = refreshPromotion(draft, policy, environment, promotion.id);
  if (changed || !isDigestOf(command.digest, promotion.digest)) {
    return refused(
      draft,
      refusal(
        "evidence_changed",
        "what this card showed has changed since; look at the card again and decide on what it shows now",
      ),
      release.id,
    );
  }
  const forbidden = refuseApprover(draft, { command, environment, release, promotion });
  if (forbidden !== null) return refused(draft, forbidden, release.id);

  draft.emit({ type: "ApprovalGiven", promotion: promotion.id, digest: promotion.digest });
  const { approvals } = promotionById(draft.state(), promotion.id).promotion;
  const result = evaluateApproval(
    environment.approval,
    approvals,
    command.directory,
    excludedFor(release, environment, command.directory),
  );
  if (!result.met) {
    const sentence = `Your approval is recorded; still needed: ${result.sentence}`;
    return accepted(draft, { release: release.id, sentence });
  }
  const counted = new Set(result.rules.flatMap((rule) => rule.counted));
  draft.emit({
    type: "PromotionApproved",
    promotion: promotion.id,
    digest: promotion.digest,
    counted: approvals
      .map(({ by }) => by)
      .filter((by) => by.kind === "person" && counted.has(by.id)),
  });
  startOrQueue(draft, policy, promotion.id);
  advance(draft);
  return accepted(draft, { release: release.id });
}

function whyNotWaiting(promotion: Promotion | undefined, now: Instant): Refusal {
  if (promotion === undefined) {
    return refusal("unknown_promotion", "nothing waits for approval there");
  }
  return promotion.state.kind === "superseded"
    ? refusal("superseded", describeDecision(promotion, now))
    : refusal("already_decided", `already decided: ${describeDecision(promotion, now)}`);
}

function isDigestOf(shown: string, present: string): boolean {
  return shown.length >= SHORTEST_DIGEST && present.startsWith(shown);
}

function refuseApprover(
  draft: Draft,
  input: {
    readonly command: { readonly person: Person; readonly directory: Directory };
    readonly environment: EnvironmentPolicy;
    readonly release: Release;
    readonly promotion: Promotion;
  },
): Refusal | null {
  const { environment, release, promotion } = input;
  const { person, directory } = input.command;
  const principals = environment.approval.flatMap(({ from }) => from);
  const among = refuseUnlessAmong(
    person,
    principals,
    directory,
    refusal(
      "not_an_approver",
      `${draft.component} goes into ${environment.name} with approvals from ${
        principals.join(" and ") || "nobody"
      }; ${person.name} is none of them`,
    ),
  );
  if (among !== null) return among;
  const author = refuseAuthor(person, release, environment, directory);
  if (author !== null) return author;
  return promotion.approvals.some(({ by }) => by.kind === "person" && by.id === person.id)
    ? refusal(
        "already_approved_by_you",
        `${person.name} has already approved it; one person counts once`,
      )
    : null;
}
