import type { Principal } from "./actor.ts";
import type { Build } from "./build.ts";
import type { ChartRequest } from "./chart-command.ts";
import type { ComponentEvent, Fact } from "./event.ts";
import type { Instant, Json } from "./json.ts";
import type { PromotionId } from "./promotion.ts";
import type { MessageKey } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import type { Fragment } from "./run-record.ts";
import type { SinkEvent } from "./sink-event.ts";
import type { KeptSamples } from "./watch/kept-samples.ts";

/** What a deployer is told about one operation; also the variables of its templates. */
export interface OperationInput {
  readonly key: string;
  /** A rollback is a deployment of an older version, unless the deployer has a way of its own. */
  readonly purpose: "deploy" | "verify" | "rollback";
  readonly deployer: string;
  readonly component: string;
  readonly version: string;
  readonly environment: string;
  readonly release: ReleaseId;
  /** `sha256:…`; null when the report named none. */
  readonly digest: string | null;
  readonly artifact: string | null;
  readonly commit: string | null;
  readonly repository: string | null;
  /** The version that is replaced. */
  readonly previous: string | null;
  /** Share of the traffic in percent. */
  readonly weight: number;
  /** Who caused it, for the other system's records. */
  readonly actor: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly startedAt: Instant;
}

/** A line of a release's thread: what happened, drawn by `cards` from the fact itself. */
export interface ThreadLine {
  readonly fact: Fact<ComponentEvent>;
}

/** One tick of what puts itself back. `kept`: what the one before has left to it; absent: nothing. */
export interface Tick {
  readonly component: string;
  readonly promotion: PromotionId;
  readonly kept?: readonly KeptSamples[];
}

/** There is one of each kind for a promotion at a time. */
export function tickKey(kind: TickKind, promotion: PromotionId): string {
  return `${kind}:${promotion}`;
}

export const TICK_KINDS = ["watch", "guard", "confirm"] as const;
export type TickKind = (typeof TICK_KINDS)[number];

/** Something to do in the world, committed together with the state that caused it. */
export type JobBody =
  /** Decide on a build whose sender has been answered: too many came at once. */
  | {
      readonly kind: "register";
      readonly component: string;
      readonly build: Build;
      /** Absent: the name of its source. */
      readonly part?: string;
    }
  /** The same of one event of a run. */
  | {
      readonly kind: "register-fragment";
      readonly component: string;
      readonly fragment: Fragment;
      readonly part?: string;
    }
  /** Ask the system that reported a build for what its event did not say, then decide on the build. */
  | {
      readonly kind: "lookup";
      readonly component: string;
      readonly build: Build;
      /** What to ask for, in the words of the reader of the source's type. */
      readonly lookup: Readonly<Record<string, Json>>;
      readonly part?: string;
    }
  /** Make one message in Slack equal to what is drawn from the state. */
  | {
      readonly kind: "message";
      readonly component: string;
      readonly release: ReleaseId;
      readonly key: MessageKey;
    }
  /** Add to the release's thread. `broadcast`: the channel is told too. */
  | {
      readonly kind: "thread";
      readonly component: string;
      readonly release: ReleaseId;
      readonly lines: readonly ThreadLine[];
      readonly broadcast: boolean;
      /** Groups and people to mention once, so that they are notified. */
      readonly mention: readonly Principal[];
    }
  /** Fetch release notes, and resolve a tag to its commit. */
  | {
      readonly kind: "notes";
      readonly component: string;
      readonly release: ReleaseId;
      /** The commit that is live; null when nothing is. */
      readonly base: { readonly version: string; readonly sha: string | null } | null;
    }
  | {
      readonly kind: "operation.start";
      readonly component: string;
      readonly operation: OperationInput;
    }
  | {
      readonly kind: "operation.observe";
      readonly component: string;
      readonly operation: OperationInput;
      readonly handle: string;
    }
  | {
      readonly kind: "operation.stop";
      readonly component: string;
      readonly operation: OperationInput;
      readonly handle: string;
    }
  /** One tick of a watch; it puts itself back until the watch has ended. */
  | ({ readonly kind: "watch" } & Tick)
  /** Draw the charts of an incident and hand Slack the pictures. */
  | ({ readonly kind: "chart" } & ChartRequest)
  /** One look at what is live; it puts itself back until something takes its place. */
  | ({ readonly kind: "guard" } & Tick)
  /** One tick of the second watch; it puts itself back until it is decided. */
  | ({ readonly kind: "confirm" } & Tick)
  | { readonly kind: "expire"; readonly component: string; readonly promotion: PromotionId }
  /** Make the release of what has come. */
  | { readonly kind: "close-gathering"; readonly component: string; readonly gathering: string }
  | { readonly kind: "review"; readonly component: string }
  /** Tell another system what happened, at least once. */
  | { readonly kind: "sink"; readonly sink: string; readonly event: SinkEvent }
  /** Post the overview that is due, once. */
  | {
      readonly kind: "digest";
      readonly channel: string;
      readonly since: Instant;
      readonly time: Instant;
    }
  /** A freeze over everything was lifted or ended: review every component. */
  | { readonly kind: "review-all" };

export type JobKind = JobBody["kind"];

export interface NewJob {
  /**
   * Unique among the jobs that are not finished. A second job of the same key replaces one that nobody
   * has claimed, in its place in the lane and with its tries so far, which may have taken effect; if it
   * is claimed, the new one runs after it.
   */
  readonly key: string;
  /** Jobs of one lane run one after the other, in the order in which they were committed; null: no order. */
  readonly lane: string | null;
  readonly runAt: Instant;
  readonly body: JobBody;
}

export function job(
  key: string,
  runAt: Instant,
  body: JobBody,
  lane: string | null = null,
): NewJob {
  return { key, lane, runAt, body };
}

/** One run of a job, held by whoever claimed it until the lease ends. */
export interface Claim {
  /** Changes with every claim: who holds an older one is fenced. */
  readonly token: string;
  readonly key: string;
  readonly body: JobBody;
  /** 1 at the first try; a claim that was never settled counts as a try. */
  readonly attempt: number;
  /** When the job was first due. */
  readonly due: Instant;
}

export type Settlement =
  | { readonly kind: "done" }
  /** Not a failure: it is to run again then, with its attempts counted from 1. `body`: as this; absent: as it was. */
  | { readonly kind: "later"; readonly at: Instant; readonly body?: JobBody }
  /** It failed and is tried again then. */
  | { readonly kind: "retry"; readonly at: Instant; readonly error: string }
  /** It is buried: never run again, and kept to be looked at. */
  | { readonly kind: "dead"; readonly error: string };
