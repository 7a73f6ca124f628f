import type { Principal } from "./actor.ts";
import type { ChartForm } from "./chart.ts";
import type { Expression } from "./expression.ts";
import type { Instant, Json, Milliseconds } from "./json.ts";
import type { SinkPolicy } from "./sink-policy.ts";
import type { WatchPolicy } from "./watch-policy.ts";

/** The parsed configuration. Read-only; replaced whole when the files change. */
export interface Policy {
  /** IANA name, e.g. `America/Los_Angeles`. */
  readonly timezone: string;
  readonly slack: {
    readonly channel: string;
    readonly digest: string | null;
    readonly charts: ChartForm;
  };
  /** May lift any freeze or hold. */
  readonly admins: readonly Principal[];
  readonly components: Readonly<Record<string, ComponentPolicy>>;
  /** Other systems that are told what happens. */
  readonly sinks: readonly SinkPolicy[];
}

export interface ComponentPolicy {
  readonly name: string;
  readonly kind: "model" | "service";
  /** `owner/name`, for release notes; null where there is none. */
  readonly repository: string | null;
  /** Channel name or id for this component's cards. */
  readonly channel: string;
  readonly owners: readonly Principal[];
  readonly intake: readonly IntakeRule[];
  /** null: every report is a release of its own. */
  readonly join: JoinPolicy | null;
  /** null: every release has a card of its own, however many come at once. */
  readonly storm: StormPolicy | null;
  /** How people are told of builds that failed. */
  readonly failures: "card" | "thread" | "none";
  readonly gates: readonly GatePolicy[];
  readonly needs: readonly Need[];
  /** In the order of promotion; at least one. */
  readonly environments: readonly EnvironmentPolicy[];
  readonly freezes: readonly FreezeWindow[];
}

/** Which events of a source belong to a component. `null` members match everything. */
export interface IntakeRule {
  readonly source: string;
  /** The event of that system, e.g. `workflow_run`; null for a source that has only one. */
  readonly event: string | null;
  /** Path of the workflow file. */
  readonly workflow: string | null;
  readonly branch: string | null;
  /** Name of the package, for registry events. */
  readonly package: string | null;
  /** Of the reports that are joined: which one this is; null: the name of its source. */
  readonly part: string | null;
}

/** From so many releases within a time on, the newest takes over the card of the one before it. */
export interface StormPolicy {
  readonly releases: number;
  readonly within: Milliseconds;
}

/** What the reports on one release have in common. */
export type JoinBy = "commit" | "digest" | "version";

/** Several reports build one release. */
export interface JoinPolicy {
  readonly by: JoinBy;
  /** How long the others are waited for after the first. */
  readonly wait: Milliseconds;
  /** What must come, in order of precedence. */
  readonly parts: readonly string[];
}

export interface GatePolicy {
  readonly name: string;
  readonly check: Expression;
  /** What a check that does not hold means: `fail` blocks, `warn` is only shown. */
  readonly level: "fail" | "warn";
  /** Verdict where the check reads `live` and nothing is live. */
  readonly whenNoLive: "pass" | "warn" | "fail";
}

/** Another component that must be live in the same environment. */
export interface Need {
  readonly component: string;
  /** A semantic-version range, as written. */
  readonly range: string;
  satisfiedBy(version: string): boolean;
}

export interface EnvironmentPolicy {
  readonly name: string;
  /** Every rule must be met. Empty: deploys by itself once its gates pass. */
  readonly approval: readonly ApprovalRule[];
  readonly selfApproval: boolean;
  /** How long people may take; null: for ever. */
  readonly approvalExpires: Milliseconds | null;
  readonly deploy: OperationPolicy;
  /** Run in order after the deployment, each through a deployer. */
  readonly verify: readonly VerificationPolicy[];
  readonly watch: WatchPolicy | null;
  /** Who may roll back; null: owners and whoever may approve. */
  readonly rollbackFrom: readonly Principal[] | null;
  /** What is approved without people; null: nothing. */
  readonly routine: RoutinePolicy | null;
  /** This environment's part of the configuration as plain data: it goes into the evidence digest. */
  readonly source: Json;
}

/** A release that differs from what is live by new data only. */
export interface RoutinePolicy {
  /** How far metrics may be from the live release's: the same for all, or each of those that are named. */
  readonly band:
    | ({ readonly kind: "all" } & Tolerance)
    | { readonly kind: "each"; readonly metrics: Readonly<Record<string, Tolerance>> };
  /** The share that people look at all the same: 0 to 1. */
  readonly sample: number;
}

/** In the metric's own unit, or as a share of its live value. */
export interface Tolerance {
  readonly unit: "value" | "share";
  readonly most: number;
}

export interface ApprovalRule {
  readonly from: readonly Principal[];
  readonly count: number;
}

/** A deployer of the configuration, and the parameters this environment passes to it. */
export interface OperationPolicy {
  readonly use: string;
  readonly with: Readonly<Record<string, Json>>;
}

export interface VerificationPolicy extends OperationPolicy {
  readonly name: string;
}

/** A recurring time in which nothing is promoted. Compiled from cron by `config`. */
export interface FreezeWindow {
  readonly reason: string;
  /** When the window that contains `at` ends; null when `at` is outside. */
  activeUntil(at: Instant): Instant | null;
}

export function environmentPolicy(
  policy: ComponentPolicy,
  environment: string,
): EnvironmentPolicy | undefined {
  return policy.environments.find(({ name }) => name === environment);
}
