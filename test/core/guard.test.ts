import { describe, expect, it } from "vitest";
import type { GuardPolicy } from "../../src/core/watch-policy.ts";
import { deployNext, storyGuardedBy } from "../support/guarded-story.ts";
import {
  aComponent,
  aGuard,
  aLongWatch,
  aPolicy,
  aWatch,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import {
  anAssessment,
  bringLive,
  LEA,
  type Story,
  story,
  storyLive,
  storyTwoLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const HOUR = 60 * MINUTE;

const guarded = (overrides: Partial<GuardPolicy> = {}) => aLongWatch({ guard: aGuard(overrides) });

const withAction = (failure: GuardPolicy["on"]["failure"]) =>
  guarded({ on: { failure, inconclusive: "ask", error: "ask" } });

const storyGuarded = (policy = guarded()) => storyGuardedBy(policy);

const byPerson = { from: null, environment: null, to: null, trigger: "button" } as const;
const override = (told: Story, version: string, reason = "known noise") =>
  told.ask("Override", LEA, { release: told.id(version), environment: "production", reason });

describe("what is live", () => {
  it("is guarded from the end of its watch on, and looked at at once", () => {
    const told = storyWatching({ policy: guarded() });
    const deployedAt = told.now();
    told.wait(30 * MINUTE);
    const { types, jobs } = told.watch("2", "production", "success");
    expect(types).toEqual(["VerdictChanged", "WatchPassed", "PromotionCompleted", "GuardStarted"]);
    expect(told.promotion("2", "production").guard).toEqual({
      since: told.now(),
      deployedAt,
      checks: [],
      unsureSince: null,
    });
    expect(jobs.find(({ body }) => body.kind === "guard")).toMatchObject({
      key: "guard:model-pymk@2/production/1",
      runAt: told.now(),
    });
  });

  it("is not guarded where no guard is configured", () => {
    const told = storyTwoLive();
    expect(told.promotion("2", "production").guard).toBeUndefined();
    expect(told.guard("2", "production", "failure").events).toEqual([]);
  });

  it("is guarded when a guard is configured later, and no longer when it is removed", () => {
    const told = storyTwoLive();
    const since = told.now();
    told.wait(HOUR);
    told.setPolicy(guarded());
    expect(told.tell({ type: "Review", component: "model-pymk" }).events).toEqual([
      { type: "GuardStarted", promotion: "model-pymk@2/production/1", deployedAt: since },
    ]);
    told.setPolicy(aPolicy());
    expect(told.tell({ type: "Review", component: "model-pymk" }).events).toEqual([
      {
        type: "GuardEnded",
        promotion: "model-pymk@2/production/1",
        why: "it is no longer configured",
      },
    ]);
    expect(told.promotion("2", "production").guard).toBeNull();
  });

  it("is no longer guarded when its component is not configured", () => {
    const told = storyGuarded();
    told.setPolicy({ ...aPolicy(), components: {} });
    expect(told.guard("2", "production", "failure").types).toEqual(["GuardEnded"]);
  });

  it("gives up its guard to the next one that takes the traffic, and gets it back with the traffic", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    expect(told.promotion("2", "production").guard).not.toBeNull();
    expect(told.deployer("production", OK).types).toContain("GuardEnded");
    expect(told.promotion("2", "production").guard).toBeNull();
    told.watch("3", "production", "failure");
    told.wait(MINUTE);
    expect(told.deployer("production", OK).types).toEqual(["RolledBack", "GuardStarted"]);
    expect(told.promotion("2", "production").guard).toMatchObject({
      since: told.now(),
      deployedAt: told.now(),
    });
  });

  it("is not guarded while it is rolled back", () => {
    const told = storyGuarded();
    const { types } = told.ask("RollBack", LEA, { ...byPerson, reason: "slow" });
    expect(types).toEqual(["RollbackStarted", "GuardEnded"]);
    expect(told.guard("2", "production", "failure").events).toEqual([]);
  });

  it("is judged by nothing that an earlier guard of it saw", () => {
    const told = storyGuarded();
    const { id, guard } = told.promotion("2", "production");
    const late = { type: "ReportGuard", component: "model-pymk", promotion: id } as const;
    const since = (guard?.since ?? 0) - 1;
    const assessments = [anAssessment("failure")];
    expect(told.tell({ ...late, since, assessments }).events).toEqual([]);
    expect(told.tell({ ...late, promotion: "x/y/1", since, assessments }).events).toEqual([]);
  });
});

describe("a guard that fails", () => {
  it("rolls back an hour after the release went live, once, to the one before it, and holds", () => {
    const told = storyGuarded();
    const { events, types } = told.guard("2", "production", "failure");
    expect(types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackStarted",
      "HoldPlaced",
      "GuardEnded",
    ]);
    expect(events[1]).toMatchObject({
      incident: { kind: "breach", action: "rollback", phase: "guard", number: 1 },
    });
    expect(events[2]).toMatchObject({
      from: "model-pymk@2",
      to: "model-pymk@1",
      trigger: "automatic",
    });
    expect(told.guard("2", "production", "failure").events).toEqual([]);
    told.deployer("production", OK);
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@1",
      good: [],
      rolledBack: true,
    });
    expect(told.state().holds).toMatchObject([{ environment: "production", automatic: true }]);
  });

  it("never rolls back a rollback: people are asked", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    told.deployer("production", OK);
    told.watch("3", "production", "failure");
    told.deployer("production", OK);
    told.wait(HOUR);
    expect(told.guard("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
    expect(told.promotion("2", "production").incident).toMatchObject({
      kind: "breach",
      action: "ask",
      sentence:
        "check 1: it is failure; it was not rolled back: production is at model-pymk@2 because of a rollback",
    });
  });

  it("with nothing to return to is told to people", () => {
    const told = storyLive({ policy: guarded() });
    told.wait(HOUR);
    expect(told.guard("1", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackImpossible",
    ]);
    expect(told.promotion("1", "production").incident).toMatchObject({
      kind: "no-target",
      action: "ask",
      number: 1,
    });
  });

  it("is not rolled back where something live needs the present version", () => {
    const needing = aComponent({
      name: "svc-feed",
      needs: [{ component: "model-pymk", range: ">=2", satisfiedBy: (one) => one === "2" }],
    });
    const watch = aWatch({ guard: aGuard() });
    const component = aComponent({ environments: [STAGING, { ...PRODUCTION, watch }] });
    const production = { ...storyLive().environment("production"), live: "svc-feed@1" };
    const told = storyGuarded(aPolicy(component));
    const others = {
      "svc-feed": { ...story().state(), component: "svc-feed", environments: { production } },
    };
    const again = storyTwoLive({ policy: aPolicy(component, needing), others });
    again.wait(HOUR);
    expect(again.guard("2", "production", "failure").types).toContain("RollbackImpossible");
    expect(told.guard("2", "production", "failure").types).toContain("RollbackStarted");
  });

  it("asks where another release is on its way there", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    expect(told.guard("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
    expect(told.promotion("2", "production").incident?.sentence).toContain(
      "model-pymk@3 is on its way there, or came to an unknown end",
    );
    expect(told.promotion("3", "production").state.kind).toBe("deploying");
  });

  it.each([
    ["asks where nobody knows what became of a deployment", "unknown", false],
    ["rolls back where the deployment after it failed", "failed", true],
  ] as const)("%s", (_what, kind, rollsBack) => {
    const told = storyGuarded();
    deployNext(told, "3");
    told.deployer("production", { kind, why: "no quota" });
    const { types } = told.guard("2", "production", "failure");
    expect(types.includes("RollbackStarted")).toBe(rollsBack);
  });

  it("asks where a rollback of the next one failed, until something is live for certain", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    told.ask("RollBack", LEA, { ...byPerson, reason: "slow" });
    told.deployer("production", { kind: "failed", why: "no quota" });
    expect(told.guard("2", "production", "failure").types).not.toContain("RollbackStarted");
    deployNext(told, "4");
    told.deployer("production", OK);
    told.wait(30 * MINUTE);
    told.watch("4", "production", "success");
    told.wait(HOUR);
    expect(told.guard("4", "production", "failure").types).toContain("RollbackStarted");
  });

  it.each(["ask", "announce"] as const)("is told once where the policy says %s", (action) => {
    const told = storyGuarded(withAction(action));
    expect(told.guard("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
    told.wait(5 * MINUTE);
    expect(told.guard("2", "production", "failure").events).toEqual([]);
    expect(told.promotion("2", "production").incident).toMatchObject({ action });
  });

  it("by little asks, and rolls back when there is no doubt any more", () => {
    const told = storyGuarded();
    const little = { ...anAssessment("failure"), isDoubtful: true } as const;
    expect(told.guard("2", "production", little).types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
    expect(told.promotion("2", "production").incident).toMatchObject({
      action: "ask",
      isDoubtful: true,
    });
    expect(told.guard("2", "production", little).events).toEqual([]);
    expect(told.guard("2", "production", "failure").types).toContain("RollbackStarted");
    expect(told.promotion("2", "production").incident?.number).toBe(1);
  });

  it("stays a question when it is good again, and is over where it was only announced", () => {
    const asked = storyGuarded(withAction("ask"));
    asked.guard("2", "production", "failure");
    expect(asked.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    const announced = storyGuarded(withAction("announce"));
    announced.guard("2", "production", "failure");
    expect(announced.guard("2", "production", "success").types).toEqual([
      "VerdictChanged",
      "IncidentClosed",
    ]);
    expect(announced.promotion("2", "production").incident?.closed).toBe("recovered");
  });

  it("is kept by a person until it fails anew, which is another incident", () => {
    const told = storyGuarded(withAction("ask"));
    told.guard("2", "production", "failure");
    expect(override(told, "2").types).toEqual(["WatchOverridden"]);
    expect(told.promotion("2", "production")).toMatchObject({
      state: { kind: "live" },
      overridden: { by: { name: "Lea" }, reason: "known noise" },
      incident: { closed: "kept" },
    });
    expect(override(told, "2").refusal).toBe("nothing_to_override");
    expect(told.guard("2", "production", "failure").events).toEqual([]);
    told.guard("2", "production", "success");
    const { jobs } = told.guard("2", "production", "failure");
    expect(told.promotion("2", "production").incident).toMatchObject({ number: 2 });
    expect(jobs.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        "message:model-pymk@2:alert:model-pymk@2/production/1#1",
        "message:model-pymk@2:alert:model-pymk@2/production/1#2",
      ]),
    );
  });

  it("is kept by a person whether it fails by much or by little", () => {
    const told = storyGuarded(withAction("ask"));
    told.guard("2", "production", "failure");
    override(told, "2");
    const little = { ...anAssessment("failure"), isDoubtful: true } as const;
    expect(told.guard("2", "production", little).events).toEqual([]);
  });

  it("is over when the next release takes the traffic", () => {
    const told = storyGuarded(withAction("ask"));
    told.guard("2", "production", "failure");
    deployNext(told, "3");
    told.deployer("production", OK);
    expect(told.promotion("2", "production").incident?.closed).toBe("replaced");
  });

  it("stays a question when it is measured no longer", () => {
    const told = storyGuarded(withAction("ask"));
    told.guard("2", "production", "failure");
    told.setPolicy(aPolicy());
    expect(told.tell({ type: "Review", component: "model-pymk" }).types).toEqual(["GuardEnded"]);
    expect(told.promotion("2", "production").incident?.closed).toBeUndefined();
  });

  it("can be rolled back by a person, although a deployment after it failed", () => {
    const told = storyGuarded(withAction("ask"));
    deployNext(told, "3");
    told.deployer("production", { kind: "failed", why: "no quota" });
    told.guard("2", "production", "failure");
    const { events } = told.ask("RollBack", LEA, {
      ...byPerson,
      from: told.id("2"),
      reason: "slow",
    });
    expect(events[0]).toMatchObject({ from: "model-pymk@2", to: "model-pymk@1" });
  });
});

describe("a release that a person kept although its watch did not pass", () => {
  const asking = () => {
    const on = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
    const watch = aWatch({ on, guard: aGuard() });
    const environments = [STAGING, { ...PRODUCTION, watch }];
    return storyWatching({ policy: aPolicy(aComponent({ environments })) });
  };

  it("is not rolled back by its guard for what it was kept for, until it fails anew", () => {
    const told = asking();
    told.watch("2", "production", "failure", "success");
    expect(override(told, "2").types).toEqual([
      "WatchOverridden",
      "PromotionCompleted",
      "GuardStarted",
      "VerdictChanged",
    ]);
    told.wait(HOUR);
    expect(told.guard("2", "production", "failure", "success").types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production").state.kind).toBe("live");
    told.guard("2", "production", "success", "success");
    expect(told.guard("2", "production", "failure", "success").types).toContain("RollbackStarted");
  });

  it("is rolled back for anything else that fails", () => {
    const told = asking();
    told.watch("2", "production", "failure", "success");
    override(told, "2");
    told.wait(HOUR);
    expect(told.guard("2", "production", "failure", "failure").types).toContain("RollbackStarted");
  });

  it("asks nobody again because of what nobody knew then, until that is known and lost again", () => {
    const told = asking();
    told.wait(30 * MINUTE);
    told.watch("2", "production", "error");
    override(told, "2");
    told.wait(HOUR);
    expect(told.guard("2", "production", "error").events).toEqual([]);
    told.guard("2", "production", "success");
    told.guard("2", "production", "error");
    told.wait(15 * MINUTE);
    expect(told.guard("2", "production", "error").types).toEqual(["WatchUndecided"]);
  });
});

describe("a guard that cannot measure", () => {
  it("asks after a while, once, and is over by itself when it can again", () => {
    const told = storyGuarded();
    expect(told.guard("2", "production", "error").types).toEqual(["VerdictChanged"]);
    told.wait(14 * MINUTE);
    expect(told.guard("2", "production", "error").events).toEqual([]);
    told.wait(MINUTE);
    expect(told.guard("2", "production", "error").types).toEqual(["WatchUndecided"]);
    expect(told.promotion("2", "production").incident).toMatchObject({
      kind: "undecided",
      action: "ask",
      phase: "guard",
      number: 1,
    });
    expect(told.guard("2", "production", "error").events).toEqual([]);
    expect(told.guard("2", "production", "pending").types).toEqual(["VerdictChanged"]);
    expect(told.guard("2", "production", "success").types).toEqual([
      "VerdictChanged",
      "IncidentClosed",
    ]);
    expect(told.guard("2", "production", "success").events).toEqual([]);
  });

  it("for a moment is nobody's business", () => {
    const told = storyGuarded();
    for (const verdict of ["error", "success", "inconclusive", "success"] as const) {
      expect(told.guard("2", "production", verdict).types).toEqual(["VerdictChanged"]);
      told.wait(10 * MINUTE);
    }
    expect(told.promotion("2", "production").incident).toBeNull();
  });

  it("stays armed while people are asked", () => {
    const told = storyGuarded();
    told.guard("2", "production", "inconclusive");
    told.wait(15 * MINUTE);
    told.guard("2", "production", "inconclusive");
    told.ask("Hold", LEA, { environment: null, reason: "looking into it" });
    told.ask("Freeze", LEA, { reason: "launch", until: told.now() + HOUR });
    expect(told.guard("2", "production", "failure").types).toContain("RollbackStarted");
  });

  it.each([
    ["the guard", aPolicy()],
    ["the component", { ...aPolicy(), components: {} }],
  ])("is asked about no longer when %s is no longer configured", (_what, policy) => {
    const told = storyGuarded();
    told.guard("2", "production", "error");
    told.wait(15 * MINUTE);
    told.guard("2", "production", "error");
    told.setPolicy(policy);
    expect(told.tell({ type: "Review", component: "model-pymk" }).types).toEqual([
      "GuardEnded",
      "IncidentClosed",
    ]);
    expect(told.promotion("2", "production").incident?.closed).toBe("dropped");
  });

  it("is kept by a person until it could be measured again, and can no longer", () => {
    const told = storyGuarded();
    const away = () => {
      told.guard("2", "production", "error");
      told.wait(15 * MINUTE);
      return told.guard("2", "production", "error").types;
    };
    expect(away()).toEqual(["WatchUndecided"]);
    expect(override(told, "2").types).toEqual(["WatchOverridden"]);
    told.wait(5 * MINUTE);
    expect(told.guard("2", "production", "error").events).toEqual([]);
    told.guard("2", "production", "success");
    expect(away()).toEqual(["WatchUndecided"]);
    expect(told.promotion("2", "production").incident?.number).toBe(2);
  });

  it("only announces where the policy says so", () => {
    const on = { failure: "rollback", inconclusive: "announce", error: "announce" } as const;
    const told = storyGuarded(guarded({ on }));
    told.guard("2", "production", "inconclusive");
    told.wait(15 * MINUTE);
    told.guard("2", "production", "inconclusive");
    expect(told.promotion("2", "production").incident).toMatchObject({ action: "announce" });
  });

  it("is not undecided for lack of time before it has looked at a whole window", () => {
    const told = storyTwoLive({ policy: guarded() });
    told.wait(29 * MINUTE);
    expect(told.guard("2", "production", "pending").events).toEqual([]);
    expect(told.guard("2", "production").events).toEqual([]);
    told.wait(MINUTE);
    expect(told.guard("2", "production").types).toEqual(["WatchUndecided"]);
  });

  it("from the start asks before it has looked at a whole window", () => {
    const told = storyTwoLive({ policy: guarded({ window: 24 * HOUR }) });
    told.guard("2", "production", "error");
    told.wait(15 * MINUTE);
    expect(told.guard("2", "production", "error").types).toEqual(["WatchUndecided"]);
  });

  it("asks at once where the score is between the limits", () => {
    const checks = [
      { ...aGuard().checks[0], name: "check 1" },
      { ...aGuard().checks[0], name: "check 2" },
    ] as GuardPolicy["checks"];
    const told = storyGuarded(guarded({ checks, score: { pass: 75, warn: 40 } }));
    expect(told.guard("2", "production", "success", "failure").types).toEqual([
      "VerdictChanged",
      "VerdictChanged",
      "WatchUndecided",
    ]);
    override(told, "2");
    expect(told.guard("2", "production", "success", "failure").events).toEqual([]);
    told.guard("2", "production", "success", "success");
    expect(told.guard("2", "production", "success", "failure").types).toContain("WatchUndecided");
  });
});

describe("a release that is brought live again", () => {
  it("while it is live has one guard, that of the later promotion", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    told.deployer("production", OK);
    told.ask("Promote", LEA, { release: told.id("2"), environment: "production" });
    told.ask("RollBack", LEA, { ...byPerson, reason: "slow" });
    told.deployer("production", OK);
    expect(told.release("2").promotions[1]?.guard).not.toBeNull();
    bringLive(told, "2");
    expect(told.release("2").promotions.map(({ guard }) => guard ?? null)).toEqual([
      null,
      null,
      expect.objectContaining({ since: told.now() }),
    ]);
  });

  it("has a guard of its own promotion", () => {
    const told = storyGuarded();
    told.ask("Promote", LEA, { release: told.id("1"), environment: "production" });
    bringLive(told, "1");
    expect(told.promotion("1", "production").guard).toMatchObject({ since: told.now() });
    expect(told.promotion("2", "production").guard).toBeNull();
  });
});
