import { describe, expect, it } from "vitest";
import { MINUTE } from "../support/policies.ts";
import {
  LEA,
  NOON,
  OLGA,
  SAM,
  story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../support/story.ts";

/** Releases whose cards are drawn again. */
function cards(jobs: readonly { readonly key: string }[]): readonly string[] {
  return jobs.flatMap(({ key }) => /^message:(.+):card$/.exec(key)?.[1] ?? []).toSorted();
}

describe("a release on its way to production", () => {
  it("is judged, and goes into staging by itself", () => {
    const told = story();
    const { types, jobs } = told.build("1");
    expect(types).toEqual([
      "ReleaseRegistered",
      "GatesJudged",
      "GatesJudged",
      "PromotionRequested",
      "DeployStarted",
    ]);
    expect(jobs.map(({ key }) => key)).toEqual([
      "notes:model-pymk@1",
      "deploy:model-pymk@1:staging:1",
      "message:model-pymk@1:card",
      expect.stringContaining("thread:model-pymk@1:"),
    ]);
  });

  it("asks for approval in production once it is live in staging", () => {
    const told = story();
    told.build("1");
    expect(told.deployer("staging", { kind: "accepted", handle: "7", url: null }).types).toEqual([
      "OperationAccepted",
    ]);
    expect(told.deployer("staging", { kind: "running", detail: "half" }).types).toEqual([
      "OperationProgressed",
    ]);
    const { types } = told.deployer("staging", { kind: "succeeded", detail: null });
    expect(types).toEqual([
      "DeploySucceeded",
      "PromotionCompleted",
      "PromotionRequested",
      "ApprovalRequested",
    ]);
    expect(told.environment("staging").live).toBe("model-pymk@1");
  });

  it("is deployed when the last rule is met, and watched", () => {
    const told = storyAwaitingApproval();
    expect(told.approve(LEA, "1").types).toEqual(["ApprovalGiven"]);
    expect(told.approve(SAM, "1").types).toEqual([
      "ApprovalGiven",
      "PromotionApproved",
      "DeployStarted",
    ]);
    expect(told.deployer("production", { kind: "succeeded", detail: null }).types).toEqual([
      "DeploySucceeded",
      "WatchStarted",
    ]);
    expect(told.environment("production")).toMatchObject({ live: null, serving: "model-pymk@1" });
  });

  it("is live when its watch has passed", () => {
    const told = storyLive();
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@1",
      serving: "model-pymk@1",
      active: null,
    });
    expect(told.promotion("1", "production").state.kind).toBe("live");
  });

  it("changes the card that offered to roll back what it replaces", () => {
    const told = storyLive();
    told.build("2");
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.approve(LEA, "2");
    const started = told.approve(SAM, "2");
    expect(started.types).toContain("DeployStarted");
    expect(cards(started.jobs)).toEqual(["model-pymk@1", "model-pymk@2"]);
  });

  it("changes the cards of the others that say what runs there, and of no other", () => {
    const told = storyWatching();
    told.build("3");
    told.deployer("staging", { kind: "accepted", handle: "7", url: null });
    const progress = told.deployer("staging", { kind: "running", detail: "half" });
    expect(cards(progress.jobs)).toEqual(["model-pymk@3"]);
    const done = told.deployer("staging", { kind: "succeeded", detail: null });
    expect(cards(done.jobs)).toEqual(["model-pymk@1", "model-pymk@2", "model-pymk@3"]);
  });

  it("changes what was announced of a deployment that failed, also once its release is closed", () => {
    const told = story();
    told.build("1");
    told.deployer("staging", { kind: "failed", why: "no quota" });
    for (const version of ["2", "3"]) {
      told.build(version);
      const { jobs } = told.deployer("staging", { kind: "succeeded", detail: null });
      expect(told.release("1").status.kind).toBe("superseded");
      expect(jobs.map(({ key }) => key)).toContain(
        "message:model-pymk@1:alert:model-pymk@1/staging/1",
      );
    }
  });

  it("changes the card of one that is superseded while its failed deployment can be rolled back", () => {
    const told = story();
    told.build("2");
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.build("1", { finishedAt: NOON - MINUTE });
    told.ask("Promote", OLGA, { release: told.id("1"), environment: "staging" });
    const about = { release: told.id("1"), environment: "staging" };
    told.ask("Stop", OLGA, { ...about, reason: "it looks wrong" });
    expect(told.promotion("1", "staging")).toMatchObject({
      state: { kind: "failed" },
      incident: null,
    });
    told.approve(LEA, "2");
    told.approve(SAM, "2");
    const { jobs } = told.deployer("production", { kind: "succeeded", detail: null });
    expect(told.release("1").status.kind).toBe("superseded");
    expect(cards(jobs)).toEqual(["model-pymk@1", "model-pymk@2"]);
  });

  it("is rolled back by itself to the last good release when a limit trips, and held", () => {
    const told = storyWatching();
    const { types, jobs } = told.watch("2", "production", "failure");
    expect(types).toEqual(["VerdictChanged", "WatchBreached", "RollbackStarted", "HoldPlaced"]);
    expect(jobs.map(({ key }) => key)).toContain("rollback:model-pymk@2:production:1");
    expect(told.deployer("production", { kind: "succeeded", detail: null }).types).toEqual([
      "RolledBack",
    ]);
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@1",
      serving: "model-pymk@1",
      rolledBack: true,
    });
    expect(told.promotion("2", "production").state).toMatchObject({
      kind: "rolled-back",
      to: "model-pymk@1",
      trigger: "automatic",
    });
    expect(told.state().holds).toMatchObject([{ environment: "production", automatic: true }]);
  });
});
