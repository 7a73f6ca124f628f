import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import { emptyComponent } from "../../src/core/component.ts";
import { FAILS } from "../support/expressions.ts";
import { aComponent, aGate, aPolicy, MINUTE } from "../support/policies.ts";
import { aBuild, LEA, NOON, story, storyAwaitingApproval, storyLive } from "../support/story.ts";

const DIGEST_A = `sha256:${"a".repeat(64)}`;
const DIGEST_B = `sha256:${"b".repeat(64)}`;

describe("a completed build", () => {
  it("of a component that is not configured is refused", () => {
    const told = story({ component: "svc-none" });
    expect(told.build("1").decision.refusal).toEqual({
      code: "unknown_component",
      sentence: "no component svc-none is configured",
    });
    expect(told.state()).toEqual(emptyComponent("svc-none"));
  });

  it("that failed is recorded and shown, and never offered", () => {
    const told = story();
    const { types, jobs } = told.build("1", { outcome: "failure" });
    expect(types).toEqual(["ReleaseRegistered", "FailureCounted", "GatesJudged", "GatesJudged"]);
    expect(told.release("1").status).toEqual({ kind: "failed", outcome: "failure" });
    expect(jobs.map(({ body }) => body.kind)).toEqual(["message"]);
    expect(
      told.ask("Promote", LEA, { release: told.id("1"), environment: "staging" }).refusal,
    ).toBe("build_failed");
  });

  it("whose gates fail keeps its card and goes nowhere", () => {
    const told = story();
    expect(told.build("1", { metrics: { auc: 0.7 } }).types).toEqual([
      "ReleaseRegistered",
      "GatesJudged",
      "GatesJudged",
    ]);
    expect(told.release("1").gates.staging?.results).toMatchObject([
      { verdict: "fail", sentence: "metrics.auc is 0.7, and must be >= 0.8" },
    ]);
    expect(
      told.ask("Promote", LEA, { release: told.id("1"), environment: "staging" }).decision.refusal,
    ).toEqual({
      code: "gates_failed",
      sentence: "AUC at least 0.80: metrics.auc is 0.7, and must be >= 0.8",
    });
  });

  it("goes on although a gate warns", () => {
    const gates = [aGate({ check: FAILS, level: "warn" })];
    const told = story({ policy: aPolicy(aComponent({ gates })) });
    expect(told.build("1").types).toContain("DeployStarted");
  });
});

describe("the same version again", () => {
  it("with the same facts changes nothing", () => {
    const told = story();
    told.build("1");
    const again = told.build("1", { source: "another source" });
    expect(again.events).toEqual([]);
    expect(again.decision.release).toBe("model-pymk@1");
  });

  it("with the same facts, put differently, changes nothing", () => {
    const told = story();
    const checks = ["a", "b"].map((name) => {
      return { name, status: "pass", expected: null, actual: null } as const;
    });
    const datasets = ["x", "y"].map((name) => ({ name, version: "1", digest: null, rows: null }));
    told.build("1", { checks, datasets, startedAt: NOON - 9, finishedAt: NOON - 8 });
    const again = { checks: checks.toReversed(), datasets: datasets.toReversed() };
    const times = { startedAt: NOON - 5, finishedAt: NOON - 4 };
    expect(told.build("1", { ...again, ...times }).events).toEqual([]);
    told.build("2", { outcome: "failure", finishedAt: NOON - 8 });
    expect(told.build("2", { outcome: "failure", finishedAt: NOON - 4 }).events).toEqual([]);
  });

  it("with a time that nobody knew is revised", () => {
    const told = story();
    told.build("1", { startedAt: null });
    expect(told.build("1", { startedAt: NOON - 5 }).types[0]).toBe("EvidenceRevised");
    expect(told.release("1").build.startedAt).toBe(NOON - 5);
  });

  it("with more evidence about the same artifact is added", () => {
    const told = story();
    told.build("1", { tests: null, checks: [], datasets: [] });
    const added: Partial<Build> = {
      artifact: { uri: "registry.example/pymk:1", digest: DIGEST_A },
      commit: null,
      metrics: { recall: 0.6 },
      tests: { passed: 5, failed: 0, skipped: 0 },
      checks: [{ name: "nulls", status: "pass", expected: null, actual: null }],
      datasets: [{ name: "edges", version: "7", digest: null, rows: 10 }],
      trigger: null,
      startedAt: NOON - 5,
      finishedAt: NOON - 4,
      notes: "late",
      run: null,
    };
    expect(told.build("1", added).types[0]).toBe("EvidenceRevised");
    expect(told.release("1")).toMatchObject({
      revision: 2,
      build: {
        artifact: { uri: "registry.example/pymk:1", digest: DIGEST_A },
        commit: { sha: "a".repeat(40) },
        metrics: { auc: 0.81, recall: 0.6 },
        tests: { passed: 5 },
        checks: [{ name: "nulls" }],
        datasets: [{ name: "edges" }],
        trigger: "data",
        startedAt: NOON - 5,
        run: { id: "train/1" },
        notes: "late",
      },
    });
  });

  it("keeps what the first report said, and replaces a check of the same name", () => {
    const told = story();
    const check = { name: "nulls", expected: null, actual: null } as const;
    told.build("1", {
      checks: [{ ...check, status: "fail" }],
      startedAt: 1,
      finishedAt: 2,
      notes: "first",
    });
    told.build("1", {
      checks: [{ ...check, status: "pass" }],
      startedAt: 3,
      finishedAt: 4,
      notes: null,
      tests: null,
    });
    expect(told.release("1").build).toMatchObject({
      checks: [{ name: "nulls", status: "pass" }],
      startedAt: 1,
      finishedAt: 2,
      notes: "first",
      tests: { passed: 10 },
    });
  });

  it.each([
    [
      "another digest",
      { artifact: { uri: "registry.example/pymk:1", digest: DIGEST_B } },
      `version: 1 of model-pymk was already built with the digest ${DIGEST_A}; give the new build a version of its own`,
    ],
    [
      "another artifact",
      { artifact: { uri: "registry.example/other:1", digest: null } },
      "version: 1 of model-pymk was already built as registry.example/pymk:1; give the new build a version of its own",
    ],
    [
      "another commit",
      { commit: { ...aBuild().commit, sha: "b".repeat(40) } },
      `version: 1 of model-pymk was already built from commit ${"a".repeat(40)}; give the new build a version of its own`,
    ],
  ])("with %s is refused: a version is immutable", (_what, other, sentence) => {
    const told = story();
    told.build("1", { artifact: { uri: "registry.example/pymk:1", digest: DIGEST_A } });
    const { decision, events } = told.build("1", other as Partial<Build>);
    expect(decision.refusal).toEqual({ code: "version_conflict", sentence });
    expect(events).toEqual([]);
  });

  it("of a failed build may be built again, whatever it is made of", () => {
    const told = story();
    told.build("1", { outcome: "failure", artifact: { uri: "a", digest: DIGEST_A } });
    const { types } = told.build("1", {
      run: { id: "train/1", attempt: 2, url: null },
      artifact: { uri: "b", digest: DIGEST_B },
    });
    expect(types).toContain("DeployStarted");
    expect(told.release("1")).toMatchObject({
      status: { kind: "candidate" },
      build: { artifact: { uri: "b", digest: DIGEST_B } },
    });
  });

  it("ignores the outcome of an attempt that a later one has replaced", () => {
    const run = (attempt: number) => ({ run: { id: "train/1", attempt, url: null } });
    const failedFirst = story();
    failedFirst.build("1", { outcome: "error", ...run(2) });
    expect(failedFirst.build("1", { outcome: "success", ...run(1) }).events).toEqual([]);

    const told = story();
    told.build("1", run(2));
    told.build("1", { outcome: "failure", ...run(1) });
    expect(told.release("1").status.kind).toBe("candidate");
    told.build("1", { outcome: "failure", ...run(3) });
    expect(told.release("1").status).toEqual({ kind: "failed", outcome: "failure" });
  });

  it("does not undo what people decided", () => {
    const told = storyAwaitingApproval();
    told.ask("Reject", LEA, { release: told.id("1"), environment: "production", reason: "no" });
    told.build("1", { metrics: { auc: 0.99 } });
    expect(told.release("1").status.kind).toBe("rejected");
  });

  it("opens an archived release again to take late evidence", () => {
    const told = story();
    told.build("1", { outcome: "failure" });
    for (let version = 2; version < 30; version += 1) {
      told.wait(MINUTE);
      told.build(String(version), { outcome: "failure" });
    }
    expect(told.state().releases["model-pymk@1"]).toBeUndefined();
    const same = told.build("1", { outcome: "failure" });
    expect(same.events).toEqual([]);
    const { types } = told.build("1", { outcome: "error" });
    expect(types.slice(0, 2)).toEqual(["ReleaseRestored", "EvidenceRevised"]);
  });
});

describe("older and newer", () => {
  it("goes by when a build finished, not by when its report arrived", () => {
    const told = storyLive();
    told.wait(MINUTE);
    const late = told.build("0", { finishedAt: NOON - 60 * MINUTE });
    expect(late.types).not.toContain("PromotionRequested");
    expect(told.release("0").status).toMatchObject({ kind: "superseded", by: "model-pymk@1" });
  });

  it("does not believe a build that says it ends in the future", () => {
    const told = story();
    told.build("1", { finishedAt: NOON + 1000 * MINUTE });
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.wait(MINUTE);
    expect(told.build("2", { finishedAt: null, startedAt: told.now() }).types).toContain(
      "DeployStarted",
    );
  });
});
