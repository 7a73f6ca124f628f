import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import { emptyComponent } from "../../src/core/component.ts";
import type { ComponentPolicy, RoutinePolicy } from "../../src/core/policy.ts";
import { ROUTINE_LANE } from "../../src/core/routine.ts";
import { atLeast } from "../support/expressions.ts";
import { aDatasetOf } from "../support/fragments.ts";
import {
  aComponent,
  aGate,
  anEnvironment,
  aPolicy,
  aRule,
  aWatch,
  MINUTE,
} from "../support/policies.ts";
import { ADA, aBuild, LEA, OLGA, SAM, type Story, story } from "../support/story.ts";

const BAND: RoutinePolicy["band"] = {
  kind: "each",
  metrics: { auc: { unit: "value", most: 0.005 } },
};
const EDGES = aDatasetOf("edges", { schema: "s1" });

function lane(
  routine: Partial<RoutinePolicy> = {},
  overrides: Partial<ComponentPolicy> = {},
  watch = false,
) {
  return aPolicy(
    aComponent({
      environments: [
        anEnvironment("production", {
          approval: [aRule("@sre")],
          routine: { band: BAND, sample: 0, ...routine },
          watch: watch ? aWatch() : null,
        }),
      ],
      ...overrides,
    }),
  );
}

const train = (told: Story, version: string, overrides: Partial<Build> = {}) => {
  told.wait(MINUTE);
  return told.build(version, { datasets: [EDGES], ...overrides });
};

const deployed = (told: Story) => told.deployer("production", { kind: "succeeded", detail: null });

/** Release 1 is live, approved by people. */
function live(policy = lane(), overrides: Partial<Build> = {}): Story {
  const told = story({ policy });
  train(told, "1", overrides);
  told.approve(SAM, "1");
  deployed(told);
  return told;
}

describe("a release that is routine", () => {
  it("is approved by the lane, which the event names with the reason", () => {
    const told = live();
    const { types, events } = train(told, "2", {
      metrics: { auc: 0.815 },
      datasets: [aDatasetOf("edges", { schema: "s1", version: "2", rows: 7 })],
    });
    expect(types).toEqual([
      "ReleaseRegistered",
      "GatesJudged",
      "PromotionRequested",
      "RoutineApproved",
      "DeployStarted",
    ]);
    const { digest } = told.promotion("2", "production");
    expect(events[3]).toEqual({
      type: "RoutineApproved",
      promotion: "model-pymk@2/production/1",
      digest,
      lane: ROUTINE_LANE,
      why: "the same code and data sets as 1, every gate passes, and its metrics are within the band",
    });
    expect(told.promotion("2", "production")).toMatchObject({
      approvals: [{ by: ROUTINE_LANE, at: told.now(), digest }],
      approvedAt: told.now(),
      state: { kind: "deploying" },
    });
  });

  it.each([
    ["one share for all metrics", { kind: "all", unit: "share", most: 0.01 }],
    ["a share for one", { kind: "each", metrics: { auc: { unit: "share", most: 0.01 } } }],
  ] as const)("may have %s as its band", (_what, band) => {
    const told = live(lane({ band }));
    expect(train(told, "2", { metrics: { auc: 0.818 } }).types).toContain("RoutineApproved");
    deployed(told);
    expect(train(told, "3", { metrics: { auc: 0.828 } }).types).not.toContain("RoutineApproved");
  });

  it("of a service needs no data sets", () => {
    const none = { datasets: [] };
    const told = live(lane({}, { kind: "service" }), none);
    expect(train(told, "2", none).types).toContain("RoutineApproved");
  });

  it("waits for people while another one is under watch, and not for them when that has ended", () => {
    const told = live(lane({}, {}, true));
    told.wait(31 * MINUTE);
    told.watch("1", "production", "success");
    expect(train(told, "2").types).toContain("RoutineApproved");
    deployed(told);
    expect(train(told, "3").types).toContain("ApprovalRequested");
    told.wait(31 * MINUTE);
    const { types } = told.watch("2", "production", "success");
    expect(types).toContain("RoutineApproved");
    expect(told.promotion("3", "production").state.kind).toBe("deploying");
  });
});

describe("a release is not routine", () => {
  const other = "b".repeat(40);
  const { commit } = aBuild();

  it.each<readonly [string, Partial<Build>]>([
    ["of another commit", { commit: commit === null ? null : { ...commit, sha: other } }],
    [
      "of a commit that is not known",
      { commit: commit === null ? null : { ...commit, sha: null } },
    ],
    [
      "of another repository",
      { commit: commit === null ? null : { ...commit, repository: "acme/x" } },
    ],
    ["without a commit", { commit: null }],
    ["with another data set", { datasets: [EDGES, aDatasetOf("users", { schema: "s1" })] }],
    ["with another schema", { datasets: [aDatasetOf("edges", { schema: "s2" })] }],
    ["with a schema that is not known", { datasets: [aDatasetOf("edges")] }],
    ["without data sets", { datasets: [] }],
    ["with a metric outside the band", { metrics: { auc: 0.8151 } }],
    ["with something missing", { gaps: [{ what: "a page", why: "no access", blocks: false }] }],
    ["that was built before the live one", { finishedAt: 1 }],
  ])("%s", (_what, overrides) => {
    const told = live();
    const { types } = train(told, "2", overrides);
    expect(types).not.toContain("RoutineApproved");
    expect(types).not.toContain("DeployStarted");
  });

  it("where nothing is live: never the first", () => {
    expect(train(story({ policy: lane() }), "1").types).toContain("ApprovalRequested");
  });

  it("where no lane is declared", () => {
    const environments = [anEnvironment("production", { approval: [aRule("@sre")] })];
    const told = live(aPolicy(aComponent({ environments })));
    expect(train(told, "2").types).toContain("ApprovalRequested");
  });

  it("with a gate that warns, or with no gate at all", () => {
    const warns = aGate({ name: "high", check: atLeast("metrics.auc", 0.9), level: "warn" });
    for (const gates of [[aGate(), warns], []]) {
      expect(train(live(lane({}, { gates })), "2").types).toContain("ApprovalRequested");
    }
  });

  it("where the live one's commit or metric is not known", () => {
    expect(train(live(lane(), { commit: null }), "2").types).toContain("ApprovalRequested");
    const band: RoutinePolicy["band"] = {
      kind: "each",
      metrics: { f1: { unit: "value", most: 1 } },
    };
    const told = live(lane({ band }));
    const metrics = { auc: 0.81, f1: 0.5 };
    expect(train(told, "2", { metrics }).types).toContain("ApprovalRequested");
  });

  it("where the band is for all metrics and there are none, or one side lacks one", () => {
    const gates = [aGate({ check: atLeast("tests.passed", 1) })];
    const band = { kind: "all", unit: "share", most: 1 } as const;
    const none = live(lane({ band }, { gates }), { metrics: {} });
    expect(train(none, "2", { metrics: {} }).types).not.toContain("RoutineApproved");
    const told = live(lane({ band }));
    const metrics = { auc: 0.81, f1: 0.5 };
    expect(train(told, "2", { metrics }).types).toContain("ApprovalRequested");
  });

  it("while a freeze stands, and is when it has ended", () => {
    const told = live();
    told.ask("Freeze", LEA, { reason: "launch", until: told.now() + 30 * MINUTE });
    expect(train(told, "2").types).toContain("ApprovalRequested");
    told.wait(30 * MINUTE);
    expect(told.tell({ type: "Review", component: "model-pymk" }).types).toEqual([
      "RoutineApproved",
      "DeployStarted",
    ]);
  });

  it("while everything is frozen", () => {
    const told = live();
    const freeze = { reason: "launch", by: ROUTINE_LANE, at: 0, until: told.now() + 30 * MINUTE };
    told.setGlobal({ schema: emptyComponent("").schema, freeze, digest: null });
    expect(train(told, "2").types).toContain("ApprovalRequested");
  });

  it("while it is held, and after a rollback until people have approved one that stayed", () => {
    const told = live(lane({}, {}, true));
    told.wait(31 * MINUTE);
    told.watch("1", "production", "success");
    train(told, "2");
    deployed(told);
    told.watch("2", "production", "failure");
    deployed(told);
    expect(told.state().holds).toMatchObject([{ automatic: true }]);
    expect(train(told, "3").types).not.toContain("PromotionRequested");
    const { types } = told.ask("Unhold", ADA, { environment: null });
    expect(types).toContain("ApprovalRequested");
    expect(types).not.toContain("RoutineApproved");
    told.approve(SAM, "3");
    deployed(told);
    told.wait(31 * MINUTE);
    told.watch("3", "production", "success");
    expect(train(told, "4").types).toContain("RoutineApproved");
  });

  it("when a person asks for it by name, or when it is tried again", () => {
    const told = live();
    train(told, "2");
    told.deployer("production", { kind: "failed", why: "no quota" });
    const again = told.ask("Retry", OLGA, { release: told.id("2"), environment: "production" });
    expect(again.types).toContain("ApprovalRequested");
    expect(again.types).not.toContain("RoutineApproved");
  });
});

describe("the share that people look at", () => {
  it("is all of them where everything is sampled, with a note, and it stays so", () => {
    const told = live(lane({ sample: 1 }));
    const { types } = train(told, "2");
    expect(types.slice(-2)).toEqual(["RoutineSampled", "ApprovalRequested"]);
    expect(told.promotion("2", "production").sampled).toBe(true);
    told.setPolicy(lane({ sample: 0 }));
    expect(told.build("2", { datasets: [EDGES], notes: "late" }).types).not.toContain(
      "RoutineApproved",
    );
    expect(told.approve(SAM, "2").types).toContain("DeployStarted");
  });

  it("is chosen by the evidence: about as many as it says, and always the same ones", () => {
    const sampled = () => {
      const told = live(lane({ sample: 0.3 }));
      return Array.from({ length: 60 }, (_, index) => {
        const version = String(index + 2);
        const isSampled = train(told, version).types.includes("RoutineSampled");
        if (isSampled) told.approve(SAM, version);
        deployed(told);
        return isSampled;
      });
    };
    const first = sampled();
    const count = first.filter((isSampled) => isSampled).length;
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(35);
    expect(sampled()).toEqual(first);
  });
});

describe("what the lane approved", () => {
  it("counts for nobody when it is tried again: people are asked", () => {
    const told = live();
    train(told, "2");
    told.deployer("production", { kind: "failed", why: "no quota" });
    told.ask("Retry", OLGA, { release: told.id("2"), environment: "production" });
    expect(told.promotion("2", "production").state.kind).toBe("awaiting-approval");
    expect(told.approve(SAM, "2").types).toContain("DeployStarted");
  });
});
