import { describe, expect, it } from "vitest";
import { recordedActor, SLIPWAY } from "../../src/core/actor.ts";
import { emptyComponent, emptyGlobal, promotionById } from "../../src/core/component.ts";
import type { ComponentEvent } from "../../src/core/event.ts";
import { evolve } from "../../src/core/evolve.ts";
import { offersFor } from "../../src/core/offer.ts";
import { authorsOf, principalsOf } from "../../src/core/permission.ts";
import type { Incident, Plan } from "../../src/core/promotion.ts";
import { react } from "../../src/core/react.ts";
import {
  aComponent,
  anEnvironment,
  aPolicy,
  aRule,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import {
  aBuild,
  anAssessment,
  aPerson,
  bringLive,
  DIRECTORY,
  LEA,
  NOON,
  OLGA,
  OTTO,
  SAM,
  story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../support/story.ts";

const promotion = "model-pymk@9/production/1";
const plan: Plan = { deploy: { deployer: "gate", params: {} }, verify: [], watched: false };
const incident: Incident = {
  kind: "breach",
  at: NOON,
  action: "ask",
  sentence: "bad",
  checks: [],
};
const operation = { promotion, key: "k", handle: "h", url: null };
const rollback = { environment: "production", rollback: "r" };
const notes = { since: null, commits: [], totalCommits: 0, behindBy: 0, url: null, problem: null };
const release = "model-pymk@9";

/** Every event that is about something which must be there already. */
const ABOUT_NOTHING: readonly ComponentEvent[] = [
  { type: "EvidenceRevised", release, revision: 2, build: aBuild() },
  { type: "NotesWritten", release, notes },
  { type: "MessagePosted", release, key: "card", channel: "C1", ts: "1.1" },
  { type: "ReleaseSuperseded", release, supersededBy: "x" },
  { type: "ReleaseRejected", release, reason: "no" },
  { type: "ReleaseRetired", release },
  { type: "GuardStarted", promotion, deployedAt: NOON },
  { type: "GuardEnded", promotion, why: "x" },
  { type: "IncidentClosed", promotion, how: "replaced" },
  { type: "ConfirmationAwaited", promotion, from: NOON, until: NOON },
  { type: "PromotionConfirmed", promotion },
  { type: "PromotionRevoked", promotion, why: "x", incident: null },
  { type: "ConfirmationDropped", promotion, why: "x" },
  { type: "FalseAlarmReported", promotion, check: null, reason: "x" },
  { type: "ApprovalRequested", promotion, expiresAt: NOON },
  { type: "ApprovalGiven", promotion, digest: "d" },
  { type: "ApprovalsVoided", promotion, why: "x", digest: "d", people: [] },
  { type: "PromotionApproved", promotion, digest: "d", counted: [] },
  { type: "PromotionRejected", promotion, reason: "no" },
  { type: "PromotionExpired", promotion },
  { type: "PromotionSuperseded", promotion, supersededBy: "x" },
  { type: "PromotionCancelled", promotion, reason: "no" },
  { type: "PromotionQueued", promotion, blockers: [], reviewAt: null },
  { type: "DeployStarted", promotion, key: "k", digest: "d", previous: null },
  { type: "VerificationStarted", promotion, step: 0, key: "k" },
  { type: "OperationAccepted", ...operation },
  { type: "OperationProgressed", promotion, key: "k", detail: "half" },
  { type: "OperationAbandoned", promotion, key: "k", handle: "h" },
  { type: "DeploySucceeded", promotion },
  { type: "VerificationPassed", promotion, step: 0 },
  { type: "PromotionFailed", promotion, why: "x", known: true, incident: null },
  { type: "WatchStarted", promotion, from: NOON, until: NOON },
  { type: "VerdictChanged", promotion, assessment: anAssessment("error") },
  { type: "WatchBreached", promotion, incident },
  { type: "WatchUndecided", promotion, incident },
  { type: "WatchPassed", promotion },
  { type: "WatchOverridden", promotion, reason: "noise" },
  { type: "PromotionCompleted", promotion },
  { type: "RollbackImpossible", environment: "production", promotion, why: "x" },
];

const ABOUT_NO_ROLLBACK: readonly ComponentEvent[] = [
  { type: "RollbackAccepted", ...rollback, handle: "h", url: null },
  { type: "RollbackProgressed", ...rollback, detail: "half" },
  { type: "RolledBack", ...rollback },
  { type: "RollbackFailed", ...rollback, why: "x" },
  { type: "RollbackRetried", ...rollback, key: "k", deployer: "gate", params: {} },
];

describe("an event about something that is not there", () => {
  it.each(ABOUT_NOTHING.map((event) => [event.type, event] as const))(
    "%s leaves the state alone",
    (_type, event) => {
      const before = emptyComponent("model-pymk");
      expect(evolve(before, { at: NOON, by: SLIPWAY, event })).toEqual(before);
    },
  );

  it.each(ABOUT_NO_ROLLBACK.map((event) => [event.type, event] as const))(
    "%s begins no rollback",
    (_type, event) => {
      const after = evolve(emptyComponent("model-pymk"), { at: NOON, by: SLIPWAY, event });
      expect(after.environments.production?.rollback ?? null).toBeNull();
    },
  );

  it("does not make an operation out of nothing", () => {
    const events: readonly ComponentEvent[] = [
      ...ABOUT_NOTHING.filter(({ type }) => type !== "ApprovalRequested"),
      ...ABOUT_NO_ROLLBACK,
      {
        type: "RollbackStarted",
        ...rollback,
        promotion,
        from: release,
        to: release,
        trigger: "command",
        reason: "x",
        deployer: "gate",
        params: {},
      },
    ];
    const state = emptyComponent("model-pymk");
    const around = { before: state, after: state, sinks: [], others: {} };
    const change = { at: NOON, by: SLIPWAY, events, ...around };
    const kinds = react({ ...change, policy: aComponent() }).map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind.startsWith("operation"))).toEqual([]);
  });

  it("that cannot be is said loudly", () => {
    expect(() => promotionById(emptyComponent("svc"), "x")).toThrow("the state of svc lacks x");
  });

  it("does not change what is in another state than it belongs to", () => {
    const told = storyLive();
    const live = told.promotion("1", "production");
    const events: readonly ComponentEvent[] = [
      { type: "OperationProgressed", promotion: live.id, key: "k", detail: "half" },
      { type: "VerdictChanged", promotion: live.id, assessment: anAssessment("error") },
      {
        type: "VerdictChanged",
        promotion: live.id,
        assessment: anAssessment("error"),
        phase: "guard",
      },
      {
        type: "VerdictChanged",
        promotion: live.id,
        assessment: anAssessment("error"),
        phase: "confirmation",
      },
      { type: "IncidentClosed", promotion: live.id, how: "recovered" },
      { type: "PromotionConfirmed", promotion: live.id },
      { type: "ConfirmationDropped", promotion: live.id, why: "x" },
      { type: "FalseAlarmReported", promotion: live.id, check: null, reason: "x" },
      { type: "VerificationStarted", promotion: live.id, step: 3, key: "k" },
    ];
    const after = events.reduce(
      (state, event) => evolve(state, { at: NOON, by: SLIPWAY, event }),
      told.state(),
    );
    expect(after).toEqual(told.state());
  });

  it("does not make a failed build a candidate", () => {
    const told = story();
    told.build("1", { outcome: "failure" });
    const event: ComponentEvent = {
      type: "PromotionRequested",
      promotion: "model-pymk@1/staging/1",
      release: told.id("1"),
      environment: "staging",
      attempt: 1,
      byName: true,
      digest: "d",
      plan,
      carried: [],
    };
    const after = evolve(told.state(), { at: NOON, by: SLIPWAY, event });
    expect(after.releases[told.id("1")]?.status.kind).toBe("failed");
  });

  it("that ends a rollback which has ended changes nothing more", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    told.deployer("production", { kind: "succeeded", detail: null });
    const event: ComponentEvent = {
      type: "RollbackProgressed",
      environment: "production",
      rollback: "r",
      detail: "late",
    };
    expect(evolve(told.state(), { at: NOON, by: SLIPWAY, event })).toEqual(told.state());
  });
});

describe("the people a decision needs", () => {
  it("are everybody that the policy names, and the author", () => {
    const policy = aPolicy(
      aComponent({ environments: [STAGING, { ...PRODUCTION, rollbackFrom: ["@oncall"] }] }),
    );
    expect(principalsOf(policy, "model-pymk")).toEqual([
      "@admins",
      "@pymk-owners",
      "@ml-leads",
      "@sre",
      "@oncall",
    ]);
    expect(principalsOf(policy, "unknown")).toEqual(["@admins"]);
  });

  it("are the author of the change and whoever started the retrain", () => {
    const release = storyLive().release("1");
    const authors = (overrides: Parameters<typeof aBuild>[0]) =>
      authorsOf({ ...release, build: aBuild(overrides) });
    expect(authors({})).toEqual(["dana@acme.test"]);
    expect(authors({ startedBy: "Otto-Acme" })).toEqual(["dana@acme.test", "otto-acme"]);
    expect(authors({ startedBy: "dana@acme.test" })).toEqual(["dana@acme.test"]);
    expect(authors({ commit: null })).toEqual([]);
  });

  it("keep whoever started a retrain from approving it", () => {
    const directory = { ...DIRECTORY, "otto-acme": [OTTO.id] };
    const told = story({ directory });
    told.build("1", { startedBy: "otto-acme" });
    told.deployer("staging", { kind: "succeeded", detail: null });
    expect(told.approve(OTTO, "1").refusal).toBe("own_change");
    expect(told.approve(SAM, "1").refusal).toBeNull();
  });

  it("are recorded by id and name only", () => {
    expect(recordedActor(LEA)).toEqual({ kind: "person", id: "ULEA", name: "Lea" });
  });
});

describe("rare situations", () => {
  it("a hold that is lifted lets the newest in, in whatever order the builds were heard of", () => {
    const told = story();
    told.ask("Hold", LEA, { environment: null, reason: "wait" });
    told.build("new", { finishedAt: NOON - MINUTE });
    told.build("old", { finishedAt: NOON - 2 * MINUTE });
    told.ask("Unhold", LEA, { environment: null });
    expect(told.promotion("new", "staging").state.kind).toBe("deploying");
    expect(told.release("old").promotions).toEqual([]);
  });

  it("a freeze of a component that is no longer configured is lifted by whoever set it or an admin", () => {
    const told = story();
    told.ask("Freeze", LEA, { reason: "launch", until: NOON + MINUTE });
    told.setPolicy({ ...aPolicy(), components: {} });
    expect(told.ask("Unfreeze", OLGA, {}).refusal).toBe("not_permitted");
    expect(
      told.ask("Hold", LEA, { environment: null, reason: "x" }).decision.refusal?.sentence,
    ).toBe("no component model-pymk is configured; there is none");
  });

  it("an author whom the directory has never been asked for is still told by address", () => {
    const { "dana@acme.test": _author, ...directory } = DIRECTORY;
    const told = storyAwaitingApproval({ directory });
    expect(told.approve(LEA, "1").refusal).toBeNull();
    expect(told.approve(aPerson("Otto", { identities: ["dana@acme.test"] }), "1").refusal).toBe(
      "own_change",
    );
    const byId = aPerson("Dana", { identities: [] });
    expect(storyAwaitingApproval().approve(byId, "1").refusal).toBe("own_change");
  });

  it("nobody may roll back where rollback.from is empty, and nobody may reject where nobody may approve", () => {
    const nobody = { ...PRODUCTION, rollbackFrom: [] };
    const told = storyWatching({
      policy: aPolicy(aComponent({ environments: [STAGING, nobody] })),
    });
    const roll = told.ask("RollBack", SAM, {
      from: null,
      environment: null,
      to: null,
      trigger: "command",
      reason: "x",
    });
    expect(roll.decision.refusal?.sentence).toBe(
      "in production this is for nobody; Sam is none of them",
    );

    const closed = anEnvironment("production", { approval: [aRule()] });
    const policy = {
      ...aPolicy(aComponent({ owners: [], environments: [STAGING, closed] })),
      admins: [],
      sinks: [],
    };
    const waiting = storyAwaitingApproval({ policy });
    const about = { release: waiting.id("1"), environment: "production", reason: "no" };
    expect(waiting.ask("Reject", SAM, about).decision.refusal?.sentence).toBe(
      "rejecting is for those who may approve (nobody) and for the author",
    );
  });

  it("a component without dependents in an environment can go back there", () => {
    const needing = aComponent({
      name: "svc-feed",
      needs: [{ component: "model-pymk", range: ">=9", satisfiedBy: () => false }],
    });
    const others = { "svc-feed": emptyComponent("svc-feed") };
    const told = storyWatching({ policy: aPolicy(aComponent(), needing), others });
    expect(told.watch("2", "production", "failure").types).toContain("RollbackStarted");
  });

  it("what is live again by name has nothing to return to when its watch trips", () => {
    const told = storyWatching();
    told.ask("Stop", LEA, { release: told.id("2"), environment: "production", reason: "x" });
    told.ask("Promote", LEA, { release: told.id("1"), environment: "production" });
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.deployer("production", { kind: "succeeded", detail: null });
    expect(told.watch("1", "production", "failure").types).toContain("RollbackImpossible");
  });

  it("a release that waits beside a newer one keeps its place in the list", () => {
    const told = storyLive();
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", { kind: "succeeded", detail: null });
    bringLive(told, "2");
    told.ask("Promote", LEA, { release: told.id("1"), environment: "production" });
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", { kind: "succeeded", detail: null });
    const { types } = told.tell({ type: "Review", component: "model-pymk" });
    expect(types).toEqual([]);
    expect(told.promotion("1", "production").state.kind).toBe("awaiting-approval");
  });

  it("a card of a queued promotion offers to stop it", () => {
    const told = story();
    told.ask("Freeze", LEA, { reason: "launch", until: NOON + MINUTE });
    told.build("1");
    const context = { global: emptyGlobal(), now: told.now() };
    expect(offersFor(told.release("1"), told.state(), aComponent(), context)).toEqual([
      { kind: "stop", environment: "staging" },
    ]);
  });

  it("a deployment with no commit and no artifact is described by its version alone", () => {
    const told = story();
    const { jobs } = told.build("1", { commit: null, artifact: null });
    expect(jobs.find(({ body }) => body.kind === "operation.start")?.body).toMatchObject({
      operation: { version: "1", artifact: null, digest: null, commit: null, repository: null },
    });
  });

  it("what replaces a live release without a commit is compared with its version", () => {
    const noCommit = story();
    noCommit.build("1", { commit: null });
    noCommit.deployer("staging", { kind: "succeeded", detail: null });
    bringLive(noCommit, "1");
    noCommit.wait(MINUTE);
    const { jobs } = noCommit.build("2");
    expect(jobs.find(({ body }) => body.kind === "notes")?.body).toMatchObject({
      base: { version: "1", sha: null },
    });
  });

  it("the first report may lack a trigger that the second one brings", () => {
    const told = story();
    told.build("1", { trigger: null, artifact: null });
    told.build("1", { trigger: "code", artifact: null, metrics: { recall: 1 } });
    expect(told.release("1").build).toMatchObject({ trigger: "code", artifact: null });
  });

  it("a promotion asked for while its environment is gone from the policy asks nobody", () => {
    const told = storyAwaitingApproval();
    const { before, after } = { before: told.state(), after: told.state() };
    const event: ComponentEvent = {
      type: "ApprovalRequested",
      promotion: told.promotion("1", "production").id,
      expiresAt: null,
    };
    const only = aComponent({ environments: [STAGING] });
    const jobs = react({
      at: NOON,
      by: SLIPWAY,
      events: [event],
      before,
      after,
      policy: only,
      sinks: [],
      others: {},
    });
    expect(jobs.find(({ body }) => body.kind === "thread")?.body).toMatchObject({ mention: [] });
  });

  it("an operation ends although its component is no longer configured, and asks about its watch", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.setPolicy({ ...aPolicy(), components: {} });
    told.deployer("production", { kind: "succeeded", detail: null });
    expect(told.watch("1", "production").types).toEqual(["WatchUndecided"]);
  });
});
