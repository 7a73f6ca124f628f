import { describe, expect, it } from "vitest";
import { emptyComponent, emptyEnvironment } from "../../src/core/component.ts";
import { planRollback } from "../../src/core/rollback.ts";
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
  ADA,
  aPerson,
  bringLive,
  DANA,
  LEA,
  OLGA,
  SAM,
  type Story,
  story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;

/** Releases 1, 2 and 3 were live in production, one after the other. */
function storyOfThree(): Story {
  const told = storyLive();
  for (const version of ["2", "3"]) {
    told.wait(MINUTE);
    told.build(version);
    told.deployer("staging", OK);
    bringLive(told, version);
  }
  return told;
}

function rollBack(
  told: Story,
  overrides: {
    readonly environment?: string | null;
    readonly to?: string | null;
    readonly from?: string;
    readonly person?: typeof LEA;
    readonly reason?: string;
  } = {},
) {
  return told.ask("RollBack", overrides.person ?? LEA, {
    from: overrides.from === undefined ? null : told.id(overrides.from),
    environment: overrides.environment ?? null,
    to: overrides.to === undefined || overrides.to === null ? null : told.id(overrides.to),
    trigger: "command",
    reason: overrides.reason ?? "it is slow",
  });
}

describe("a person rolls back", () => {
  it("production, to the release before, when nothing is named", () => {
    const told = storyOfThree();
    const { types, jobs } = rollBack(told);
    expect(types).toEqual(["RollbackStarted"]);
    expect(told.environment("production").rollback).toMatchObject({
      from: "model-pymk@3",
      to: "model-pymk@2",
      trigger: "command",
      reason: "it is slow",
      by: { name: "Lea" },
      state: { kind: "running", operation: { key: "rollback:model-pymk@3:production:1" } },
    });
    expect(jobs.find(({ body }) => body.kind === "operation.start")).toMatchObject({
      lane: "operation:model-pymk/production",
      body: { operation: { purpose: "rollback", version: "2", previous: "3", actor: "Lea" } },
    });
    expect(told.promotion("3", "production").state.kind).toBe("rolling-back");
  });

  it("and the environment is what it was before", () => {
    const told = storyOfThree();
    rollBack(told);
    told.deployer("production", { kind: "accepted", handle: "h", url: "https://ci.example" });
    told.deployer("production", { kind: "running", detail: "half" });
    expect(told.environment("production").rollback?.state).toMatchObject({
      operation: { handle: "h", url: "https://ci.example", detail: "half" },
    });
    told.deployer("production", OK);
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@2",
      serving: "model-pymk@2",
      good: ["model-pymk@1"],
      rolledBack: true,
      rollback: { state: { kind: "done" } },
    });
    expect(told.promotion("2", "production").state.kind).toBe("live");
    expect(told.state().holds).toEqual([]);
  });

  it("to a version that was live there before", () => {
    const told = storyOfThree();
    expect(rollBack(told, { to: "1" }).refusal).toBeNull();
    told.deployer("production", OK);
    expect(told.environment("production")).toMatchObject({ live: "model-pymk@1", good: [] });
  });

  it("to an archived version that was live there before", () => {
    const old = { ...storyLive().release("1"), id: "model-pymk@0", version: "0" };
    const told = storyLive({ archived: { "model-pymk@0": old } });
    expect(rollBack(told, { to: "0" }).types).toEqual(["ReleaseRestored", "RollbackStarted"]);
  });

  it("a release that is being deployed, whose operation is told to stop", () => {
    const told = storyWatchingInDeploy();
    const { jobs } = rollBack(told);
    expect(
      jobs.filter(({ body }) => body.kind.startsWith("operation")).map(({ key }) => key),
    ).toEqual(["stop:deploy:model-pymk@2:production:1", "rollback:model-pymk@2:production:1"]);
    told.deployer("production", OK);
    expect(told.environment("production")).toMatchObject({ live: "model-pymk@1", good: [] });
  });

  it("a release whose deployment failed", () => {
    const told = storyWatchingInDeploy();
    told.deployer("production", { kind: "failed", why: "no quota" });
    rollBack(told);
    expect(told.environment("production").rollback).toMatchObject({
      from: "model-pymk@2",
      to: "model-pymk@1",
    });
  });

  it("through a freeze, a hold, a queue and a pending approval, without delay", () => {
    const told = storyOfThree();
    told.wait(MINUTE);
    told.build("4");
    told.deployer("staging", OK);
    told.ask("Freeze", LEA, { reason: "launch", until: told.now() + 60 * MINUTE });
    told.ask("Hold", LEA, { environment: null, reason: "incident" });
    expect(rollBack(told).types).toEqual(["RollbackStarted"]);
  });

  it("the last environment where there is no production", () => {
    const policy = aPolicy(
      aComponent({ environments: [anEnvironment("east"), anEnvironment("west")] }),
    );
    const told = story({ policy });
    for (const version of ["1", "2"]) {
      told.build(version);
      told.deployer("east", OK);
      told.deployer("west", OK);
      told.wait(MINUTE);
    }
    rollBack(told, { person: OLGA });
    expect(told.environment("west").rollback?.to).toBe("model-pymk@1");
  });

  it.each([
    ["without a reason", storyOfThree, { reason: " " }, "reason_required"],
    ["an unknown environment", storyOfThree, { environment: "moon" }, "unknown_environment"],
    ["of a release that no longer runs there", storyOfThree, { from: "2" }, "superseded"],
    ["to itself", storyOfThree, { to: "3" }, "already_live"],
    ["to a version that nobody knows", storyOfThree, { to: "77" }, "unknown_release"],
    ["where nothing is live", storyAwaitingApproval, {}, "no_rollback_target"],
    ["where nothing was live before", storyLive, {}, "no_rollback_target"],
    ["as somebody who may not", storyOfThree, { person: aPerson("Zoe") }, "not_permitted"],
  ])("is refused %s", (_what, begin, overrides, code) => {
    const told = begin();
    const { refusal, events } = rollBack(told, overrides);
    expect(refusal).toBe(code);
    expect(events).toEqual([]);
  });

  it("is refused to a version that never finished its watch there", () => {
    const told = storyOfThree();
    told.wait(MINUTE);
    told.build("4");
    told.deployer("staging", OK);
    expect(rollBack(told, { to: "4" }).decision.refusal).toEqual({
      code: "no_rollback_target",
      sentence:
        "model-pymk@4 never finished its watch in production, so it is no rollback target; promote it instead",
    });
  });

  it("is refused while a rollback runs, and after one unless the version is named", () => {
    const told = storyOfThree();
    rollBack(told);
    expect(rollBack(told).refusal).toBe("rollback_running");
    told.deployer("production", OK);
    expect(rollBack(told).refusal).toBe("already_rolled_back");
    expect(rollBack(told, { to: "1" }).refusal).toBeNull();
  });

  it("is for owners, approvers and admins; for those named where rollback.from is set", () => {
    for (const person of [LEA, SAM, OLGA, ADA, DANA]) {
      expect(rollBack(storyOfThree(), { person }).refusal).toBeNull();
    }
    const told = storyOfThree();
    const production = { ...PRODUCTION, rollbackFrom: ["@sre"] };
    told.setPolicy(aPolicy(aComponent({ environments: [STAGING, production] })));
    expect(rollBack(told, { person: LEA }).refusal).toBe("not_permitted");
    expect(rollBack(told, { person: SAM }).refusal).toBeNull();
  });

  it("is for every full member where nobody is named at all", () => {
    const policy = aPolicy(aComponent({ owners: [], environments: [anEnvironment("only")] }));
    const told = story({ policy });
    for (const version of ["1", "2"]) {
      told.build(version);
      told.deployer("only", OK);
      told.wait(MINUTE);
    }
    const guest = aPerson("Gus", { fullMember: false });
    expect(rollBack(told, { person: guest }).refusal).toBe("not_permitted");
    expect(rollBack(told, { person: aPerson("Zoe") }).refusal).toBeNull();
  });

  it("of a component that is not configured is refused", () => {
    expect(rollBack(story({ component: "svc-none" })).refusal).toBe("unknown_component");
  });

  it("is refused where something live there needs the present version", () => {
    const needing = aComponent({
      name: "svc-feed",
      needs: [
        { component: "model-pymk", range: ">=3", satisfiedBy: (version) => Number(version) >= 3 },
      ],
    });
    const live = (release: string | null) => ({
      ...emptyComponent("svc-feed"),
      environments: { production: { ...emptyEnvironment("production"), live: release } },
    });
    const others = { "svc-feed": live("svc-feed@9") };
    const told = story({ policy: aPolicy(aComponent(), needing), others });
    told.build("2");
    told.deployer("staging", OK);
    bringLive(told, "2");
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", OK);
    bringLive(told, "3");
    expect(rollBack(told).decision.refusal).toEqual({
      code: "needs_unmet",
      sentence:
        "production cannot go to model-pymk 2: svc-feed svc-feed@9 there needs >=3. First return what needs it to a version that works with 2 (/release svc-feed rollback in production) and correct its needs in the configuration",
    });
  });
});

describe("a rollback that fails", () => {
  it("is told, keeps the environment as it is, and can be tried again with a key of its own", () => {
    const told = storyOfThree();
    rollBack(told);
    const { types, jobs } = told.deployer("production", { kind: "unknown", why: "no answer" });
    expect(types).toEqual(["RollbackFailed"]);
    expect(jobs.find(({ body }) => body.kind === "thread")?.body).toMatchObject({
      broadcast: true,
    });
    expect(told.environment("production")).toMatchObject({ live: "model-pymk@3" });
    const again = told.ask("Retry", LEA, { release: told.id("3"), environment: "production" });
    expect(again.types).toEqual(["RollbackRetried"]);
    expect(again.jobs.map(({ key }) => key)).toContain("rollback:model-pymk@3:production:2");
    told.deployer("production", { kind: "failed", why: "still no answer" });
    const third = told.ask("Retry", LEA, { release: told.id("3"), environment: "production" });
    expect(third.jobs.map(({ key }) => key)).toContain("rollback:model-pymk@3:production:3");
    told.deployer("production", OK);
    expect(told.environment("production").live).toBe("model-pymk@2");
  });
});

describe("an answer of the deployer that comes too late", () => {
  it("to an operation that was given up makes it stop", () => {
    const told = storyWatchingInDeploy();
    rollBack(told);
    const late = told.tell({
      type: "ReportOperation",
      component: "model-pymk",
      key: "deploy:model-pymk@2:production:1",
      report: { kind: "accepted", handle: "77", url: null },
    });
    expect(late.types).toEqual(["OperationAbandoned"]);
    expect(late.jobs.map(({ key, body }) => [key, "handle" in body && body.handle])).toContainEqual(
      ["stop:deploy:model-pymk@2:production:1", "77"],
    );
  });

  it("to an operation that nobody knows is dropped", () => {
    const told = storyLive();
    const report = { kind: "accepted", handle: "7", url: null } as const;
    expect(
      told.tell({ type: "ReportOperation", component: "model-pymk", key: "x", report }).events,
    ).toEqual([]);
    expect(told.deployer("production", OK).events).toEqual([]);
  });
});

/** Release 1 is live in production; release 2 is being deployed there, and the deployer has taken it. */
function storyWatchingInDeploy(): Story {
  const told = storyLive();
  told.wait(MINUTE);
  told.build("2");
  told.deployer("staging", OK);
  told.approve(LEA, "2");
  told.approve(SAM, "2");
  told.deployer("production", { kind: "accepted", handle: "42", url: null });
  return told;
}

describe("the rules of an environment that nobody can roll back", () => {
  it("names those who could not be read from Slack", () => {
    const told = storyWatching({
      policy: aPolicy(
        aComponent({
          owners: [],
          environments: [STAGING, { ...PRODUCTION, approval: [aRule("@ml-leads"), aRule("@sre")] }],
        }),
      ),
    });
    told.setDirectory({ "@ml-leads": null, "@sre": null });
    expect(rollBack(told).decision.refusal).toEqual({
      code: "directory_unavailable",
      sentence: "Slack could not say who @ml-leads and @sre and @admins is; try again in a minute",
    });
  });
});

describe("a deployment that failed before another one", () => {
  const FAILED = { kind: "failed", why: "no quota" } as const;

  /** Release 1 failed in staging; 2 is live there, decided by a process whose clock is behind. */
  function storyBehind(): Story {
    const told = story();
    told.build("1");
    told.deployer("staging", FAILED);
    told.wait(-10 * 60_000);
    told.build("2");
    told.deployer("staging", OK);
    return told;
  }

  it("is not what would be undone, whatever the clocks say", () => {
    expect(planRollback(storyBehind().state(), "staging")?.from.id).toBe("model-pymk@2");
  });

  it("is told by the clocks where it was not recorded which began last", () => {
    const state = storyBehind().state();
    const { begun: _, ...staging } = storyBehind().environment("staging");
    const before = { ...state, environments: { ...state.environments, staging } };
    expect(planRollback(before, "staging")?.from.id).toBe("model-pymk@1");
  });
});
