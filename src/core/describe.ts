import type { Actor } from "./actor.ts";
import type { Instant, Milliseconds } from "./json.ts";
import type { Blocker, Promotion } from "./promotion.ts";

/** The words that refusals, cards and threads share. All of it is plain text: escape it where it is shown. */

export function nameOf(actor: Actor): string {
  return actor.name;
}

/** `2026-11-22 14:02 UTC` */
export function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A length of time in its one or two largest units: `4 s`, `3 min`, `2 h 5 min`, `3 d`. */
export function duration(milliseconds: Milliseconds): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

export function describeBlocker(blocker: Blocker): string {
  switch (blocker.kind) {
    case "frozen": {
      const until = blocker.until === null ? "" : ` until ${utc(blocker.until)}`;
      return `frozen${until}: ${blocker.reason} (${nameOf(blocker.by)})`;
    }
    case "held":
      return `held: ${blocker.reason} (${nameOf(blocker.by)})`;
    case "busy":
      return blocker.promotion === null
        ? "a rollback is running there"
        : `${releaseOf(blocker.promotion)} is being deployed or watched there`;
    case "needs":
      return `needs ${blocker.component} ${blocker.range} there, and ${
        blocker.found === null ? "none is live" : `${blocker.found} is live`
      }`;
    case "needed":
      return `would take away what ${blocker.component} ${blocker.found} needs there: ${blocker.range}`;
  }
}

/** What became of a promotion that no longer waits for people: who, what and when. */
export function describeDecision(promotion: Promotion, now: Instant): string {
  const { state } = promotion;
  const ago = (at: Instant) => `${duration(now - at)} ago`;
  switch (state.kind) {
    case "requested":
    case "awaiting-approval":
      return "it waits for approval";
    case "rejected":
      return `${nameOf(state.by)} rejected it ${ago(state.at)}: ${state.reason}`;
    case "expired":
      return `its approval expired ${ago(state.at)}`;
    case "superseded":
      return `${state.by} replaced it ${ago(state.at)}`;
    case "cancelled":
      return `${nameOf(state.by)} stopped it ${ago(state.at)}: ${state.reason}`;
    case "failed":
      return `it failed ${ago(state.at)}: ${state.why}`;
    case "rolling-back":
      return `it is being rolled back to ${state.to}`;
    case "rolled-back":
      return `it was rolled back to ${state.to} ${ago(state.at)}`;
    case "queued":
    case "deploying":
    case "verifying":
    case "watching":
    case "live":
      return `${approvedBy(promotion)}${
        promotion.approvedAt === null ? "" : ` ${ago(promotion.approvedAt)}`
      }`;
  }
}

function approvedBy({ approvals }: Promotion): string {
  return approvals.length === 0
    ? "no approval is needed"
    : `${approvals.map(({ by }) => nameOf(by)).join(" and ")} approved it`;
}

/** The release's id out of a promotion's id. */
export function releaseOf(promotion: string): string {
  return promotion.split("/").slice(0, -2).join("/");
}

/** The environment's name out of a promotion's id. */
export function environmentOf(promotion: string): string {
  return promotion.split("/").at(-2) ?? "";
}
