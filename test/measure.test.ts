import { describe, expect, it } from "vitest";
import { measure } from "../src/measure.ts";
import { createTelemetry } from "../src/shared/telemetry.ts";
import {
  aComponent,
  aConfirmation,
  aGuard,
  aLongWatch,
  aPolicy,
  aWatch,
  PRODUCTION as PRODUCTION_PLACE,
  STAGING,
} from "./support/policies.ts";
import {
  LEA,
  type Story,
  storyAwaitingApproval,
  storyLive,
  storyTwoLive,
  storyWatching,
} from "./support/story.ts";

const MODEL = { component: "model-pymk" };
const PRODUCTION = { ...MODEL, environment: "production" };

/** What Prometheus would scrape after a story: the samples of one metric. */
async function scraped(told: Story, metric: string) {
  const telemetry = createTelemetry();
  for (const change of told.changes()) measure(telemetry, change);
  const found = telemetry.registry.getSingleMetric(metric);
  if (found === undefined) throw new Error(`there is no metric ${metric}`);
  const { values } = await found.get();
  return values.map(({ labels, value, ...rest }) => ({
    name: "metricName" in rest ? rest.metricName : metric,
    labels,
    value,
  }));
}

function announcing() {
  const on = { failure: "announce", inconclusive: "ask", error: "ask" } as const;
  const watch = aWatch({ on });
  return aPolicy(aComponent({ environments: [STAGING, { ...PRODUCTION_PLACE, watch }] }));
}

function rollBack(told: Story): void {
  const roll = { from: null, environment: null, to: null, trigger: "button" } as const;
  expect(told.ask("RollBack", LEA, { ...roll, reason: "slow" }).refusal).toBeNull();
}

function label(told: Story): void {
  const about = { release: told.id("2"), environment: "production", check: null };
  const { refusal } = told.ask("ReportFalseAlarm", LEA, { ...about, reason: "known noise" });
  expect(refusal).toBeNull();
}

async function sumOf(told: Story, metric: string) {
  const samples = await scraped(told, metric);
  return samples.find(({ name }) => name === `${metric}_sum`);
}

describe("what is measured of releases", () => {
  it("verdicts of gates", async () => {
    const verdicts = await scraped(storyAwaitingApproval(), "slipway_gate_verdicts_total");
    expect(verdicts.map(({ labels }) => labels.verdict)).toContain("pass");
  });

  it("how long it took from asking to the last approval", async () => {
    const told = storyAwaitingApproval();
    told.wait(120_000);
    told.approve(LEA, "1");
    expect(await sumOf(told, "slipway_approval_seconds")).toBeUndefined();
    expect(await sumOf(storyLive(), "slipway_approval_seconds")).toMatchObject({
      labels: PRODUCTION,
    });
  });

  it("lead time, once, when it is live in the last environment", async () => {
    expect(await sumOf(storyAwaitingApproval(), "slipway_lead_time_seconds")).toBeUndefined();
    expect(await sumOf(storyLive(), "slipway_lead_time_seconds")).toMatchObject({
      labels: MODEL,
      value: 1800,
    });
  });

  it("promotions that ended, by how", async () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    told.deployer("production", { kind: "succeeded", detail: null });
    const ended = await scraped(told, "slipway_promotions_total");
    expect(ended.map(({ labels, value }) => [labels.environment, labels.result, value])).toEqual([
      ["staging", "live", 2],
      ["production", "live", 1],
      ["production", "rolled-back", 1],
    ]);
  });

  it("a deployment that failed, as a change failure", async () => {
    const told = storyAwaitingApproval();
    told.build("2");
    told.deployer("staging", { kind: "failed", why: "no quota" });
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject([
      { labels: { ...MODEL, environment: "staging" }, value: 1 },
    ]);
  });

  it("a rollback by its trigger, as a change failure, and how long it took", async () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    told.wait(45_000);
    told.deployer("production", { kind: "succeeded", detail: null });
    expect(await scraped(told, "slipway_rollbacks_total")).toMatchObject([
      { labels: { ...PRODUCTION, trigger: "automatic" }, value: 1 },
    ]);
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject([
      { labels: PRODUCTION, value: 1 },
    ]);
    expect(await sumOf(told, "slipway_restore_seconds")).toMatchObject({
      labels: PRODUCTION,
      value: 45,
    });
  });

  it("a guard that rolls back, as one change failure of one promotion", async () => {
    const told = storyTwoLive({ policy: aLongWatch({ guard: aGuard() }) });
    told.guard("2", "production", "failure");
    told.deployer("production", { kind: "succeeded", detail: null });
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject([
      { labels: PRODUCTION, value: 1 },
    ]);
    const ended = await scraped(told, "slipway_promotions_total");
    expect(
      ended
        .filter(({ labels }) => labels.environment === "production")
        .map(({ labels, value }) => [labels.result, value]),
    ).toEqual([
      ["live", 2],
      ["rolled-back-later", 1],
    ]);
  });

  it("a guard that people answered, as no change failure", async () => {
    const on = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
    const told = storyTwoLive({ policy: aLongWatch({ guard: aGuard({ on }) }) });
    told.guard("2", "production", "failure");
    const about = { release: told.id("2"), environment: "production", reason: "known noise" };
    told.ask("Override", LEA, about);
    expect(await scraped(told, "slipway_change_failures_total")).toEqual([]);
  });

  it("a watch that was announced and then rolled back by a person, as one change failure", async () => {
    const told = storyWatching({ policy: announcing() });
    told.watch("2", "production", "failure");
    told.wait(30 * 60_000);
    told.watch("2", "production", "failure");
    rollBack(told);
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject([{ value: 1 }]);
  });

  it("a false alarm, with whether it had been counted as a change failure", async () => {
    const late = storyWatching();
    late.watch("2", "production", "failure");
    label(late);
    expect(await scraped(late, "slipway_false_alarms_total")).toMatchObject([
      { labels: { ...PRODUCTION, counted: "yes" }, value: 1 },
    ]);
    const early = storyWatching({ policy: announcing() });
    early.watch("2", "production", "failure");
    label(early);
    expect(await scraped(early, "slipway_false_alarms_total")).toMatchObject([
      { labels: { ...PRODUCTION, counted: "no" }, value: 1 },
    ]);
    early.wait(30 * 60_000);
    early.watch("2", "production", "failure");
    rollBack(early);
    expect(await scraped(early, "slipway_change_failures_total")).toEqual([]);
  });

  it("a release that labels revoke, as one change failure, also when it is rolled back then", async () => {
    const told = storyTwoLive({ policy: aLongWatch({ confirm: aConfirmation() }) });
    told.wait(24 * 60 * 60_000);
    told.confirm("2", "production", "failure");
    const counted = [{ labels: PRODUCTION, value: 1 }];
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject(counted);
    rollBack(told);
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject(counted);
  });

  it("a rollback by its guard after an earlier breach was called a false alarm, as a change failure", async () => {
    const ask = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
    const guarded = (on: typeof ask | { failure: "rollback"; inconclusive: "ask"; error: "ask" }) =>
      aLongWatch({ guard: aGuard({ on }) });
    const told = storyTwoLive({ policy: guarded(ask) });
    told.guard("2", "production", "failure");
    label(told);
    const about = { release: told.id("2"), environment: "production", reason: "known noise" };
    told.ask("Override", LEA, about);
    told.setPolicy(guarded({ ...ask, failure: "rollback" }));
    told.wait(60 * 60_000);
    told.guard("2", "production", "success");
    told.wait(5 * 60_000);
    told.guard("2", "production", "failure");
    expect(told.promotion("2", "production").state.kind).toBe("rolling-back");
    expect(await scraped(told, "slipway_change_failures_total")).toMatchObject([
      { labels: PRODUCTION, value: 1 },
    ]);
  });

  it("a promotion that was rejected, which is no failure", async () => {
    const told = storyAwaitingApproval();
    const release = told.id("1");
    told.ask("Reject", LEA, { release, environment: "production", reason: "slices" });
    const ended = await scraped(told, "slipway_promotions_total");
    expect(ended.map(({ labels }) => labels.result)).toEqual(["live", "rejected"]);
    expect(await scraped(told, "slipway_change_failures_total")).toEqual([]);
  });
});
