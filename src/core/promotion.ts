import type { Actor } from "./actor.ts";
import type { PromotionCharts } from "./chart.ts";
import type { Closing, Confirmation, FalseAlarm, Guard, Phase } from "./guard.ts";
import type { Instant, Json } from "./json.ts";
import type { ReleaseId } from "./release-id.ts";
import type { CheckAssessment } from "./verdict.ts";

/** `<release id>/<environment>/<attempt>`. */
export type PromotionId = string;

/** One run of a deployer: a deployment, a verification step or a rollback. */
export interface Operation {
  /** The same for every retry of this run: what a deployer looks up before it sends again. */
  readonly key: string;
  readonly deployer: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly startedAt: Instant;
  /** What the deployer calls this run; null until it has accepted it. */
  readonly handle: string | null;
  /** A page for people, where the deployer has one. */
  readonly url: string | null;
  /** What the deployer last said. Untrusted text. */
  readonly detail: string | null;
}

/** What will be run, as it was configured when the promotion was requested. */
export interface Plan {
  readonly deploy: { readonly deployer: string; readonly params: Readonly<Record<string, Json>> };
  readonly verify: readonly {
    readonly name: string;
    readonly deployer: string;
    readonly params: Readonly<Record<string, Json>>;
  }[];
  readonly watched: boolean;
}

export interface Approval {
  readonly by: Actor;
  readonly at: Instant;
  /** The evidence digest that the person saw. */
  readonly digest: string;
}

/** What keeps an approved promotion from being deployed now. */
export type Blocker =
  | {
      readonly kind: "frozen";
      readonly reason: string;
      readonly by: Actor;
      readonly until: Instant | null;
    }
  | { readonly kind: "held"; readonly reason: string; readonly by: Actor }
  | { readonly kind: "busy"; readonly promotion: PromotionId | null }
  | {
      readonly kind: "needs";
      readonly component: string;
      readonly range: string;
      readonly found: string | null;
    }
  /** The other end of such an edge: `found` of the component runs there, and would lack what it needs. */
  | {
      readonly kind: "needed";
      readonly component: string;
      readonly range: string;
      readonly found: string;
    };

export type RollbackTrigger = "automatic" | "button" | "command";

/** Why people were told: what happened in a promotion that someone must look at. */
export interface Incident {
  readonly kind: "breach" | "undecided" | "deploy-failed" | "verify-failed" | "no-target";
  readonly at: Instant;
  readonly action: "rollback" | "announce" | "ask";
  /** One sentence for people. */
  readonly sentence: string;
  /** The checks behind it, with the samples that tripped them; empty for a failed deployment. */
  readonly checks: readonly CheckAssessment[];
  /** In what it was found. Absent: in the deployment, its verification or the first watch. */
  readonly phase?: Phase;
  /** Which of the incidents of what is live, from 1: each has an announcement of its own. Absent: none of them. */
  readonly number?: number;
  /** By too little to act on without a person. Absent: not so. */
  readonly isDoubtful?: true;
  /** Absent: it is open, or the state of the promotion says how it ended. */
  readonly closed?: Closing;
  /** Absent: nobody said so. */
  readonly falseAlarm?: FalseAlarm;
}

export type PromotionState =
  | { readonly kind: "requested" }
  | {
      readonly kind: "awaiting-approval";
      readonly since: Instant;
      readonly expiresAt: Instant | null;
    }
  | { readonly kind: "queued"; readonly since: Instant; readonly blockers: readonly Blocker[] }
  | { readonly kind: "deploying"; readonly operation: Operation }
  | { readonly kind: "verifying"; readonly step: number; readonly operation: Operation }
  | {
      readonly kind: "watching";
      /** When the release took traffic: the window starts here. */
      readonly from: Instant;
      readonly until: Instant;
      readonly checks: readonly CheckAssessment[];
    }
  | { readonly kind: "live"; readonly since: Instant }
  /** It took traffic and is being taken back; the environment's rollback says how far that is. */
  | { readonly kind: "rolling-back"; readonly since: Instant; readonly to: ReleaseId }
  | {
      readonly kind: "rejected";
      readonly by: Actor;
      readonly at: Instant;
      readonly reason: string;
    }
  | { readonly kind: "expired"; readonly at: Instant }
  | { readonly kind: "superseded"; readonly by: ReleaseId; readonly at: Instant }
  | {
      readonly kind: "cancelled";
      readonly by: Actor;
      readonly at: Instant;
      readonly reason: string;
    }
  | {
      readonly kind: "failed";
      readonly at: Instant;
      readonly why: string;
      /** False: the deployer did not say, so the version may or may not be running. */
      readonly known: boolean;
    }
  | {
      readonly kind: "rolled-back";
      readonly at: Instant;
      readonly to: ReleaseId;
      readonly trigger: RollbackTrigger;
    };

/** Taking one release into one environment. */
export interface Promotion {
  readonly id: PromotionId;
  readonly release: ReleaseId;
  readonly environment: string;
  /** Rises when a failed promotion is tried again. */
  readonly attempt: number;
  readonly requestedBy: Actor;
  readonly requestedAt: Instant;
  /** A person asked for exactly this release: it may replace a newer one. */
  readonly byName: boolean;
  /** Evidence digest that approvals are bound to. */
  readonly digest: string;
  readonly plan: Plan;
  /** Those given on the present digest; voided ones are in the ledger only. */
  readonly approvals: readonly Approval[];
  /** When all rules were met; null while they are not, or where there are none. */
  readonly approvedAt: Instant | null;
  /** The last time approvals were taken away because what they were given on had changed; null: never. */
  readonly voided: {
    readonly at: Instant;
    readonly why: string;
    readonly people: readonly Actor[];
  } | null;
  readonly state: PromotionState;
  readonly incident: Incident | null;
  /** Absent: none has been drawn; also in what was recorded before there were charts. */
  readonly charts?: PromotionCharts;
  /** It was routine, and people look at it all the same. Absent: not. */
  readonly sampled?: true;
  /** Who kept the release although its watch did not pass; null: nobody. */
  readonly overridden: {
    readonly by: Actor;
    readonly at: Instant;
    readonly reason: string;
  } | null;
  /** How it is measured while it is live. Absent: it never was; null: not any more. */
  readonly guard?: Guard | null;
  /** Whether what comes later bears it out. Absent: nothing was to be confirmed. */
  readonly confirmation?: Confirmation;
}

/** The key of its deployment: the same for every retry of one attempt. */
export function deployKey({ release, environment, attempt }: Promotion): string {
  return `deploy:${release}:${environment}:${attempt}`;
}

/** Waits for people or for its turn; holds no deploy slot. */
export function isWaiting(promotion: Promotion): boolean {
  const { kind } = promotion.state;
  return kind === "requested" || kind === "awaiting-approval" || kind === "queued";
}

/** Holds the environment's one deploy slot. */
export function isActive(promotion: Promotion): boolean {
  const { kind } = promotion.state;
  return kind === "deploying" || kind === "verifying" || kind === "watching";
}
