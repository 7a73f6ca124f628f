import { describe, expect, it } from "vitest";
import { aComponent, aPolicy, MINUTE, PRODUCTION, STAGING } from "../support/policies.ts";
import {
  aPerson,
  DANA,
  DIRECTORY,
  LEA,
  OLGA,
  SAM,
  type Story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const about = (told: Story, version: string, environment = "production") => ({
  release: told.id(version),
  environment,
});

describe("stopping", () => {
  const stop = (told: Story, version: string, person = LEA, reason = "wrong branch") =>
    told.ask("Stop", person, { ...about(told, version), reason });

  it("cancels what waits", () => {
    const told = storyAwaitingApproval();
    expect(stop(told, "1").types).toEqual(["PromotionCancelled"]);
    expect(told.approve(SAM, "1").decision.refusal?.sentence).toBe(
      "already decided: Lea stopped it 0 s ago: wrong branch",
    );
  });

  it("fails what runs, tells the deployer to stop, and says what nobody can know", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.deployer("production", { kind: "accepted", handle: "7", url: null });
    const { types, jobs } = stop(told, "1");
    expect(types).toEqual(["PromotionFailed"]);
    expect(jobs.map(({ key }) => key)).toContain("stop:deploy:model-pymk@1:production:1");
    expect(told.promotion("1", "production").state).toMatchObject({
      kind: "failed",
      why: "stopped by Lea: wrong branch",
      known: false,
    });
  });

  it("ends a watch early, which is no success", () => {
    const told = storyWatching();
    stop(told, "2");
    expect(told.promotion("2", "production").state).toMatchObject({ kind: "failed", known: true });
    expect(told.environment("production")).toMatchObject({
      live: "model-pymk@1",
      serving: "model-pymk@2",
    });
  });

  it("is for operators and the author, needs a reason, and something to stop", () => {
    const told = storyAwaitingApproval();
    expect(stop(told, "1", aPerson("Zoe")).refusal).toBe("not_permitted");
    expect(stop(told, "1", LEA, "").refusal).toBe("reason_required");
    expect(stop(told, "9").refusal).toBe("unknown_release");
    expect(stop(told, "1", DANA).refusal).toBeNull();
    expect(stop(told, "1").refusal).toBe("nothing_to_stop");
    told.wait(MINUTE);
    told.build("2");
    expect(stop(told, "2").decision.refusal?.sentence).toBe(
      "nothing of model-pymk@2 is running in production: it was never asked for",
    );
  });
});

describe("trying again", () => {
  const retry = (told: Story, version: string, environment = "production", person = LEA) =>
    told.ask("Retry", person, about(told, version, environment));

  function storyFailed(options: Parameters<typeof storyAwaitingApproval>[0] = {}): Story {
    const told = storyAwaitingApproval(options);
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.deployer("production", { kind: "failed", why: "no quota" });
    return told;
  }

  it("deploys again with the approvals given on the same evidence, under a key of its own", () => {
    const told = storyFailed();
    const { types, jobs } = retry(told, "1");
    expect(types).toEqual([
      "PromotionRequested",
      "ApprovalRequested",
      "PromotionApproved",
      "DeployStarted",
    ]);
    expect(jobs.map(({ key }) => key)).toContain("deploy:model-pymk@1:production:2");
  });

  it("asks again when the evidence has changed in the meantime", () => {
    const told = storyFailed();
    told.build("1", { metrics: { auc: 0.9 } });
    expect(retry(told, "1").types).toEqual(["PromotionRequested", "ApprovalRequested"]);
    expect(told.promotion("1", "production").approvals).toEqual([]);
  });

  it("asks again when those who approved no longer count", () => {
    const told = storyFailed();
    told.setDirectory({ ...DIRECTORY, "@sre": [] });
    expect(retry(told, "1").types).toEqual(["PromotionRequested", "ApprovalRequested"]);
  });

  it("needs no approval where there is no rule", () => {
    const told = storyAwaitingApproval();
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", { kind: "failed", why: "no quota" });
    expect(retry(told, "2", "staging", OLGA).types).toEqual([
      "PromotionRequested",
      "DeployStarted",
    ]);
  });

  it("is refused when the gates no longer pass", () => {
    const told = storyFailed();
    told.build("1", { metrics: { auc: 0.1 } });
    expect(retry(told, "1").refusal).toBe("gates_failed");
  });

  it("is refused to strangers, and where nothing has failed", () => {
    expect(retry(storyFailed(), "1", "production", aPerson("Zoe")).refusal).toBe("not_permitted");
    expect(retry(storyLive(), "1").refusal).toBe("nothing_to_retry");
    expect(retry(storyLive(), "9").refusal).toBe("unknown_release");
    const rejected = storyFailed();
    rejected.build("1", { outcome: "failure", run: { id: "train/1", attempt: 9, url: null } });
    expect(retry(rejected, "1").refusal).toBe("nothing_to_retry");
  });
});

describe("notes and messages", () => {
  const notes = {
    since: "0",
    commits: [],
    totalCommits: 0,
    behindBy: 0,
    url: null,
    problem: null,
  };
  const write = (told: Story, release: string, resolvedSha: string | null = null) =>
    told.tell({ type: "WriteNotes", component: "model-pymk", release, notes, resolvedSha });
  const post = (told: Story, release: string, ts: string) =>
    told.tell({
      type: "RecordMessage",
      component: "model-pymk",
      release,
      key: "card",
      channel: "C1",
      ts,
    });

  it("are recorded once", () => {
    const told = storyAwaitingApproval();
    expect(write(told, told.id("1")).types).toEqual(["NotesWritten"]);
    expect(write(told, told.id("1")).events).toEqual([]);
    expect(post(told, told.id("1"), "1.1").types).toEqual(["MessagePosted"]);
    expect(post(told, told.id("1"), "1.1").events).toEqual([]);
    expect(post(told, told.id("1"), "2.2").types).toEqual(["MessagePosted"]);
    expect(told.release("1").messages).toEqual({ card: { channel: "C1", ts: "2.2" } });
  });

  it("of a release that is gone are dropped", () => {
    const told = storyAwaitingApproval();
    expect(write(told, "model-pymk@77").events).toEqual([]);
    expect(post(told, "model-pymk@77", "1.1").events).toEqual([]);
  });

  it("resolve a tag to its commit, once, which is new evidence", () => {
    const told = storyAwaitingApproval();
    told.wait(MINUTE);
    const commit = { ...told.release("1").build.commit, sha: null, tag: "v2" };
    told.build("2", { commit: commit as never });
    const sha = "c".repeat(40);
    expect(write(told, told.id("2"), sha).types.slice(0, 2)).toEqual([
      "EvidenceRevised",
      "NotesWritten",
    ]);
    expect(told.release("2").build.commit?.sha).toBe(sha);
    expect(write(told, told.id("2"), "d".repeat(40)).events).toEqual([]);
  });
});

describe("the state stays small", () => {
  it("however many releases came before", () => {
    const policy = aPolicy(aComponent({ environments: [STAGING, PRODUCTION] }));
    const told = storyLive({ policy });
    for (let version = 2; version < 120; version += 1) {
      told.wait(MINUTE);
      told.build(String(version), version % 3 === 0 ? { outcome: "failure" } : {});
      told.deployer("staging", OK);
    }
    expect(Object.keys(told.state().releases).length).toBeLessThan(60);
    expect(told.state().releases["model-pymk@1"]).toBeDefined();
  });

  it("also when every gate fails", () => {
    const told = storyLive();
    for (let version = 2; version < 120; version += 1) {
      told.wait(MINUTE);
      told.build(String(version), { metrics: { auc: 0.1 } });
    }
    expect(Object.keys(told.state().releases).length).toBeLessThan(60);
  });
});
