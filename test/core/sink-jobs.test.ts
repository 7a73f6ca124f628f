import { describe, expect, it } from "vitest";
import type { SinkEvent } from "../../src/core/sink-event.ts";
import { sinkJobs } from "../../src/core/sink-jobs.ts";
import { APPROVAL_EVENTS, DEPLOYMENT_EVENTS } from "../../src/core/sink-policy.ts";
import { aComponent, aPolicy, MINUTE, PRODUCTION, STAGING } from "../support/policies.ts";
import {
  LEA,
  NOON,
  SAM,
  type Story,
  story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../support/story.ts";

const BUS = { name: "bus", events: [...DEPLOYMENT_EVENTS, ...APPROVAL_EVENTS] };
const POLICY = { ...aPolicy(), sinks: [BUS] };

/** All that the sinks were told so far. */
function told(from: Story): readonly SinkEvent[] {
  return from
    .changes()
    .flatMap(sinkJobs)
    .flatMap(({ body }) => (body.kind === "sink" ? [body.event] : []));
}

const lines = (from: Story) =>
  told(from).map(({ type, environment, version, approval }) =>
    [type, environment, version, approval?.outcome].filter((part) => part !== undefined).join(" "),
  );

describe("what sinks are told", () => {
  it("is the way of a release into its environments", () => {
    expect(lines(storyLive({ policy: POLICY }))).toEqual([
      "service.deployed staging 1",
      "environment.modified staging 1",
      "approval.created production 1 open",
      "approval.updated production 1 open",
      "approval.updated production 1 open",
      "approval.closed production 1 approved",
      "service.deployed production 1",
      "environment.modified production 1",
    ]);
  });

  it("is an upgrade where another release was there, and its way back", () => {
    const watched = storyWatching({ policy: POLICY });
    const before = told(watched).length;
    watched.watch("2", "production", "failure");
    watched.deployer("production", { kind: "succeeded", detail: null });
    expect(lines(watched)).toContain("service.upgraded production 2");
    expect(lines(watched).slice(before)).toEqual([
      "service.rolledback production 1",
      "environment.modified production 1",
    ]);
  });

  it("is whole, and the same for the same event", () => {
    const first = told(storyAwaitingApproval({ policy: POLICY }))[0];
    expect(first).toEqual({
      id: `service.deployed:model-pymk@1/staging/1:${NOON}:test`,
      type: "service.deployed",
      at: NOON,
      by: { kind: "system", name: "test" },
      component: "model-pymk",
      environment: "staging",
      release: "model-pymk@1",
      version: "1",
      artifact: { uri: "registry.example/pymk:1", digest: null },
      chain: "train/1",
      page: null,
      approval: null,
    });
    const unnamed = story({ policy: POLICY });
    unnamed.build("1", { run: null });
    unnamed.deployer("staging", { kind: "succeeded", detail: null });
    expect(told(unnamed)[0]).toMatchObject({ chain: "model-pymk@1", page: null });
  });

  it("is a job for each sink that wants it, in the order of the environment", () => {
    const some = { name: "some", events: ["service.deployed"] } as const;
    const from = storyAwaitingApproval({ policy: { ...POLICY, sinks: [BUS, some] } });
    const jobs = from.changes().flatMap(sinkJobs);
    const [first] = told(from);
    expect(jobs.map(({ lane }) => lane)).toEqual([
      "sink:bus:model-pymk/staging",
      "sink:some:model-pymk/staging",
      "sink:bus:model-pymk/staging",
      "sink:bus:model-pymk/production",
    ]);
    expect(jobs.map(({ key }) => key).slice(0, 2)).toEqual([
      `sink:bus:${first?.id}`,
      `sink:some:${first?.id}`,
    ]);
    expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
  });

  it("is nothing where there is no sink", () => {
    expect(told(storyLive())).toEqual([]);
  });
});

describe("an approval that sinks are told of", () => {
  const reject = (from: Story) =>
    from.ask("Reject", LEA, {
      release: from.id("1"),
      environment: "production",
      reason: "not now",
    });

  it("is closed when it is rejected", () => {
    const from = storyAwaitingApproval({ policy: POLICY });
    reject(from);
    expect(lines(from).at(-1)).toBe("approval.closed production 1 rejected");
    expect(told(from).at(-1)).toMatchObject({ by: { id: LEA.id } });
  });

  it("is closed when nobody decided in time", () => {
    const expiring = { ...PRODUCTION, approvalExpires: MINUTE };
    const policy = { ...aPolicy(aComponent({ environments: [STAGING, expiring] })), sinks: [BUS] };
    const from = storyAwaitingApproval({ policy });
    from.wait(MINUTE);
    const { id } = from.promotion("1", "production");
    from.tell({ type: "ExpireApproval", component: "model-pymk", promotion: id });
    expect(lines(from).at(-1)).toBe("approval.closed production 1 expired");
  });

  it("is closed when a newer release takes its place, and not when nobody had been asked", () => {
    const from = storyAwaitingApproval({ policy: POLICY });
    from.wait(MINUTE);
    from.build("2");
    from.deployer("staging", { kind: "succeeded", detail: null });
    expect(lines(from)).toContain("approval.closed production 1 cancelled");
    const stopped = storyAwaitingApproval({ policy: POLICY });
    stopped.ask("Hold", LEA, { environment: "production", reason: "wait" });
    stopped.approve(LEA, "1");
    stopped.approve(SAM, "1");
    const before = told(stopped).length;
    stopped.ask("Stop", LEA, { release: stopped.id("1"), environment: "production", reason: "x" });
    expect(told(stopped)).toHaveLength(before);
  });

  it("names the card that it is asked for on", () => {
    const from = storyAwaitingApproval({ policy: POLICY });
    const card = { channel: "C1", ts: "1.1" };
    const release = from.id("1");
    from.tell({ type: "RecordMessage", component: "model-pymk", release, key: "card", ...card });
    expect(told(from).find(({ type }) => type === "approval.created")?.approval?.card).toBeNull();
    from.approve(LEA, "1");
    expect(told(from).at(-1)?.approval).toEqual({
      promotion: from.promotion("1", "production").id,
      card,
      outcome: "open",
    });
  });

  it("of nobody is not closed", () => {
    const free = { ...PRODUCTION, approval: [] };
    const policy = { ...aPolicy(aComponent({ environments: [STAGING, free] })), sinks: [BUS] };
    expect(lines(storyAwaitingApproval({ policy })).join()).not.toContain("approval");
  });
});

describe("events about what is not there", () => {
  it("are told to nobody", () => {
    const from = storyLive({ policy: POLICY });
    const [change] = from.changes();
    if (change === undefined) throw new Error("nothing changed");
    const promotion = "model-pymk@9/production/1";
    const rollback = { environment: "production", rollback: "r" };
    const events = [
      { type: "DeploySucceeded", promotion },
      { type: "RolledBack", ...rollback },
    ] as const;
    expect(sinkJobs({ ...change, events })).toEqual([]);
  });
});
