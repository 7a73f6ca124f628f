import { describe, expect, it } from "vitest";
import { SLIPWAY } from "../../../src/core/actor.ts";
import { emptyComponent } from "../../../src/core/component.ts";
import { type DoraFact, doraFactOf, stepOf } from "../../../src/core/dora/dora-fact.ts";
import type { ComponentEvent, Fact } from "../../../src/core/event.ts";
import {
  aComponent,
  aConfirmation,
  aGuard,
  aLongWatch,
  aPolicy,
  aWatch,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../../support/policies.ts";
import {
  LEA,
  NOON,
  SAM,
  type Story,
  storyAwaitingApproval,
  storyLive,
  storyTwoLive,
  storyWatching,
} from "../../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const FIRST = "model-pymk@1/production/1";
const SECOND = "model-pymk@2/production/1";
const failed = { kind: "failed", environment: "production", promotion: SECOND } as const;

/** What these facts say, folded from the first of them on. */
function doraOf(facts: readonly Fact<ComponentEvent>[]): readonly DoraFact[] {
  let state = emptyComponent("model-pymk");
  return facts.flatMap((fact) => {
    const step = stepOf(state, fact);
    state = step.after;
    return doraFactOf(step) ?? [];
  });
}

function inProduction(told: Story, ...kinds: readonly DoraFact["kind"][]): readonly DoraFact[] {
  return doraOf(told.facts()).filter(
    ({ environment, kind }) =>
      environment === "production" && (kinds.length === 0 || kinds.includes(kind)),
  );
}

/** Of what began before the first event that was read. */
function alone(event: ComponentEvent): readonly DoraFact[] {
  return doraOf([{ at: NOON, by: SLIPWAY, event }]);
}

function label(told: Story): void {
  const about = { release: told.id("2"), environment: "production", check: null };
  expect(told.ask("ReportFalseAlarm", LEA, { ...about, reason: "noise" }).refusal).toBeNull();
}

function rollBack(told: Story): void {
  const roll = { from: null, environment: null, to: null, trigger: "button" } as const;
  expect(told.ask("RollBack", LEA, { ...roll, reason: "slow" }).refusal).toBeNull();
}

const asking = { failure: "ask", inconclusive: "ask", error: "ask" } as const;

describe("what events say of how releases are delivered", () => {
  it("a deployment, with its lead time, and how long people took to approve it", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    told.wait(2 * MINUTE);
    told.approve(SAM, "1");
    told.deployer("production", OK);
    told.wait(30 * MINUTE);
    told.watch("1", "production", "success");
    expect(inProduction(told)).toEqual([
      { kind: "approved", environment: "production", promotion: FIRST, took: 2 * MINUTE },
      { kind: "deployed", environment: "production", promotion: FIRST, leadTime: 32 * MINUTE },
    ]);
  });

  it("no approval where nobody had to be asked", () => {
    const told = storyLive();
    const staging = doraOf(told.facts()).filter(({ environment }) => environment === "staging");
    expect(staging.map(({ kind }) => kind)).toEqual(["deployed"]);
  });

  it("a deployment that failed", () => {
    const told = storyLive();
    told.build("2");
    told.deployer("staging", OK);
    told.approve(LEA, "2");
    told.approve(SAM, "2");
    told.deployer("production", { kind: "failed", why: "no quota" });
    expect(inProduction(told, "failed")).toEqual([failed]);
  });

  it("a rollback as one failure, and how long it took until the last good release was back", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    told.wait(45_000);
    told.deployer("production", OK);
    expect(inProduction(told, "failed", "restored")).toEqual([
      failed,
      { kind: "restored", environment: "production", took: 45_000 },
    ]);
  });

  it("a failure that is announced and rolled back later by a person as one", () => {
    const on = { failure: "announce", inconclusive: "ask", error: "ask" } as const;
    const production = { ...PRODUCTION, watch: aWatch({ on }) };
    const policy = aPolicy(aComponent({ environments: [STAGING, production] }));
    const told = storyWatching({ policy });
    told.watch("2", "production", "failure");
    told.wait(30 * MINUTE);
    told.watch("2", "production", "failure");
    rollBack(told);
    expect(inProduction(told, "failed")).toEqual([failed]);
  });

  it("a release that labels revoke as one failure, whether it is rolled back for it or not", () => {
    const told = storyTwoLive({ policy: aLongWatch({ confirm: aConfirmation() }) });
    told.wait(24 * 60 * MINUTE);
    expect(told.confirm("2", "production", "failure").types).toContain("PromotionRevoked");
    expect(inProduction(told, "failed")).toEqual([failed]);
    rollBack(told);
    expect(inProduction(told, "failed")).toEqual([failed]);
  });

  it("a false alarm, with whether it had been counted as a failure", () => {
    const late = storyWatching();
    late.watch("2", "production", "failure");
    label(late);
    const alarm = { kind: "false-alarm", environment: "production", promotion: SECOND } as const;
    expect(inProduction(late, "failed", "false-alarm")).toEqual([
      failed,
      { ...alarm, counted: true },
    ]);
    const policy = aLongWatch({ guard: aGuard({ on: asking }) });
    const early = storyTwoLive({ policy });
    early.guard("2", "production", "failure");
    label(early);
    rollBack(early);
    expect(inProduction(early, "failed", "false-alarm")).toEqual([{ ...alarm, counted: false }]);
  });

  it("no failure where somebody had called it a false alarm before its watch ended", () => {
    const on = { failure: "announce", inconclusive: "ask", error: "ask" } as const;
    const production = { ...PRODUCTION, watch: aWatch({ on }) };
    const told = storyWatching({
      policy: aPolicy(aComponent({ environments: [STAGING, production] })),
    });
    told.watch("2", "production", "failure");
    label(told);
    told.wait(30 * MINUTE);
    told.watch("2", "production", "failure");
    expect(told.facts().at(-1)?.event.type).toBe("PromotionFailed");
    expect(inProduction(told, "failed")).toEqual([]);
  });

  it("nothing of a promotion that was rejected", () => {
    const told = storyAwaitingApproval();
    const release = told.id("1");
    told.ask("Reject", LEA, { release, environment: "production", reason: "slices" });
    expect(inProduction(told)).toEqual([]);
  });
});

describe("what began before the first event that is known", () => {
  it.each<{ name: string; event: ComponentEvent; says: readonly DoraFact[] }>([
    {
      name: "a deployment without a lead time",
      event: { type: "PromotionCompleted", promotion: SECOND },
      says: [{ kind: "deployed", environment: "production", promotion: SECOND, leadTime: null }],
    },
    {
      name: "an approval that nobody can say the length of",
      event: { type: "PromotionApproved", promotion: SECOND, digest: "d", counted: [] },
      says: [],
    },
    {
      name: "a failure",
      event: {
        type: "PromotionFailed",
        promotion: SECOND,
        why: "exit 1",
        known: true,
        incident: null,
      },
      says: [failed],
    },
    {
      name: "a rollback",
      event: {
        type: "RollbackStarted",
        environment: "production",
        rollback: "rollback:model-pymk@2:production:1",
        promotion: SECOND,
        from: "model-pymk@2",
        to: "model-pymk@1",
        trigger: "button",
        reason: "slow",
        deployer: "gate",
        params: {},
      },
      says: [failed],
    },
    {
      name: "the end of a rollback whose beginning is not known",
      event: { type: "RolledBack", environment: "production", rollback: "rollback:1" },
      says: [],
    },
    {
      name: "a false alarm",
      event: { type: "FalseAlarmReported", promotion: SECOND, check: null, reason: "noise" },
      says: [{ kind: "false-alarm", environment: "production", promotion: SECOND, counted: false }],
    },
  ])("is $name", ({ event, says }) => {
    expect(alone(event)).toEqual(says);
  });
});
