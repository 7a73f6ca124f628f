import type { Principal } from "./actor.ts";
import { hasCard } from "./card-place.ts";
import type { Change } from "./change.ts";
import { chartJobs } from "./chart-jobs.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  findRelease,
  promotionById,
} from "./component.ts";
import { nameOf, releaseOf } from "./describe.ts";
import type { ComponentEvent, Fact, GlobalEvent } from "./event.ts";
import { job, type NewJob, tickKey } from "./job.ts";
import { messageJobs, openReleases } from "./message-jobs.ts";
import { operationJobs } from "./operation-jobs.ts";
import { type ComponentPolicy, environmentPolicy } from "./policy.ts";
import { relationJobs } from "./relation-jobs.ts";
import type { Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import { sinkJobs } from "./sink-jobs.ts";
import type { CheckAssessment } from "./verdict.ts";

/** What must be done in the world because of these facts. Committed together with them. */
export function react(change: Change): readonly NewJob[] {
  return [
    ...change.events.flatMap((event) => [
      ...operationJobs(change, event),
      ...timers(change, event),
      ...chartJobs(change, event),
      ...notes(change, event),
    ]),
    ...messageJobs(change),
    ...relationJobs(change),
    ...threads(change),
    ...sinkJobs(change),
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
    case "GatheringOpened":
      return [
        job(`close-gathering:${component}:${event.gathering}`, event.until, {
          kind: "close-gathering",
          component,
          gathering: event.gathering,
        }),
      ];
    case "FreezePlaced":
      return [job(`review:${component}`, event.until, { kind: "review", component })];
    case "WatchStarted":
      return [
        job(tickKey("watch", event.promotion), at, {
          kind: "watch",
          component,
          promotion: event.promotion,
        }),
      ];
    case "GuardStarted": {
      const { promotion } = event;
      return [job(tickKey("guard", promotion), at, { kind: "guard", component, promotion })];
    }
    case "ConfirmationAwaited": {
      const { promotion, from } = event;
      return [job(tickKey("confirm", promotion), from, { kind: "confirm", component, promotion })];
    }
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

/** One thread message for each release a decision was about, with a line for each fact. */
function threads(change: Change): readonly NewJob[] {
  const { at, by, events, after, policy } = change;
  const byRelease = new Map<ReleaseId, ComponentEvent[]>();
  for (const event of events) {
    const release = threadOf(after, event);
    const about = findRelease(after, release);
    if (release === null || about === undefined || !hasCard(about)) continue;
    if (wasAsked(change, event)) continue;
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

/** People are asked once on a card, however many releases come one after the other. */
function wasAsked({ before, after, events }: Change, event: ComponentEvent): boolean {
  if (event.type !== "ApprovalRequested") return false;
  const { release, promotion } = promotionById(after, event.promotion);
  return events.some(
    (moved) =>
      moved.type === "CardMoved" &&
      moved.to === release.id &&
      findRelease(before, moved.from)?.promotions.some(
        ({ environment, state }) =>
          environment === promotion.environment && state.kind === "awaiting-approval",
      ),
  );
}

/** Whose thread an event belongs to; null: it is no news to anybody, or the card is what tells of it. */
function threadOf(state: ComponentState, event: ComponentEvent): ReleaseId | null {
  switch (event.type) {
    case "ReleaseRegistered":
    case "GatesJudged":
    case "NotesWritten":
    case "MessagePosted":
    case "ChartDrawn":
    case "CardMoved":
    case "CardWithheld":
    case "ReleaseRetired":
    case "PromotionRequested":
    case "OperationAccepted":
    case "OperationProgressed":
    case "OperationAbandoned":
    case "RollbackAccepted":
    case "RollbackProgressed":
    case "GuardStarted":
    case "GuardEnded":
      return null;
    case "VerdictChanged":
      return hasLine(event.assessment) ? releaseOf(event.promotion) : null;
    case "FailureCounted":
      return event.under;
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
    case "RunReported":
    case "RunEnded":
    case "RunForgotten":
    case "GatheringOpened":
    case "PartReported":
    case "GatheringClosed":
    case "GatheringForgotten":
      return null;
    default:
      return "release" in event ? event.release : releaseOf(event.promotion);
  }
}

/** The channel is told again only when someone must act; incidents have a message of their own. */
/** A breach has a line of its own; that its alert is over, or that a check can never decide, has none but this. */
function hasLine({ alert, verdict, shortfall }: CheckAssessment): boolean {
  return (alert?.endsAt ?? null) !== null || (verdict === "pending" && shortfall !== undefined);
}

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
