import { describe, expect, it } from "vitest";
import { emptyComponent, emptyEnvironment } from "../../src/core/component.ts";
import { noWorseThanLive } from "../support/expressions.ts";
import {
  aComponent,
  aGate,
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

function promote(told: Story, version: string, environment = "production", person = LEA) {
  return told.ask("Promote", person, { release: told.id(version), environment });
}

describe("a newer build", () => {
  it("supersedes one that waits for approval, in the same environment only", () => {
    const told = storyAwaitingApproval();
    told.wait(MINUTE);
    told.build("2");
    expect(told.promotion("1", "production").state.kind).toBe("awaiting-approval");
    const { types } = told.deployer("staging", OK);
    expect(types).toContain("PromotionSuperseded");
    expect(told.promotion("1", "production").state).toMatchObject({ by: "model-pymk@2" });
    expect(told.approve(LEA, "1").refusal).toBe("superseded");
  });

  it("waits for its turn while another is being deployed", () => {
    const told = story();
    told.build("1");
    told.wait(MINUTE);
    expect(told.build("2").types.slice(-2)).toEqual(["PromotionRequested", "PromotionQueued"]);
    expect(told.promotion("2", "staging").state).toMatchObject({
      kind: "queued",
      blockers: [{ kind: "busy", promotion: "model-pymk@1/staging/1" }],
    });
    expect(told.deployer("staging", OK).types).toContain("DeployStarted");
    expect(told.promotion("2", "staging").state.kind).toBe("deploying");
  });

  it("overtakes an older one in the queue, which is then superseded", () => {
    const told = story();
    for (const version of ["1", "2", "3"]) {
      told.build(version);
      told.wait(MINUTE);
    }
    expect(told.promotion("2", "staging").state).toMatchObject({
      kind: "superseded",
      by: "model-pymk@3",
    });
  });

  it("is never replaced by an older one that arrives later", () => {
    const told = storyLive();
    expect(told.build("0", { finishedAt: 1 }).types).not.toContain("PromotionRequested");
  });

  it("closes older candidates once it is live", () => {
    const told = story();
    told.build("1", { metrics: { auc: 0.1 } });
    told.wait(MINUTE);
    told.build("2");
    expect(told.release("1").status.kind).toBe("candidate");
    told.deployer("staging", OK);
    expect(told.release("1").status).toMatchObject({ kind: "superseded", by: "model-pymk@2" });
  });
});

describe("gates against what is live", () => {
  it("are judged again when that has moved", () => {
    const gates = [aGate({ check: noWorseThanLive("metrics.auc", 0.005) })];
    const told = story({ policy: aPolicy(aComponent({ gates })) });
    told.build("1", { metrics: { auc: 0.9 } });
    expect(told.release("1").gates.staging?.results).toMatchObject([
      { verdict: "pass", sentence: "nothing live to compare with", blocks: false },
    ]);
    told.deployer("staging", OK);
    told.wait(MINUTE);
    told.build("2", { metrics: { auc: 0.85 } });
    expect(told.release("2").gates.staging?.results).toMatchObject([
      { verdict: "fail", numbers: [{ subject: "metrics.auc", actual: 0.85, live: 0.9 }] },
    ]);
    expect(told.release("2").gates.production?.results).toMatchObject([{ verdict: "pass" }]);
  });
});

describe("promoting by name", () => {
  it("takes an older release again, over a newer one", () => {
    const told = storyLive();
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    bringLive(told, "2");
    const { types } = promote(told, "1");
    expect(types).toEqual(["GatesJudged", "PromotionRequested", "ApprovalRequested"]);
    expect(told.promotion("1", "production")).toMatchObject({ byName: true, attempt: 2 });
    bringLive(told, "1");
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@1",
      good: ["model-pymk@2"],
    });
  });

  it("is not superseded by a newer build that comes by itself", () => {
    const told = storyLive();
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    bringLive(told, "2");
    promote(told, "1");
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", OK);
    expect(told.promotion("1", "production").state.kind).toBe("awaiting-approval");
    expect(told.promotion("3", "production").state.kind).toBe("awaiting-approval");
  });

  it("opens a release again that was superseded or rejected", () => {
    const told = storyAwaitingApproval();
    told.ask("Reject", SAM, { release: told.id("1"), environment: "production", reason: "no" });
    expect(promote(told, "1").refusal).toBeNull();
    expect(told.release("1").status.kind).toBe("candidate");
  });

  it("opens an archived release again", () => {
    const told = storyLive();
    const old = told.release("1");
    const later = storyLive({
      archived: { "model-pymk@0": { ...old, id: "model-pymk@0", version: "0" } },
    });
    expect(promote(later, "0").types).toEqual([
      "ReleaseRestored",
      "GatesJudged",
      "PromotionRequested",
      "ApprovalRequested",
    ]);
  });

  it.each([
    [
      "a guest",
      (told: Story) => promote(told, "1", "staging", aPerson("Gus", { fullMember: false })),
      "not_permitted",
    ],
    ["an unknown release", (told: Story) => promote(told, "9"), "unknown_release"],
    ["an unknown environment", (told: Story) => promote(told, "1", "moon"), "unknown_environment"],
    ["what is live there already", (told: Story) => promote(told, "1", "staging"), "already_live"],
    ["what already waits there", (told: Story) => promote(told, "1"), "already_decided"],
  ])("refuses %s", (_what, act, code) => {
    const told = storyAwaitingApproval();
    const { refusal, events } = act(told);
    expect(refusal).toBe(code);
    expect(events).toEqual([]);
  });

  it("does not jump an environment", () => {
    const told = story();
    told.build("1");
    expect(promote(told, "1").decision.refusal).toEqual({
      code: "out_of_order",
      sentence: "model-pymk@1 has not been live in staging yet",
    });
  });

  it("is refused while a freeze is in force, by whoever set it", () => {
    const told = storyAwaitingApproval();
    told.ask("Stop", SAM, { release: told.id("1"), environment: "production", reason: "later" });
    told.ask("Freeze", LEA, { reason: "launch", until: told.now() + 60 * MINUTE });
    expect(promote(told, "1").decision.refusal).toEqual({
      code: "frozen",
      sentence:
        "model-pymk is frozen until 2026-11-22 13:00 UTC: launch (Lea); a rollback is still possible",
    });
    told.wait(60 * MINUTE);
    expect(promote(told, "1").refusal).toBeNull();
  });

  it("is refused while a person holds the component, and says how to lift it", () => {
    const told = storyLive();
    told.ask("Hold", OLGA, { environment: "production", reason: "incident 7" });
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    expect(told.release("2").promotions.map(({ environment }) => environment)).toEqual(["staging"]);
    expect(promote(told, "2").decision.refusal).toEqual({
      code: "held",
      sentence: "production is held: incident 7 (Olga); /release model-pymk unhold lifts it",
    });
  });

  it("of a newer release lifts the hold of an automatic rollback; of the bad one it does not", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    told.deployer("production", OK);
    expect(promote(told, "2").refusal).toBe("held");
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", OK);
    expect(promote(told, "3").types).toEqual([
      "HoldLifted",
      "PromotionRequested",
      "ApprovalRequested",
    ]);
    expect(told.state().holds).toEqual([]);
  });
});

describe("needs", () => {
  const satisfied = (range: string) => (version: string) => version === range;
  const needing = aComponent({
    environments: [anEnvironment("staging"), PRODUCTION],
    needs: [{ component: "svc-feed", range: "2.3.0", satisfiedBy: satisfied("2.3.0") }],
  });
  const feed = (version: string | null) => {
    const state = emptyComponent("svc-feed");
    if (version === null) return state;
    const release = storyLive().release("1");
    return {
      ...state,
      releases: { [`svc-feed@${version}`]: { ...release, id: `svc-feed@${version}`, version } },
      environments: { staging: { ...emptyEnvironment("staging"), live: `svc-feed@${version}` } },
    };
  };

  it.each([
    ["nothing of it is live", null, "needs svc-feed 2.3.0 there, and none is live"],
    ["another version is live", "2.2.0", "needs svc-feed 2.3.0 there, and 2.2.0 is live"],
  ])("keep a release waiting where %s", (_when, version, sentence) => {
    const told = story({ policy: aPolicy(needing), others: { "svc-feed": feed(version) } });
    told.build("1");
    expect(told.promotion("1", "staging").state.kind).toBe("queued");
    expect(
      told.ask("Stop", OLGA, { release: told.id("1"), environment: "staging", reason: "x" })
        .refusal,
    ).toBeNull();
    expect(promote(told, "1", "staging").decision.refusal).toEqual({
      code: "needs_unmet",
      sentence: `model-pymk ${sentence}`,
    });
  });

  it("let it go on where they are met", () => {
    const told = story({ policy: aPolicy(needing), others: { "svc-feed": feed("2.3.0") } });
    expect(told.build("1").types).toContain("DeployStarted");
  });

  it("of a component that was never seen are unmet", () => {
    const told = story({ policy: aPolicy(needing) });
    expect(told.build("1").types).not.toContain("DeployStarted");
  });
});

describe("a component with one environment and no rule", () => {
  it("deploys by itself and is live at once without a watch", () => {
    const policy = aPolicy(aComponent({ environments: [anEnvironment("anywhere")] }));
    const told = story({ policy });
    told.build("1");
    expect(told.deployer("anywhere", OK).types).toEqual(["DeploySucceeded", "PromotionCompleted"]);
  });

  it("falls back to asking when a rule is added while it waits", () => {
    const policy = (rules: boolean) =>
      aPolicy(
        aComponent({
          environments: [
            anEnvironment("anywhere", {
              approval: rules ? [aRule("@sre")] : [],
              source: { rules },
            }),
          ],
        }),
      );
    const told = story({ policy: policy(false) });
    told.ask("Hold", LEA, { environment: null, reason: "wait" });
    told.build("1");
    told.ask("Unhold", LEA, { environment: null });
    told.wait(MINUTE);
    told.build("2");
    expect(told.promotion("2", "anywhere").state.kind).toBe("queued");
    told.setPolicy(policy(true));
    expect(told.tell({ type: "Review", component: "model-pymk" }).types).toEqual([
      "GatesJudged",
      "ApprovalsVoided",
      "ApprovalRequested",
    ]);
    told.deployer("anywhere", OK);
    expect(told.promotion("2", "anywhere").state.kind).toBe("awaiting-approval");
  });
});

describe("a review", () => {
  it("of a component that is no longer configured changes nothing", () => {
    const told = storyLive();
    told.setPolicy(aPolicy(aComponent({ name: "other" })));
    expect(told.tell({ type: "Review", component: "model-pymk" }).events).toEqual([]);
  });

  it("starts what a freeze kept waiting", () => {
    const told = storyAwaitingApproval();
    told.ask("Freeze", ADA, { reason: "launch", until: told.now() + 60 * MINUTE });
    told.approve(LEA, "1");
    const { types, jobs } = told.approve(SAM, "1");
    expect(types).toEqual(["ApprovalGiven", "PromotionApproved", "PromotionQueued"]);
    expect(jobs).toContainEqual({
      key: "review:model-pymk",
      lane: null,
      runAt: told.now() + 60 * MINUTE,
      body: { kind: "review", component: "model-pymk" },
    });
    expect(told.tell({ type: "Review", component: "model-pymk" }).events).toEqual([]);
    told.wait(60 * MINUTE);
    expect(told.tell({ type: "Review", component: "model-pymk" }).types).toEqual(["DeployStarted"]);
  });

  it("starts what a recurring window kept waiting", () => {
    const until = Date.UTC(2026, 10, 23);
    const weekend = { reason: "weekend", activeUntil: (at: number) => (at < until ? until : null) };
    const policy = aPolicy(aComponent({ freezes: [weekend], environments: [STAGING] }));
    const told = story({ policy });
    told.build("1");
    expect(told.promotion("1", "staging").state).toMatchObject({
      kind: "queued",
      blockers: [{ kind: "frozen", reason: "weekend", by: { name: "slipway" }, until }],
    });
    told.wait(24 * 60 * MINUTE);
    expect(told.tell({ type: "Review", component: "model-pymk" }).types).toEqual(["DeployStarted"]);
  });
});
