import { describe, expect, it } from "vitest";
import type { ConfirmPolicy } from "../../src/core/watch-policy.ts";
import { aConfirmation, aGuard, aLongWatch, aPolicy, MINUTE } from "../support/policies.ts";
import {
  anAssessment,
  bringLive,
  LEA,
  SAM,
  type Story,
  storyLive,
  storyTwoLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const confirmed = (overrides: Partial<ConfirmPolicy> = {}) =>
  aLongWatch({ confirm: aConfirmation(overrides) });

/** Release 2 is live and good provisionally; its labels begin to come now. */
function storyLabels(policy = confirmed()): Story {
  const told = storyTwoLive({ policy });
  const { confirmation } = told.promotion("2", "production");
  told.wait((confirmation?.from ?? 0) - told.now());
  return told;
}

/** The next release is deployed, watched and live. */
function replaceBy(told: Story, version: string): void {
  told.wait(MINUTE);
  told.build(version);
  told.deployer("staging", OK);
  bringLive(told, version);
}

const review = (told: Story) => told.tell({ type: "Review", component: "model-pymk" });
const outcome = (told: Story, version: string) =>
  told.promotion(version, "production").confirmation?.outcome?.kind;
const override = (told: Story, version: string) =>
  told.ask("Override", LEA, {
    release: told.id(version),
    environment: "production",
    reason: "the labels are late",
  });

describe("a release whose labels come later", () => {
  it("is good provisionally, and measured from when they are expected on", () => {
    const told = storyWatching({ policy: confirmed() });
    const tookTraffic = told.now();
    told.wait(30 * MINUTE);
    const { types, jobs } = told.watch("2", "production", "success");
    expect(types).toEqual([
      "VerdictChanged",
      "WatchPassed",
      "ConfirmationAwaited",
      "PromotionCompleted",
    ]);
    expect(told.promotion("2", "production").confirmation).toEqual({
      from: tookTraffic + DAY,
      until: tookTraffic + DAY + 6 * HOUR,
      checks: [],
      outcome: null,
    });
    expect(jobs.find(({ body }) => body.kind === "confirm")).toMatchObject({
      key: "confirm:model-pymk@2/production/1",
      runAt: tookTraffic + DAY,
    });
  });

  it("is so too when a person kept it", () => {
    const told = storyWatching({ policy: confirmed() });
    told.wait(30 * MINUTE);
    told.watch("2", "production", "error");
    expect(override(told, "2").types).toEqual([
      "WatchOverridden",
      "ConfirmationAwaited",
      "PromotionCompleted",
    ]);
  });

  it("is confirmed when they bear it out, and not before the end", () => {
    const told = storyLabels();
    expect(told.confirm("2", "production", "success").types).toEqual(["VerdictChanged"]);
    told.wait(6 * HOUR);
    expect(told.confirm("2", "production", "success").types).toEqual(["PromotionConfirmed"]);
    expect(outcome(told, "2")).toBe("confirmed");
    expect(told.confirm("2", "production", "failure").events).toEqual([]);
  });

  it("needs no confirmation where none is configured", () => {
    expect(storyLive().promotion("1", "production").confirmation).toBeUndefined();
    expect(storyLive().confirm("1", "production", "failure").events).toEqual([]);
    const unknown = { type: "ReportConfirmation", component: "model-pymk" } as const;
    expect(storyLive().tell({ ...unknown, promotion: "x/y/1", assessments: [] }).events).toEqual(
      [],
    );
  });
});

describe("labels that show that a release is bad", () => {
  it("ask people while it is live, and never roll back by themselves", () => {
    const told = storyLabels();
    expect(told.confirm("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "PromotionRevoked",
    ]);
    expect(told.promotion("2", "production")).toMatchObject({
      state: { kind: "live" },
      incident: { kind: "breach", phase: "confirmation", action: "ask", number: 1 },
      confirmation: { outcome: { kind: "revoked", why: "check 1: it is failure" } },
    });
    const roll = { from: told.id("2"), environment: null, to: null, trigger: "button" } as const;
    expect(told.ask("RollBack", LEA, { ...roll, reason: "labels" }).events[0]).toMatchObject({
      to: "model-pymk@1",
    });
  });

  it("keep it from being returned to when it is replaced", () => {
    const told = storyLabels();
    told.confirm("2", "production", "failure");
    replaceBy(told, "3");
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@3",
      good: ["model-pymk@1"],
    });
    expect(told.promotion("2", "production").incident?.closed).toBe("replaced");
  });

  it("take it out of what is returned to when it has been replaced, and ask nobody", () => {
    const told = storyLabels();
    replaceBy(told, "3");
    expect(told.environment("production").good).toEqual(["model-pymk@2", "model-pymk@1"]);
    told.confirm("2", "production", "failure");
    expect(told.environment("production").good).toEqual(["model-pymk@1"]);
    expect(told.promotion("2", "production").incident).toBeNull();
    const to = { from: null, environment: "production", trigger: "command" } as const;
    const refused = told.ask("RollBack", LEA, { ...to, to: told.id("2"), reason: "slow" });
    expect(refused.decision.refusal).toEqual({
      code: "no_rollback_target",
      sentence:
        "model-pymk@2 was live in production, and what came later showed that it was bad; promote it by name if you want it all the same",
    });
  });

  it("make what follows it return to the one before it", () => {
    const told = storyLabels();
    told.confirm("2", "production", "failure");
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", OK);
    told.approve(LEA, "3");
    told.approve(SAM, "3");
    told.deployer("production", OK);
    const { events } = told.watch("3", "production", "failure");
    expect(events.find(({ type }) => type === "RollbackStarted")).toMatchObject({
      from: "model-pymk@3",
      to: "model-pymk@1",
    });
  });

  it("leave nothing to return to where it was the first", () => {
    const told = storyLive({ policy: confirmed() });
    told.wait(DAY);
    told.confirm("1", "production", "failure");
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    told.approve(LEA, "2");
    told.approve(SAM, "2");
    told.deployer("production", OK);
    expect(told.watch("2", "production", "failure").types).toContain("RollbackImpossible");
  });

  it("count until it is promoted anew, and passes again", () => {
    const told = storyLabels();
    replaceBy(told, "3");
    told.confirm("2", "production", "failure");
    told.ask("Promote", LEA, { release: told.id("2"), environment: "production" });
    bringLive(told, "2");
    replaceBy(told, "4");
    expect(told.environment("production").good).toContain("model-pymk@2");
  });

  it("by little, are for people to judge at the end", () => {
    const told = storyLabels();
    const little = { ...anAssessment("failure"), isDoubtful: true } as const;
    expect(told.confirm("2", "production", little).types).toEqual(["VerdictChanged"]);
    told.wait(6 * HOUR);
    expect(told.confirm("2", "production", little).types).toEqual(["WatchUndecided"]);
    expect(outcome(told, "2")).toBeUndefined();
  });

  it("can be overruled: it stays live, and is never returned to all the same", () => {
    const told = storyLabels();
    told.confirm("2", "production", "failure");
    expect(override(told, "2").types).toEqual(["WatchOverridden"]);
    expect(told.promotion("2", "production").incident?.closed).toBe("kept");
    expect(outcome(told, "2")).toBe("revoked");
  });

  it("raise no second question beside a breach that people are asked about", () => {
    const on = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
    const told = storyLabels(aLongWatch({ confirm: aConfirmation(), guard: aGuard({ on }) }));
    told.guard("2", "production", "failure");
    told.confirm("2", "production", "failure");
    expect(told.promotion("2", "production").incident).toMatchObject({ phase: "guard" });
    expect(outcome(told, "2")).toBe("revoked");
  });

  it("do not keep the guard from acting", () => {
    const told = storyLabels(aLongWatch({ confirm: aConfirmation(), guard: aGuard() }));
    told.confirm("2", "production", "failure");
    told.guard("2", "production", "success");
    expect(told.promotion("2", "production").incident?.closed).toBeUndefined();
    expect(told.guard("2", "production", "failure").types).toContain("RollbackStarted");
  });
});

describe("labels that say nothing", () => {
  it("ask at the end, once, and are over by themselves when they come", () => {
    const told = storyLabels();
    told.wait(6 * HOUR);
    expect(told.confirm("2", "production", "inconclusive").types).toEqual([
      "VerdictChanged",
      "WatchUndecided",
    ]);
    expect(told.promotion("2", "production").incident).toMatchObject({ action: "ask" });
    expect(told.confirm("2", "production", "inconclusive").events).toEqual([]);
    told.wait(HOUR);
    expect(told.confirm("2", "production", "success").types).toEqual([
      "VerdictChanged",
      "PromotionConfirmed",
    ]);
    expect(told.promotion("2", "production").incident?.closed).toBe("recovered");
  });

  it("are only announced where the policy says so", () => {
    const on = { failure: "announce", inconclusive: "ask", error: "announce" } as const;
    const told = storyLabels(confirmed({ on }));
    told.wait(6 * HOUR);
    told.confirm("2", "production", "error");
    expect(told.promotion("2", "production").incident).toMatchObject({ action: "announce" });
  });

  it("can be overruled, and then nobody measures any more", () => {
    const told = storyLabels();
    told.wait(6 * HOUR);
    told.confirm("2", "production", "error");
    override(told, "2");
    expect(outcome(told, "2")).toBe("kept");
    expect(told.confirm("2", "production", "failure").events).toEqual([]);
  });

  it("ask nobody about what has been replaced", () => {
    const told = storyLabels();
    replaceBy(told, "3");
    told.wait(6 * HOUR);
    const { events } = told.confirm("2", "production", "inconclusive");
    expect(events.at(-1)).toEqual({
      type: "ConfirmationDropped",
      promotion: "model-pymk@2/production/1",
      why: "nothing was known by the end: check 1: it is inconclusive",
    });
    expect(told.environment("production").good).toContain("model-pymk@2");
  });

  it("wait for their turn while people are asked about the guard", () => {
    const told = storyLabels(aLongWatch({ confirm: aConfirmation(), guard: aGuard() }));
    told.guard("2", "production", "error");
    told.wait(6 * HOUR);
    told.guard("2", "production", "error");
    expect(told.confirm("2", "production", "error").types).toEqual(["VerdictChanged"]);
    told.confirm("2", "production", "success");
    expect(told.promotion("2", "production").incident).toMatchObject({ phase: "guard" });
    expect(told.promotion("2", "production").incident?.closed).toBeUndefined();
  });
});

describe("a confirmation that is awaited", () => {
  it("ends with the release that is rolled back", () => {
    const told = storyLabels();
    const roll = { from: null, environment: null, to: null, trigger: "button" } as const;
    const { types } = told.ask("RollBack", LEA, { ...roll, reason: "slow" });
    expect(types).toEqual(["RollbackStarted", "ConfirmationDropped"]);
    expect(told.confirm("2", "production", "failure").events).toEqual([]);
  });

  it("ends when the same release is promoted again", () => {
    const told = storyLabels();
    replaceBy(told, "3");
    told.ask("Promote", LEA, { release: told.id("2"), environment: "production" });
    bringLive(told, "2");
    expect(told.release("2").promotions.map(({ confirmation }) => confirmation?.outcome)).toEqual([
      undefined,
      { kind: "dropped", at: told.now(), why: "it was promoted again" },
      null,
    ]);
  });

  it("ends with its component", () => {
    const told = storyLabels();
    told.setPolicy({ ...aPolicy(), components: {} });
    const { types } = told.confirm("2", "production", "failure");
    expect(new Set(types)).toEqual(new Set(["ConfirmationDropped"]));
  });

  it("ends when it is no longer configured, and so does the question", () => {
    const told = storyLabels();
    told.wait(6 * HOUR);
    told.confirm("2", "production", "error");
    told.setPolicy(aPolicy());
    // Those of the first release were still to come, too.
    expect(review(told).types).toEqual([
      "ConfirmationDropped",
      "ConfirmationDropped",
      "IncidentClosed",
    ]);
    const other = storyLabels();
    other.setPolicy(aPolicy());
    expect(new Set(other.confirm("2", "production", "error").types)).toEqual(
      new Set(["ConfirmationDropped"]),
    );
  });

  it("keeps its release at hand, as long as there are not too many", () => {
    const told = storyLive({ policy: confirmed() });
    for (let version = 2; version <= 40; version += 1) replaceBy(told, String(version));
    expect(told.state().releases[told.id("2")]?.status.kind).toBe("superseded");
    for (let version = 41; version <= 90; version += 1) replaceBy(told, String(version));
    expect(told.state().releases[told.id("2")]).toBeUndefined();
    const dropped = told
      .facts()
      .filter(({ event }) => event.type === "ConfirmationDropped")
      .map(({ event }) => event);
    expect(dropped[0]).toEqual({
      type: "ConfirmationDropped",
      promotion: "model-pymk@1/production/1",
      why: "too many newer ones are to be confirmed",
    });
  });
});
