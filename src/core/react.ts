import type { Actor, Principal } from "./actor.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  findRelease,
  promotionById,
} from "./component.ts";
import { nameOf, releaseOf } from "./describe.ts";
import type { ComponentEvent, Fact, GlobalEvent } from "./event.ts";
import { job, type NewJob } from "./job.ts";
import type { Instant } from "./json.ts";
import { operationJobs } from "./operation-jobs.ts";
import { placed } from "./placed.ts";
import { type ComponentPolicy, environmentPolicy } from "./policy.ts";
import type { Release, ReleaseId } from "./release.ts";

/** What one decision changed: its events, all of one instant and cause, and the states around them. */
export interface Change {
  readonly at: Instant;
  readonly by: Actor;
  readonly events: readonly ComponentEvent[];
  readonly before: ComponentState;
  readonly after: ComponentState;
  readonly policy: ComponentPolicy | undefined;
}

/** What must be done in the world because of these facts. Committed together with them. */
export function react(change: Change): readonly NewJob[] {
  return [
    ...change.events.flatMap((event) => [
      ...operationJobs(change, event),
      ...timers(change, event),
      ...notes(change, event),
    ]),
    ...messages(change),
    ...threads(change),
  ];
}

/** A freeze over everything that ends or is lifted lets promotions of every component go on. */
export function reactGlobal(facts: readonly Fact<GlobalEvent>[]): readonly NewJob[] {
  return facts.map(globalJob);
}

function globalJob({ at, event }: Fact<GlobalEvent>): NewJob {
  switch (event.type) {
    case "FreezePlaced":
      return job(`review-all:${event.until}`, event.until, { kind: "review-all" });
    case "FreezeLifted":
      return job(`review-all:${at}`, at, { kind: "review-all" });
    case "DigestRequested": {
      const { channel, since, time } = event;
      return job(`digest:${channel}:${time}`, at, { kind: "digest", channel, since, time });
    }
  }
}

function timers({ at, after }: Change, event: ComponentEvent): readonly NewJob[] {
  const { component } = after;
  switch (event.type) {
    case "ApprovalRequested":
      return event.expiresAt === null
        ? []
        : [
            job(`expire:${event.promotion}`, event.expiresAt, {
              kind: "expire",
              component,
              promotion: event.promotion,
            }),
          ];
    case "PromotionQueued":
      return event.reviewAt === null
        ? []
        : [job(`review:${component}`, event.reviewAt, { kind: "review", component })];
    case "FreezePlaced":
      return [job(`review:${component}`, event.until, { kind: "review", component })];
    case "WatchStarted":
      return [
        job(`watch:${event.promotion}`, at, {
          kind: "watch",
          component,
          promotion: event.promotion,
        }),
      ];
    default:
      return [];
  }
}

/** Notes say what changed since what is live where users are: they are fetched anew when that moves. */
function notes({ at, after, policy }: Change, event: ComponentEvent): readonly NewJob[] {
  const last = policy?.environments.at(-1)?.name;
  if (last === undefined) return [];
  const fetched = (release: Release): NewJob => {
    const live = findRelease(after, environmentState(after, last).live);
    return job(`notes:${release.id}`, at, {
      kind: "notes",
      component: after.component,
      release: release.id,
      base:
        live === undefined || live.id === release.id
          ? null
          : { version: live.version, sha: live.build.commit?.sha ?? null },
    });
  };
  switch (event.type) {
    case "ReleaseRegistered": {
      const release = after.releases[event.release];
      return release?.status.kind === "candidate" ? [fetched(release)] : [];
    }
    case "PromotionCompleted":
    case "RolledBack":
      return placeOf(after, event) === last ? openReleases(after).map(fetched) : [];
    default:
      return [];
  }
}

function placeOf(
  state: ComponentState,
  event: Extract<ComponentEvent, { type: "PromotionCompleted" | "RolledBack" }>,
): string | undefined {
  return event.type === "RolledBack"
    ? event.environment
    : findPromotion(state, event.promotion)?.promotion.environment;
}

function openReleases(state: ComponentState): readonly Release[] {
  return Object.values(state.releases).filter(
    (release) =>
      release.status.kind === "candidate" &&
      Object.values(state.environments).every(
        ({ live, good }) => live !== release.id && !good.includes(release.id),
      ),
  );
}

/** Every message that may look different now is drawn again; a job of the same key is one job. */
function messages(change: Change): readonly NewJob[] {
  const { at, after } = change;
  const touched = new Set<ReleaseId>();
  const alerts = new Map<string, ReleaseId>();
  for (const event of change.events) {
    for (const release of touchedBy(change, event)) touched.add(release);
  }
  for (const release of placed(change)) touched.add(release);
  for (const id of touched) {
    for (const promotion of after.releases[id]?.promotions ?? []) {
      if (promotion.incident !== null) alerts.set(`alert:${promotion.id}`, id);
    }
  }
  const drawn = (release: ReleaseId, key: string): NewJob =>
    job(`message:${release}:${key}`, at, {
      kind: "message",
      component: after.component,
      release,
      key,
    });
  return [
    ...[...touched].filter((id) => after.releases[id] !== undefined).map((id) => drawn(id, "card")),
    ...[...alerts].map(([key, release]) => drawn(release, key)),
  ];
}

/** Releases whose messages show what an event changed. */
function touchedBy(change: Change, event: ComponentEvent): readonly ReleaseId[] {
  const { before, after } = change;
  switch (event.type) {
    case "ReleaseRestored":
    case "ReleaseRetired":
    case "MessagePosted":
      return [];
    case "RollbackStarted":
      return [event.from, event.to];
    case "RollbackAccepted":
    case "RollbackProgressed":
    case "RollbackFailed":
    case "RollbackRetried":
    case "RolledBack": {
      const { rollback } = environmentState(after, event.environment);
      return rollback === null ? [] : [rollback.from, rollback.to];
    }
    case "PromotionCompleted": {
      const release = releaseOf(event.promotion);
      const replaced = Object.values(before.environments).flatMap(({ live }) => live ?? []);
      return [release, ...replaced];
    }
    case "HoldPlaced":
    case "HoldLifted":
    case "FreezePlaced":
    case "FreezeLifted":
      return [];
    default:
      return "release" in event ? [event.release] : [releaseOf(event.promotion)];
  }
}

/** One thread message for each release a decision was about, with a line for each fact. */
function threads({ at, by, events, after, policy }: Change): readonly NewJob[] {
  const byRelease = new Map<ReleaseId, ComponentEvent[]>();
  for (const event of events) {
    const release = threadOf(after, event);
    if (release === null || after.releases[release] === undefined) continue;
    byRelease.set(release, [...(byRelease.get(release) ?? []), event]);
  }
  return [...byRelease].map(([release, news]) => {
    const what = news.map(({ type }) => type).join("+");
    return job(
      `thread:${release}:${at}:${nameOf(by)}:${what}`,
      at,
      {
        kind: "thread",
        component: after.component,
        release,
        lines: news.map((event) => ({ fact: { at, by, event } })),
        broadcast: news.some(mustBeTold),
        mention: [...new Set(news.flatMap((event) => whoMustAct(after, policy, event)))],
      },
      `thread:${release}`,
    );
  });
}

/** Whose thread an event belongs to; null: it is no news to anybody, or the card is what tells of it. */
function threadOf(state: ComponentState, event: ComponentEvent): ReleaseId | null {
  switch (event.type) {
    case "ReleaseRegistered":
    case "GatesJudged":
    case "NotesWritten":
    case "MessagePosted":
    case "ReleaseRetired":
    case "PromotionRequested":
    case "OperationAccepted":
    case "OperationProgressed":
    case "OperationAbandoned":
    case "RollbackAccepted":
    case "RollbackProgressed":
    case "VerdictChanged":
      return null;
    case "ReleaseRestored":
      return event.release.id;
    case "RollbackStarted":
      return event.from;
    case "RolledBack":
    case "RollbackFailed":
    case "RollbackRetried":
    case "HoldPlaced":
    case "HoldLifted":
      return event.environment === null
        ? null
        : (environmentState(state, event.environment).rollback?.from ?? null);
    case "FreezePlaced":
    case "FreezeLifted":
      return null;
    default:
      return "release" in event ? event.release : releaseOf(event.promotion);
  }
}

/** The channel is told again only when someone must act; incidents have a message of their own. */
function mustBeTold(event: ComponentEvent): boolean {
  return event.type === "ApprovalRequested" || event.type === "RollbackFailed";
}

function whoMustAct(
  state: ComponentState,
  policy: ComponentPolicy | undefined,
  event: ComponentEvent,
): readonly Principal[] {
  if (policy === undefined || event.type !== "ApprovalRequested") return [];
  const { promotion } = promotionById(state, event.promotion);
  const environment = environmentPolicy(policy, promotion.environment);
  return (environment?.approval ?? []).flatMap(({ from }) => from);
}
