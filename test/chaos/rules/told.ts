import type { Actor } from "../../../src/core/actor.ts";
import type { ComponentEvent } from "../../../src/core/event.ts";
import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import {
  aBuild,
  aFact,
  anApproval,
  anAssessment,
  anIncident,
  NOW,
  SYSTEM,
} from "../../support/builders.ts";

export const LEA: Actor = { kind: "person", id: "U0LEA", name: "lea" };
export const SAM: Actor = { kind: "person", id: "U0SAM", name: "sam" };
export const DANA: Actor = { kind: "person", id: "U0DANA", name: "dana" };

/** What happened, when (in seconds), and by whom; a second after the last and by Slipway unless said. */
export interface Moment {
  readonly event: ComponentEvent;
  readonly by?: Actor;
  /** In the same decision as the one before. */
  readonly with?: true;
}

/** A history as it stands in the ledger of one component. The rules do not look at its hashes. */
export function told(...moments: readonly (ComponentEvent | Moment)[]): readonly RecordedEvent[] {
  let second = 0;
  return moments.map((moment, index) => {
    const {
      event,
      by = SYSTEM,
      with: isWith,
    } = "type" in moment ? ({ event: moment } as Moment) : moment;
    if (isWith !== true) second += 1;
    return {
      position: index + 1,
      stream: "component/svc",
      version: index + 1,
      ...aFact(event, { at: NOW + second * 1000, by }),
      previous: "",
      hash: "",
    };
  });
}

export const and = (event: ComponentEvent, by: Actor = SYSTEM): Moment => ({
  event,
  by,
  with: true,
});
export const byPerson = (by: Actor, event: ComponentEvent): Moment => ({ event, by });

const promotionOf = (version: string, attempt = 1) => `svc@${version}/production/${attempt}`;

/** The words of these histories: each an event of a release of `svc` on its way to production. */
export const say = {
  registered: (version: string, finishedAt: number, sequence = 1): ComponentEvent => ({
    type: "ReleaseRegistered",
    release: `svc@${version}`,
    sequence,
    build: aBuild({ version, startedAt: null, finishedAt: NOW + finishedAt }),
  }),
  requested: (version: string, digest = "d1", byName = false): ComponentEvent => ({
    type: "PromotionRequested",
    promotion: promotionOf(version),
    release: `svc@${version}`,
    environment: "production",
    attempt: 1,
    byName,
    digest,
    plan: { deploy: { deployer: "gate", params: {} }, verify: [], watched: true },
    carried: [],
  }),
  carrying: (version: string, ...people: readonly Actor[]): ComponentEvent => {
    const requested = say.requested(version) as Extract<
      ComponentEvent,
      { type: "PromotionRequested" }
    >;
    return { ...requested, carried: people.map((by) => anApproval({ by, digest: "d1" })) };
  },
  given: (version: string, digest = "d1"): ComponentEvent => ({
    type: "ApprovalGiven",
    promotion: promotionOf(version),
    digest,
  }),
  voided: (version: string, digest: string): ComponentEvent => ({
    type: "ApprovalsVoided",
    promotion: promotionOf(version),
    why: "it changed",
    digest,
    people: [],
  }),
  approved: (version: string, counted: readonly Actor[], digest = "d1"): ComponentEvent => ({
    type: "PromotionApproved",
    promotion: promotionOf(version),
    digest,
    counted,
  }),
  rejected: (version: string): ComponentEvent => ({
    type: "PromotionRejected",
    promotion: promotionOf(version),
    reason: "no",
  }),
  deployed: (version: string, digest = "d1"): ComponentEvent => ({
    type: "DeployStarted",
    promotion: promotionOf(version),
    key: `deploy:svc@${version}:production:1`,
    digest,
    previous: null,
  }),
  serves: (version: string): ComponentEvent => ({
    type: "DeploySucceeded",
    promotion: promotionOf(version),
  }),
  failed: (version: string): ComponentEvent => ({
    type: "PromotionFailed",
    promotion: promotionOf(version),
    why: "disk full",
    known: true,
    incident: null,
  }),
  watched: (version: string): ComponentEvent => ({
    type: "WatchStarted",
    promotion: promotionOf(version),
    from: NOW,
    until: NOW + 3_000,
  }),
  measured: (version: string, verdict: "success" | "failure" | "inconclusive"): ComponentEvent => ({
    type: "VerdictChanged",
    promotion: promotionOf(version),
    assessment: anAssessment({ verdict }),
  }),
  passed: (version: string): ComponentEvent => ({
    type: "WatchPassed",
    promotion: promotionOf(version),
  }),
  completed: (version: string): ComponentEvent => ({
    type: "PromotionCompleted",
    promotion: promotionOf(version),
  }),
  breached: (
    version: string,
    verdict: "failure" | "inconclusive" = "failure",
    action: "rollback" | "ask" = "rollback",
  ): ComponentEvent => ({
    type: "WatchBreached",
    promotion: promotionOf(version),
    incident: anIncident({ action, checks: [anAssessment({ verdict })] }),
  }),
  guarded: (version: string): ComponentEvent => ({
    type: "GuardStarted",
    promotion: promotionOf(version),
    deployedAt: NOW,
  }),
  unguarded: (version: string): ComponentEvent => ({
    type: "GuardEnded",
    promotion: promotionOf(version),
    why: "something else takes the traffic",
  }),
  fails: (version: string, number: number, action: "rollback" | "ask" = "ask"): ComponentEvent => ({
    type: "WatchBreached",
    promotion: promotionOf(version),
    incident: anIncident({
      action,
      checks: [anAssessment({ verdict: "failure" })],
      phase: "guard",
      number,
    }),
  }),
  unsure: (version: string, number: number): ComponentEvent => ({
    type: "WatchUndecided",
    promotion: promotionOf(version),
    incident: anIncident({ kind: "undecided", phase: "guard", number }),
  }),
  recovered: (version: string): ComponentEvent => ({
    type: "IncidentClosed",
    promotion: promotionOf(version),
    how: "recovered",
  }),
  kept: (version: string): ComponentEvent => ({
    type: "WatchOverridden",
    promotion: promotionOf(version),
    reason: "known noise",
  }),
  revoked: (version: string): ComponentEvent => ({
    type: "PromotionRevoked",
    promotion: promotionOf(version),
    why: "recall: 0.2",
    incident: null,
  }),
  rollback: (
    from: string,
    to: string,
    trigger: "automatic" | "button" = "automatic",
  ): ComponentEvent => ({
    type: "RollbackStarted",
    environment: "production",
    rollback: `rollback:svc@${from}:production:1`,
    promotion: promotionOf(from),
    from: `svc@${from}`,
    to: `svc@${to}`,
    trigger,
    reason: "it broke",
    deployer: "gate",
    params: {},
  }),
  rolledBack: (from: string): ComponentEvent => ({
    type: "RolledBack",
    environment: "production",
    rollback: `rollback:svc@${from}:production:1`,
  }),
  held: (): ComponentEvent => ({
    type: "HoldPlaced",
    environment: "production",
    reason: "it was rolled back",
    automatic: true,
  }),
} as const;

/** A release that went all the way: what an environment can return to. */
export function life(version: string): readonly ComponentEvent[] {
  return [
    say.requested(version),
    say.deployed(version),
    say.serves(version),
    say.watched(version),
    say.measured(version, "success"),
    say.passed(version),
    say.completed(version),
  ];
}

/** The same, up to where it is being watched. */
export function lifeUntilWatched(version: string): readonly ComponentEvent[] {
  return life(version).slice(0, 4);
}
