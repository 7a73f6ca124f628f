import { describe, expect, it } from "vitest";
import { measure } from "../src/measure.ts";
import { createTelemetry } from "../src/shared/telemetry.ts";
import {
  LEA,
  type Story,
  storyAwaitingApproval,
  storyLive,
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

  it("a promotion that was rejected, which is no failure", async () => {
    const told = storyAwaitingApproval();
    const release = told.id("1");
    told.ask("Reject", LEA, { release, environment: "production", reason: "slices" });
    const ended = await scraped(told, "slipway_promotions_total");
    expect(ended.map(({ labels }) => labels.result)).toEqual(["live", "rejected"]);
    expect(await scraped(told, "slipway_change_failures_total")).toEqual([]);
  });
});
