import { advance } from "../advance.ts";
import { showing } from "../card-place.ts";
import type { SystemCommand } from "../command.ts";
import { findPromotion } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";
import { canonicalJson, type Json } from "../json.ts";

/** Release notes have been fetched; a tag may have been resolved to its commit on the way. */
export function writeNotes(
  draft: Draft,
  command: Extract<SystemCommand, { type: "WriteNotes" }>,
): Decision {
  const release = draft.state().releases[command.release];
  if (release === undefined) return accepted(draft);
  const { commit } = release.build;
  if (commit !== null && commit.sha === null && command.resolvedSha !== null) {
    draft.emit({
      type: "EvidenceRevised",
      release: release.id,
      revision: release.revision + 1,
      build: { ...release.build, commit: { ...commit, sha: command.resolvedSha } },
    });
  }
  if (!same(release.notes, command.notes)) {
    draft.emit({ type: "NotesWritten", release: release.id, notes: command.notes });
  }
  advance(draft);
  return accepted(draft, { release: release.id });
}

/**
 * Slack holds a message for us now, or holds it elsewhere than before. While a card was being posted, another
 * release may have taken it over.
 */
export function recordMessage(
  draft: Draft,
  command: Extract<SystemCommand, { type: "RecordMessage" }>,
): Decision {
  const { key, channel, ts } = command;
  const posted = draft.state().releases[command.release];
  const release = posted === undefined ? undefined : showing(draft.state(), posted, key);
  if (release === undefined || same(release.messages[key] ?? null, { channel, ts })) {
    return accepted(draft);
  }
  draft.emit({ type: "MessagePosted", release: release.id, key, channel, ts });
  return accepted(draft, { release: release.id });
}

/** Nobody decided in time. */
export function expireApproval(
  draft: Draft,
  command: Extract<SystemCommand, { type: "ExpireApproval" }>,
): Decision {
  const promotion = findPromotion(draft.state(), command.promotion)?.promotion;
  const state = promotion?.state;
  if (promotion === undefined || state?.kind !== "awaiting-approval") return accepted(draft);
  if (state.expiresAt === null || state.expiresAt > draft.context.now) return accepted(draft);
  draft.emit({ type: "PromotionExpired", promotion: promotion.id });
  advance(draft);
  return accepted(draft, { release: promotion.release });
}

function same(a: object | null, b: object | null): boolean {
  return canonicalJson(a as Json) === canonicalJson(b as Json);
}
