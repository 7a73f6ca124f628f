import { describe, expect, it } from "vitest";
import { isFalseAlarm } from "../../src/core/false-alarm.ts";
import { labelOffers } from "../../src/core/offer.ts";
import { aConfirmation, aGuard, aLongWatch, MINUTE } from "../support/policies.ts";
import {
  aPerson,
  DANA,
  LEA,
  SAM,
  type Story,
  storyTwoLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;

const label = (
  told: Story,
  version: string,
  { person = LEA, check = null as string | null, reason = "the scrape job was moved" } = {},
) =>
  told.ask("ReportFalseAlarm", person, {
    release: told.id(version),
    environment: "production",
    check,
    reason,
  });

const offered = (told: Story, version: string) =>
  labelOffers(told.release(version), told.promotion(version, "production"));

/** Release 2 has been rolled back by its watch to release 1. */
function storyRolledBack(): Story {
  const told = storyWatching();
  told.watch("2", "production", "failure");
  told.deployer("production", OK);
  return told;
}

describe("a false alarm", () => {
  it("is recorded with the change of the check that would have spared it", () => {
    const told = storyWatching({ policy: asking() });
    told.watch("2", "production", "failure");
    const proposal = { check: "check 1", diff: ["+ failureLimit: 3"], sentence: "It is quiet." };
    const { events } = told.ask("ReportFalseAlarm", LEA, {
      release: told.id("2"),
      environment: "production",
      check: null,
      reason: "noise",
      proposals: [proposal],
    });
    expect(events).toMatchObject([{ type: "FalseAlarmReported", proposals: [proposal] }]);
  });

  it("is recorded once, with who said so, why and of which check", () => {
    const told = storyWatching({ policy: asking() });
    told.watch("2", "production", "failure");
    expect(isFalseAlarm(told.promotion("2", "production"))).toBe(false);
    expect(offered(told, "2")).toEqual([{ kind: "falseAlarm", environment: "production" }]);
    expect(label(told, "2").events).toEqual([
      {
        type: "FalseAlarmReported",
        promotion: "model-pymk@2/production/1",
        check: null,
        reason: "the scrape job was moved",
      },
    ]);
    expect(told.promotion("2", "production").incident?.falseAlarm).toEqual({
      by: { kind: "person", id: "ULEA", name: "Lea" },
      at: told.now(),
      reason: "the scrape job was moved",
      check: null,
    });
    expect(isFalseAlarm(told.promotion("2", "production"))).toBe(true);
    told.wait(3 * MINUTE);
    expect(label(told, "2", { person: SAM }).decision.refusal).toEqual({
      code: "already_decided",
      sentence: "Lea said so 3 min ago: the scrape job was moved",
    });
    expect(offered(told, "2")).toEqual([]);
  });

  it("is a label and no decision: people are still asked", () => {
    const told = storyWatching({ policy: asking() });
    told.watch("2", "production", "failure");
    label(told, "2");
    expect(told.promotion("2", "production").state.kind).toBe("watching");
    const override = { release: told.id("2"), environment: "production", reason: "as I said" };
    expect(told.ask("Override", LEA, override).types).toContain("PromotionCompleted");
  });

  it("may be one check of several, or all of them", () => {
    const told = storyWatching({ policy: asking() });
    told.watch("2", "production", "failure", "failure");
    expect(label(told, "2", { check: "check 9" }).decision.refusal).toEqual({
      code: "nothing_to_label",
      sentence: "check 9 is not behind this breach, but check 1, check 2",
    });
    expect(label(told, "2", { check: "check 2" }).events[0]).toMatchObject({ check: "check 2" });
    const other = storyWatching({ policy: asking() });
    other.watch("2", "production", "failure", "failure");
    expect(label(other, "2").events[0]).toMatchObject({ check: null });
  });

  it("after an automatic rollback lifts the hold that it placed", () => {
    const told = storyRolledBack();
    expect(label(told, "2").types).toEqual(["FalseAlarmReported", "HoldLifted"]);
    expect(told.state().holds).toEqual([]);
  });

  it("leaves a hold that a person has placed since", () => {
    const told = storyRolledBack();
    told.ask("Hold", SAM, { environment: "production", reason: "looking into it" });
    expect(label(told, "2").types).toEqual(["FalseAlarmReported"]);
  });

  it("leaves the hold of another rollback", () => {
    const told = storyRolledBack();
    told.ask("Unhold", LEA, { environment: null });
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", OK);
    told.approve(LEA, "3");
    told.approve(SAM, "3");
    told.deployer("production", OK);
    told.watch("3", "production", "failure");
    expect(label(told, "2").types).toEqual(["FalseAlarmReported"]);
    expect(told.state().holds).toHaveLength(1);
    expect(label(told, "3").types).toEqual(["FalseAlarmReported", "HoldLifted"]);
  });

  it("is for whoever may roll back, with a reason", () => {
    const told = storyRolledBack();
    expect(label(told, "2", { person: aPerson("Zoe") }).refusal).toBe("not_permitted");
    expect(label(told, "2", { reason: "  " }).refusal).toBe("reason_required");
    expect(label(told, "9").refusal).toBe("unknown_release");
    // Whose change it is may say so too: it decides nothing.
    expect(label(told, "2", { person: DANA }).refusal).toBeNull();
  });

  it("needs a breach", () => {
    const told = storyWatching();
    expect(label(told, "2").decision.refusal).toEqual({
      code: "nothing_to_label",
      sentence: "no check of model-pymk@2 has failed in production",
    });
    told.wait(30 * MINUTE);
    told.watch("2", "production", "error");
    expect(label(told, "2").refusal).toBe("nothing_to_label");
    told.build("3");
    expect(label(told, "3").refusal).toBe("nothing_to_label");
    const unasked = { release: told.id("2"), environment: "staging", check: null, reason: "x" };
    expect(told.ask("ReportFalseAlarm", LEA, unasked).refusal).toBe("nothing_to_label");
    expect(offered(told, "2")).toEqual([]);
  });

  it("may be said of a guard, and not of labels that revoked a release", () => {
    const guarded = storyTwoLive({ policy: aLongWatch({ guard: aGuard() }) });
    guarded.guard("2", "production", "failure");
    expect(label(guarded, "2").types).toEqual(["FalseAlarmReported", "HoldLifted"]);
    const labelled = storyTwoLive({ policy: aLongWatch({ confirm: aConfirmation() }) });
    labelled.wait(24 * 60 * MINUTE);
    labelled.confirm("2", "production", "failure");
    expect(label(labelled, "2").refusal).toBe("nothing_to_label");
  });

  it("is not offered of an earlier attempt", () => {
    const told = storyRolledBack();
    const { promotions } = told.release("2");
    told.ask("Unhold", LEA, { environment: null });
    const again = { release: told.id("2"), environment: "production" };
    expect(told.ask("Promote", LEA, again).refusal).toBeNull();
    const earlier = promotions.at(-1);
    expect(earlier && labelOffers(told.release("2"), earlier)).toEqual([]);
  });
});

function asking() {
  const on = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
  const policy = aLongWatch({});
  const [component] = Object.values(policy.components);
  if (component === undefined) throw new Error("there is one component");
  const environments = component.environments.map((one) =>
    one.watch === null ? one : { ...one, watch: { ...one.watch, on } },
  );
  return { ...policy, components: { [component.name]: { ...component, environments } } };
}
