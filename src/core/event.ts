import type { Actor } from "./actor.ts";
import type { Build } from "./build.ts";
import type { ChartEvent } from "./chart-event.ts";
import type { Failures } from "./failure.ts";
import type { Phase } from "./guard.ts";
import type { GuardEvent } from "./guard-event.ts";
import type { Instant } from "./json.ts";
import type { LaneEvent } from "./lane-event.ts";
import type {
  Approval,
  Blocker,
  Incident,
  Plan,
  PromotionId,
  RollbackTrigger,
} from "./promotion.ts";
import type { GateJudgement, MessageKey, Release, ReleaseNotes } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import type { ReportEvent } from "./report-event.ts";
import type { CheckAssessment } from "./verdict.ts";

/** What happened to a release. */
export type ReleaseEvent =
  | {
      readonly type: "ReleaseRegistered";
      readonly release: ReleaseId;
      readonly sequence: number;
      readonly build: Build;
    }
  /** The same version was reported with more, or other, evidence. */
  | {
      readonly type: "EvidenceRevised";
      readonly release: ReleaseId;
      readonly revision: number;
      readonly build: Build;
    }
  | {
      readonly type: "GatesJudged";
      readonly release: ReleaseId;
      readonly judgement: GateJudgement;
    }
  | {
      readonly type: "NotesWritten";
      readonly release: ReleaseId;
      readonly notes: ReleaseNotes;
    }
  | {
      readonly type: "MessagePosted";
      readonly release: ReleaseId;
      readonly key: MessageKey;
      readonly channel: string;
      readonly ts: string;
    }
  | {
      readonly type: "ReleaseSuperseded";
      readonly release: ReleaseId;
      readonly supersededBy: ReleaseId;
    }
  | { readonly type: "ReleaseRejected"; readonly release: ReleaseId; readonly reason: string }
  /** The message that was the card of one release is another's from now on. */
  | { readonly type: "CardMoved"; readonly from: ReleaseId; readonly to: ReleaseId }
  /** There is no card of it. */
  | { readonly type: "CardWithheld"; readonly release: ReleaseId }
  /** Its build failed, after others that did. `under`: in whose thread people are told; null: in none. */
  | ({ readonly type: "FailureCounted"; readonly release: ReleaseId } & Failures & {
        readonly under: ReleaseId | null;
      })
  /** It left the open state and went to the archive. */
  | { readonly type: "ReleaseRetired"; readonly release: ReleaseId }
  /** Somebody named an archived release: it is open again, as it was. */
  | { readonly type: "ReleaseRestored"; readonly release: Release };

/** What happened to a promotion. `release` and `environment` are part of the promotion's id. */
export type PromotionEvent =
  | GuardEvent
  | LaneEvent
  | ChartEvent
  | {
      readonly type: "PromotionRequested";
      readonly promotion: PromotionId;
      readonly release: ReleaseId;
      readonly environment: string;
      readonly attempt: number;
      readonly byName: boolean;
      readonly digest: string;
      readonly plan: Plan;
      /** Approvals of a failed attempt, given on the same digest. */
      readonly carried: readonly Approval[];
    }
  | {
      readonly type: "ApprovalRequested";
      readonly promotion: PromotionId;
      readonly expiresAt: Instant | null;
    }
  | {
      readonly type: "ApprovalGiven";
      readonly promotion: PromotionId;
      readonly digest: string;
    }
  /** What was approved is no longer what would be deployed. */
  | {
      readonly type: "ApprovalsVoided";
      readonly promotion: PromotionId;
      readonly why: string;
      /** The digest from now on. */
      readonly digest: string;
      /** Whose approvals were taken away; may be empty. */
      readonly people: readonly Actor[];
    }
  | {
      readonly type: "PromotionApproved";
      readonly promotion: PromotionId;
      readonly digest: string;
      /** Who counted, in the order of their approvals. */
      readonly counted: readonly Actor[];
    }
  | {
      readonly type: "PromotionRejected";
      readonly promotion: PromotionId;
      readonly reason: string;
    }
  | { readonly type: "PromotionExpired"; readonly promotion: PromotionId }
  | {
      readonly type: "PromotionSuperseded";
      readonly promotion: PromotionId;
      readonly supersededBy: ReleaseId;
    }
  | {
      readonly type: "PromotionCancelled";
      readonly promotion: PromotionId;
      readonly reason: string;
    }
  | {
      readonly type: "PromotionQueued";
      readonly promotion: PromotionId;
      readonly blockers: readonly Blocker[];
      /** When to look again by itself; null: when something changes. */
      readonly reviewAt: Instant | null;
    }
  | {
      readonly type: "DeployStarted";
      readonly promotion: PromotionId;
      readonly key: string;
      /** The digest that was approved and is now deployed. */
      readonly digest: string;
      /** The version that is replaced; null when nothing was live. */
      readonly previous: string | null;
    }
  | {
      readonly type: "VerificationStarted";
      readonly promotion: PromotionId;
      readonly step: number;
      readonly key: string;
    }
  /** The deployer took the operation of this promotion (deployment or verification). */
  | {
      readonly type: "OperationAccepted";
      readonly promotion: PromotionId;
      readonly key: string;
      readonly handle: string;
      readonly url: string | null;
    }
  /** The deployer took it after the promotion had been stopped or rolled back: it is told to stop. */
  | {
      readonly type: "OperationAbandoned";
      readonly promotion: PromotionId;
      readonly key: string;
      readonly handle: string;
    }
  | {
      readonly type: "OperationProgressed";
      readonly promotion: PromotionId;
      readonly key: string;
      readonly detail: string;
    }
  | { readonly type: "DeploySucceeded"; readonly promotion: PromotionId }
  | { readonly type: "VerificationPassed"; readonly promotion: PromotionId; readonly step: number }
  | {
      readonly type: "PromotionFailed";
      readonly promotion: PromotionId;
      readonly why: string;
      /** False: nobody can say whether the version is running. */
      readonly known: boolean;
      readonly incident: Incident | null;
    }
  | {
      readonly type: "WatchStarted";
      readonly promotion: PromotionId;
      readonly from: Instant;
      readonly until: Instant;
    }
  | {
      readonly type: "VerdictChanged";
      readonly promotion: PromotionId;
      readonly assessment: CheckAssessment;
      /** Absent: of the watch. */
      readonly phase?: Phase;
    }
  | { readonly type: "WatchBreached"; readonly promotion: PromotionId; readonly incident: Incident }
  | {
      readonly type: "WatchUndecided";
      readonly promotion: PromotionId;
      readonly incident: Incident;
    }
  | { readonly type: "WatchPassed"; readonly promotion: PromotionId }
  /** A person kept the release although its watch did not pass. */
  | { readonly type: "WatchOverridden"; readonly promotion: PromotionId; readonly reason: string }
  | { readonly type: "PromotionCompleted"; readonly promotion: PromotionId };

/** What happened to an environment as a whole. */
export type EnvironmentEvent =
  | {
      readonly type: "RollbackStarted";
      readonly environment: string;
      readonly rollback: string;
      readonly promotion: PromotionId;
      readonly from: ReleaseId;
      readonly to: ReleaseId;
      readonly trigger: RollbackTrigger;
      readonly reason: string;
      readonly deployer: string;
      readonly params: Plan["deploy"]["params"];
    }
  | {
      readonly type: "RollbackAccepted";
      readonly environment: string;
      readonly rollback: string;
      readonly handle: string;
      readonly url: string | null;
    }
  | {
      readonly type: "RollbackProgressed";
      readonly environment: string;
      readonly rollback: string;
      readonly detail: string;
    }
  | { readonly type: "RolledBack"; readonly environment: string; readonly rollback: string }
  | {
      readonly type: "RollbackFailed";
      readonly environment: string;
      readonly rollback: string;
      readonly why: string;
    }
  | {
      readonly type: "RollbackRetried";
      readonly environment: string;
      readonly rollback: string;
      readonly key: string;
      readonly deployer: string;
      readonly params: Plan["deploy"]["params"];
    }
  /** It should have been rolled back, and there is nothing to return to. */
  | {
      readonly type: "RollbackImpossible";
      readonly environment: string;
      readonly promotion: PromotionId;
      readonly why: string;
    }
  | {
      readonly type: "HoldPlaced";
      readonly environment: string | null;
      readonly reason: string;
      readonly automatic: boolean;
    }
  | { readonly type: "HoldLifted"; readonly environment: string | null };

/** Freezes stand in the component's own stream, or in the global one. */
export type FreezeEvent =
  | { readonly type: "FreezePlaced"; readonly reason: string; readonly until: Instant }
  | { readonly type: "FreezeLifted" };

export type ComponentEvent =
  | ReleaseEvent
  | PromotionEvent
  | EnvironmentEvent
  | FreezeEvent
  | ReportEvent;

export interface DigestRequested {
  readonly type: "DigestRequested";
  readonly channel: string;
  /** From here on it sums up. */
  readonly since: Instant;
  /** The time it was due. */
  readonly time: Instant;
}

export type GlobalEvent = FreezeEvent | DigestRequested;

export type DomainEvent = ComponentEvent | GlobalEvent;

/** An event with when it happened and who caused it: what `evolve` takes and the ledger keeps. */
export interface Fact<E extends DomainEvent = DomainEvent> {
  readonly at: Instant;
  readonly by: Actor;
  readonly event: E;
}
