import type { Actor } from "./actor.ts";
import type { Build, BuildOutcome } from "./build.ts";
import type { CardPlace } from "./card-place.ts";
import type { ComparisonOperator } from "./expression.ts";
import type { Failures } from "./failure.ts";
import type { Instant } from "./json.ts";
import type { Promotion } from "./promotion.ts";
import type { ReleaseId } from "./release-id.ts";

export type ReleaseStatus =
  | { readonly kind: "candidate" }
  /** The build did not succeed: recorded and shown, never offered. */
  | { readonly kind: "failed"; readonly outcome: Exclude<BuildOutcome, "success"> }
  | { readonly kind: "superseded"; readonly by: ReleaseId; readonly at: Instant }
  | {
      readonly kind: "rejected";
      readonly by: Actor;
      readonly at: Instant;
      readonly reason: string;
    };

export type GateVerdict = "pass" | "warn" | "fail" | "missing";

/** One number a gate looked at: the challenger, its limit, and the champion. */
export interface GateNumber {
  readonly subject: string;
  readonly operator: ComparisonOperator;
  readonly actual: number;
  readonly limit: number;
  /** The same quantity of the release that is live; null where nothing is, or it has none. */
  readonly live: number | null;
}

export interface GateResult {
  readonly name: string;
  readonly verdict: GateVerdict;
  /** Whether this verdict keeps the release from being promoted. */
  readonly blocks: boolean;
  /** One sentence for people. */
  readonly sentence: string;
  readonly numbers: readonly GateNumber[];
}

/** All gates of one release for one environment. */
export interface GateJudgement {
  readonly environment: string;
  /** The release it was compared with; null when nothing was live. */
  readonly live: ReleaseId | null;
  readonly results: readonly GateResult[];
  /** SHA-256 over everything that an approval is bound to; see `digest.ts`. */
  readonly digest: string;
  readonly judgedAt: Instant;
}

/** What changed between the live release and this one. */
export interface ReleaseNotes {
  /** The version compared with; null when nothing was live. */
  readonly since: string | null;
  /** Oldest first, at most 20. Untrusted text. */
  readonly commits: readonly {
    readonly sha: string;
    readonly subject: string;
    readonly author: string | null;
  }[];
  /** How many there are in all. */
  readonly totalCommits: number;
  /** Commits of the live release that this one lacks: promoting takes them away. */
  readonly behindBy: number;
  readonly url: string | null;
  /** Why there are none, where fetching failed; null when they are complete. */
  readonly problem: string | null;
}

/** A message that Slack holds for us. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

/** `card`, or what `alertKey` says. */
export type MessageKey = string;

/** One immutable version of a component, and all that happened to it. */
export interface Release {
  readonly id: ReleaseId;
  readonly version: string;
  /** Position in the order in which this component's builds were registered, from 1. */
  readonly sequence: number;
  readonly registeredAt: Instant;
  /** When it was built, for "older" and "newer": what the build says, never later than we heard of it. */
  readonly builtAt: Instant;
  readonly build: Build;
  /** Rises with each change of the evidence, from 1. */
  readonly revision: number;
  readonly status: ReleaseStatus;
  /** By environment name. */
  readonly gates: Readonly<Record<string, GateJudgement>>;
  /** In the order in which they were requested. */
  readonly promotions: readonly Promotion[];
  readonly notes: ReleaseNotes | null;
  readonly messages: Readonly<Record<MessageKey, MessageRef>>;
  /** Where it is shown. Absent: on a card of its own. */
  readonly card?: CardPlace;
  /** Where its build failed: with how many before it. Absent: it did not, or it was recorded before. */
  readonly failures?: Failures;
}

/** True when `a` was built after `b`; builds of the same instant are ordered by their arrival. */
export function isNewer(a: Release, b: Release): boolean {
  const difference = a.builtAt - b.builtAt;
  return difference === 0 ? a.sequence > b.sequence : difference > 0;
}

/** The latest promotion of this release into an environment. */
export function promotionInto(release: Release, environment: string): Promotion | undefined {
  return release.promotions.findLast((promotion) => promotion.environment === environment);
}
