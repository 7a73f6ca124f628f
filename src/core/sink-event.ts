import type { Actor } from "./actor.ts";
import type { Artifact } from "./build.ts";
import type { Instant } from "./json.ts";
import type { PromotionId } from "./promotion.ts";
import type { ReleaseId } from "./release-id.ts";
import type { SinkEventType } from "./sink-policy.ts";

/** What one of them is told: whole, so that it is the same whenever it is sent. */
export interface SinkEvent {
  /** The same for the same event, however often it is sent, and different for any other. */
  readonly id: string;
  readonly type: SinkEventType;
  readonly at: Instant;
  readonly by: Actor;
  readonly component: string;
  readonly environment: string;
  readonly release: ReleaseId;
  readonly version: string;
  readonly artifact: Artifact | null;
  /** The same for all events about this release, and that of its build where it named one. */
  readonly chain: string;
  /** Page of the build; null where it named none. */
  readonly page: string | null;
  /** null where it is about a deployment. */
  readonly approval: SinkApproval | null;
}

export interface SinkApproval {
  readonly promotion: PromotionId;
  /** The card that it is asked for on; null: it has not been posted yet. */
  readonly card: { readonly channel: string; readonly ts: string } | null;
  readonly outcome: "open" | "approved" | "rejected" | "cancelled" | "expired";
}
