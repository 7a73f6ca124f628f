import type { Promotion } from "../../core/promotion.ts";
import type { ReleaseView } from "../view.ts";
import {
  candidateHeadline,
  rejectedReleaseHeadline,
  supersededReleaseHeadline,
} from "./candidate-headline.ts";
import {
  cancelledHeadline,
  expiredHeadline,
  failedHeadline,
  rejectedHeadline,
  supersededHeadline,
} from "./ended-headline.ts";
import { failureHeadline } from "./failure-headline.ts";
import { focusOf, isOpen } from "./focus.ts";
import type { Headline } from "./headline.ts";
import { liveHeadline } from "./live-headline.ts";
import { rolledBackHeadline, rollingBackHeadline } from "./rollback-headline.ts";
import { deployingHeadline, verifyingHeadline, watchingHeadline } from "./running-headline.ts";
import { awaitingHeadline, queuedHeadline, requestedHeadline } from "./waiting-headline.ts";

/** What the card of a release says first. */
export function headlineOf(view: ReleaseView): Headline {
  const { release } = view;
  const { status } = release;
  const focus = focusOf(release);
  if (focus !== null && isOpen(focus)) return promotionHeadline(view, focus);
  switch (status.kind) {
    case "failed":
      return failureHeadline(release, status);
    case "superseded":
      return focus !== null && tookTraffic(focus)
        ? promotionHeadline(view, focus)
        : supersededReleaseHeadline(view, status);
    case "rejected":
      return focus?.state.kind === "rejected"
        ? promotionHeadline(view, focus)
        : rejectedReleaseHeadline(status);
    case "candidate":
      return focus === null ? candidateHeadline(view) : promotionHeadline(view, focus);
  }
}

/** That is worth more than that something newer came later. */
function tookTraffic({ state: { kind } }: Promotion): boolean {
  return kind === "live" || kind === "rolled-back" || kind === "failed";
}

function promotionHeadline(view: ReleaseView, promotion: Promotion): Headline {
  const { state } = promotion;
  switch (state.kind) {
    case "requested":
      return requestedHeadline(promotion);
    case "awaiting-approval":
      return awaitingHeadline(view, promotion, state);
    case "queued":
      return queuedHeadline(view, promotion, state);
    case "deploying":
      return deployingHeadline(view, promotion, state);
    case "verifying":
      return verifyingHeadline(promotion, state);
    case "watching":
      return watchingHeadline(view, promotion, state);
    case "live":
      return liveHeadline(view, promotion, state);
    case "rolling-back":
      return rollingBackHeadline(view, promotion, state);
    case "rejected":
      return rejectedHeadline(promotion, state);
    case "expired":
      return expiredHeadline(promotion, state);
    case "superseded":
      return supersededHeadline(view, promotion, state);
    case "cancelled":
      return cancelledHeadline(promotion, state);
    case "failed":
      return failedHeadline(view, promotion, state);
    case "rolled-back":
      return rolledBackHeadline(view, promotion, state);
  }
}
