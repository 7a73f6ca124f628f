import type { Actor } from "./actor.ts";
import type { Gathering } from "./gathering.ts";
import type { Instant } from "./json.ts";
import type { Operation, Promotion, PromotionId, RollbackTrigger } from "./promotion.ts";
import type { Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import type { RunRecord } from "./run-record.ts";

/** Raised when the shape of the state changes; a process refuses to write a schema it does not know. */
export const SCHEMA = 1;

export interface Hold {
  /** null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
  readonly by: Actor;
  readonly at: Instant;
  /** Placed by an automatic rollback: promoting a newer release by name lifts it. */
  readonly automatic: boolean;
}

export interface Freeze {
  readonly reason: string;
  readonly by: Actor;
  readonly at: Instant;
  readonly until: Instant;
}

/** Returning an environment to a release that finished its watch there. */
export interface Rollback {
  /** `rollback:<from>:<environment>:<n>`, also the key of its operation. */
  readonly id: string;
  readonly from: ReleaseId;
  /** The promotion that is undone. */
  readonly promotion: PromotionId;
  readonly to: ReleaseId;
  readonly trigger: RollbackTrigger;
  readonly by: Actor;
  readonly reason: string;
  readonly startedAt: Instant;
  readonly state:
    | { readonly kind: "running"; readonly operation: Operation }
    | { readonly kind: "done"; readonly at: Instant }
    | { readonly kind: "failed"; readonly at: Instant; readonly why: string };
}

export interface EnvironmentState {
  readonly name: string;
  /** The release that last finished its watch here; null before the first. */
  readonly live: ReleaseId | null;
  /** The release that the deployer last confirmed here; differs from `live` during a watch. */
  readonly serving: ReleaseId | null;
  /** Releases that finished their watch here before `live`, newest first, at most KEPT_GOOD. */
  readonly good: readonly ReleaseId[];
  /** The promotion between `deploying` and `watching`. */
  readonly active: PromotionId | null;
  /** The latest rollback here, running or ended. */
  readonly rollback: Rollback | null;
  /** True when `live` is there because of a rollback: never rolled back again by itself. */
  readonly rolledBack: boolean;
  /** Number of rollbacks begun here. */
  readonly rollbacks: number;
  /** Whose deployment began last here. Absent: none has, or it was recorded before this was. */
  readonly begun?: PromotionId;
}

/** How many earlier good releases an environment remembers. */
export const KEPT_GOOD = 5;

/** The state of one component: one stream of the ledger. */
export interface ComponentState {
  readonly schema: typeof SCHEMA;
  readonly component: string;
  /** Number of builds registered so far. */
  readonly sequence: number;
  /** Open releases and the newest closed ones; older ones are in the archive. */
  readonly releases: Readonly<Record<ReleaseId, Release>>;
  readonly environments: Readonly<Record<string, EnvironmentState>>;
  readonly holds: readonly Hold[];
  /** Set by a person for this component only. */
  readonly freeze: Freeze | null;
  /** Runs that are reported in parts, by `runKey`. Absent before the first. */
  readonly runs?: Readonly<Record<string, RunRecord>>;
  /** Reports that are joined, by `gatheringId`. Absent before the first. */
  readonly gatherings?: Readonly<Record<string, Gathering>>;
}

/** The state of the stream that belongs to no component. */
export interface GlobalState {
  readonly schema: typeof SCHEMA;
  readonly freeze: Freeze | null;
  /** The time up to which the last digest summed up; null: there has been none. */
  readonly digest: Instant | null;
}

export function emptyComponent(component: string): ComponentState {
  return {
    schema: SCHEMA,
    component,
    sequence: 0,
    releases: {},
    environments: {},
    holds: [],
    freeze: null,
  };
}

export function emptyGlobal(): GlobalState {
  return { schema: SCHEMA, freeze: null, digest: null };
}

export function emptyEnvironment(name: string): EnvironmentState {
  return {
    name,
    live: null,
    serving: null,
    good: [],
    active: null,
    rollback: null,
    rolledBack: false,
    rollbacks: 0,
  };
}

export function environmentState(state: ComponentState, name: string): EnvironmentState {
  return state.environments[name] ?? emptyEnvironment(name);
}

export function findRelease(state: ComponentState, id: ReleaseId | null): Release | undefined {
  return id === null ? undefined : state.releases[id];
}

export function versionOf(state: ComponentState, id: ReleaseId | null): string | null {
  return findRelease(state, id)?.version ?? null;
}

/** A promotion that an event has just been about. Throws if it is not there: the state would be broken. */
export function promotionById(state: ComponentState, id: PromotionId): Located {
  const found = findPromotion(state, id);
  if (found === undefined) throw new Error(`the state of ${state.component} lacks ${id}`);
  return found;
}

/** A promotion and the release it belongs to. */
export interface Located {
  readonly release: Release;
  readonly promotion: Promotion;
}

export function findPromotion(state: ComponentState, id: PromotionId | null): Located | undefined {
  if (id === null) return undefined;
  for (const release of Object.values(state.releases)) {
    const promotion = release.promotions.find((candidate) => candidate.id === id);
    if (promotion !== undefined) return { release, promotion };
  }
  return undefined;
}
