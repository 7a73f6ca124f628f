import type { Directory, Person } from "./actor.ts";
import type { Alert } from "./alert.ts";
import type { Build } from "./build.ts";
import type { RecordCharts } from "./chart-command.ts";
import type { Instant } from "./json.ts";
import type { PromotionId, RollbackTrigger } from "./promotion.ts";
import type { MessageKey, ReleaseNotes } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import type { CheckProposal } from "./replay/choose-variant.ts";
import type { Fragment } from "./run-record.ts";
import type { CheckAssessment } from "./verdict.ts";

/** A person asks. `directory` holds the people behind every principal of the component's policy. */
interface Asked {
  readonly component: string;
  readonly person: Person;
  readonly directory: Directory;
}

export type PersonCommand =
  | (Asked & {
      readonly type: "Approve";
      readonly release: ReleaseId;
      readonly environment: string;
      /** The digest on the card that was clicked, or its first characters. */
      readonly digest: string;
    })
  | (Asked & {
      readonly type: "Reject";
      readonly release: ReleaseId;
      readonly environment: string;
      readonly reason: string;
    })
  | (Asked & {
      readonly type: "Promote";
      readonly release: ReleaseId;
      readonly environment: string;
    })
  | (Asked & {
      readonly type: "RollBack";
      /** The release that the person wants to be rid of, as their card shows it; null: whatever runs. */
      readonly from: ReleaseId | null;
      /** null: production, or the last environment. */
      readonly environment: string | null;
      /** null: the last good release. */
      readonly to: ReleaseId | null;
      readonly trigger: Exclude<RollbackTrigger, "automatic">;
      readonly reason: string;
    })
  | (Asked & {
      readonly type: "Stop";
      readonly release: ReleaseId;
      readonly environment: string;
      readonly reason: string;
    })
  | (Asked & {
      readonly type: "Retry";
      readonly release: ReleaseId;
      readonly environment: string;
    })
  | (Asked & {
      readonly type: "Override";
      readonly release: ReleaseId;
      readonly environment: string;
      readonly reason: string;
    })
  | (Asked & {
      readonly type: "ReportFalseAlarm";
      readonly release: ReleaseId;
      readonly environment: string;
      /** Which of the checks behind the breach; null: all of them. */
      readonly check: string | null;
      readonly reason: string;
      /** What a replay with other limits came to, by check; absent: nothing was found in time. */
      readonly proposals?: readonly CheckProposal[];
    })
  | (Asked & {
      readonly type: "Hold";
      readonly environment: string | null;
      readonly reason: string;
    })
  | (Asked & { readonly type: "Unhold"; readonly environment: string | null })
  | (Asked & {
      readonly type: "Freeze";
      readonly reason: string;
      readonly until: Instant;
    })
  | (Asked & { readonly type: "Unfreeze" });

/** What an operation of a deployer has come to. */
export type OperationReport =
  | { readonly kind: "accepted"; readonly handle: string; readonly url: string | null }
  | { readonly kind: "running"; readonly detail: string }
  | { readonly kind: "succeeded"; readonly detail: string | null }
  | { readonly kind: "failed"; readonly why: string }
  /** It was asked, and nobody can say what came of it. Never a success. */
  | { readonly kind: "unknown"; readonly why: string };

export interface RegisterBuild {
  readonly type: "RegisterBuild";
  readonly component: string;
  readonly build: Build;
  /** Of the reports that are joined: which one it is. Absent: the name of its source. */
  readonly part?: string;
}

/** An alerting system reports an alert that may be about what is watched in an environment. */
export interface ReportAlert {
  readonly type: "ReportAlert";
  readonly component: string;
  readonly environment: string;
  /** Id of the source that reported it. */
  readonly source: string;
  readonly alert: Alert;
}

/** One of several events of a run. */
export interface RegisterFragment {
  readonly type: "RegisterFragment";
  readonly component: string;
  readonly fragment: Fragment;
  /** Of the reports that are joined: which one its run is. Absent: the name of its source. */
  readonly part?: string;
}

/** Somebody reports what makes a release. */
export type ReportCommand = RegisterBuild | RegisterFragment;

export type SystemCommand =
  | ReportCommand
  | {
      readonly type: "ReportOperation";
      readonly component: string;
      readonly key: string;
      readonly report: OperationReport;
    }
  | {
      readonly type: "ReportWatch";
      readonly component: string;
      readonly promotion: PromotionId;
      readonly assessments: readonly CheckAssessment[];
    }
  /** One look of a guard, which began at `since`. */
  | {
      readonly type: "ReportGuard";
      readonly component: string;
      readonly promotion: PromotionId;
      readonly since: Instant;
      readonly assessments: readonly CheckAssessment[];
    }
  /** The measurements of the second watch. */
  | {
      readonly type: "ReportConfirmation";
      readonly component: string;
      readonly promotion: PromotionId;
      readonly assessments: readonly CheckAssessment[];
    }
  | ReportAlert
  | RecordCharts
  | {
      readonly type: "WriteNotes";
      readonly component: string;
      readonly release: ReleaseId;
      readonly notes: ReleaseNotes;
      /** The commit a tag was resolved to; null where there was nothing to resolve. */
      readonly resolvedSha: string | null;
    }
  | {
      readonly type: "RecordMessage";
      readonly component: string;
      readonly release: ReleaseId;
      readonly key: MessageKey;
      readonly channel: string;
      readonly ts: string;
    }
  | {
      readonly type: "ExpireApproval";
      readonly component: string;
      readonly promotion: PromotionId;
    }
  /** The time for the reports that are joined is over. */
  | {
      readonly type: "CloseGathering";
      readonly component: string;
      readonly gathering: string;
    }
  /** Something outside may have changed (policy, a freeze, the clock): look at everything again. */
  | { readonly type: "Review"; readonly component: string };

export type ComponentCommand = PersonCommand | SystemCommand;

export type GlobalCommand =
  /** The time of the digest has come. */
  | { readonly type: "RequestDigest"; readonly time: Instant }
  | {
      readonly type: "FreezeEverything";
      readonly person: Person;
      readonly directory: Directory;
      readonly reason: string;
      readonly until: Instant;
    }
  | {
      readonly type: "UnfreezeEverything";
      readonly person: Person;
      readonly directory: Directory;
    };

export type Command = ComponentCommand | GlobalCommand;
