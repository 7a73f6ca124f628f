import { describe, expect, it } from "vitest";
import type { Episode } from "../../../src/core/episodes/episode.ts";
import { episodesOf } from "../../../src/core/episodes/episodes-of.ts";
import type { PromotionEvent } from "../../../src/core/event.ts";
import { MINUTE } from "../../support/policies.ts";
import {
  bringLive,
  LEA,
  NOON,
  SAM,
  type Story,
  story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../../support/story.ts";

const HOUR = 60 * MINUTE;
const COMPONENT = "model-pymk";
const PROMOTION = "model-pymk@2/production/1";
const SYSTEM = { kind: "system", name: "test" } as const;
const PERSON = { kind: "person", id: LEA.id, name: "Lea" } as const;

function inProduction(told: Story, version: string): Episode | undefined {
  return episodesOf(COMPONENT, told.facts()).find(
    (episode) => episode.environment === "production" && episode.version === version,
  );
}

/** The truth about release 2 when these follow on its deployment, a minute apart. */
function truthAfter(...events: readonly PromotionEvent[]) {
  const facts: Parameters<typeof episodesOf>[1][number][] = [...storyWatching().facts()];
  const from = facts.at(-1)?.at ?? 0;
  events.forEach((event, index) => {
    facts.push({ at: from + (index + 1) * MINUTE, by: PERSON, event });
  });
  return episodesOf(COMPONENT, facts).findLast(({ environment }) => environment === "production")
    ?.truth;
}

const completed: PromotionEvent = { type: "PromotionCompleted", promotion: PROMOTION };
const awaited: PromotionEvent = {
  type: "ConfirmationAwaited",
  promotion: PROMOTION,
  from: NOON,
  until: NOON + 24 * HOUR,
};
const breachedLater = {
  type: "WatchBreached",
  promotion: PROMOTION,
  incident: {
    kind: "breach",
    at: NOON + HOUR,
    action: "ask",
    sentence: "latency: too slow",
    checks: [],
    phase: "guard",
  },
} satisfies PromotionEvent;

describe("the episodes of a component", () => {
  it("say when each promotion took traffic, what it replaced, and that it passed", () => {
    const told = storyLive();
    const { at: deployedAt = 0 } =
      told.facts().findLast(({ event }) => event.type === "WatchStarted") ?? {};
    expect(inProduction(told, "1")).toEqual({
      component: COMPONENT,
      environment: "production",
      promotion: "model-pymk@1/production/1",
      version: "1",
      previous: null,
      from: deployedAt,
      until: deployedAt + 30 * MINUTE,
      guardedSince: null,
      breach: null,
      outcome: { kind: "passed", at: deployedAt + 30 * MINUTE },
      falseAlarm: null,
      truth: { kind: "healthy", why: "it passed" },
    });
  });

  it("say since when what is live was guarded", () => {
    const facts = storyLive().facts();
    const at = (facts.at(-1)?.at ?? 0) + MINUTE;
    const promotion = "model-pymk@1/production/1";
    const event = { type: "GuardStarted", promotion, deployedAt: at } as const;
    const guarded = episodesOf(COMPONENT, [...facts, { at, by: SYSTEM, event }]);
    expect(guarded.find((one) => one.promotion === promotion)?.guardedSince).toBe(at);
  });

  it("name the version that was live before", () => {
    expect(inProduction(storyWatching(), "2")?.previous).toBe("1");
  });

  it("are those without a watch too, from the end of their deployment on", () => {
    const told = storyAwaitingApproval();
    const [first] = episodesOf(COMPONENT, told.facts());
    expect(first).toMatchObject({ environment: "staging", until: null, from: NOON });
    expect(first?.truth).toEqual({ kind: "healthy", why: "it passed" });
  });

  it("are not those that never took traffic", () => {
    const told = story();
    told.build("1");
    told.deployer("staging", { kind: "failed", why: "no such image" });
    expect(episodesOf(COMPONENT, told.facts())).toEqual([]);
  });

  it("are not those whose deployment is not in the facts", () => {
    const facts = storyLive().facts();
    const started = facts.findLastIndex(({ event }) => event.type === "DeployStarted");
    expect(episodesOf(COMPONENT, facts.slice(started + 1))).toEqual([]);
  });

  it("keep versions and promotions whose names have slashes apart", () => {
    const promotion = "model-pymk@feature/x/production/2";
    const start = { key: "deploy", digest: "d", previous: null };
    const [episode] = episodesOf(COMPONENT, [
      { at: 1, by: SYSTEM, event: { type: "DeployStarted", promotion, ...start } },
      { at: 2, by: SYSTEM, event: { type: "DeploySucceeded", promotion } },
    ]);
    expect(episode).toMatchObject({ version: "feature/x", environment: "production", from: 2 });
  });

  it("of a name that is none are left without a version", () => {
    const promotion = "?";
    const start = { key: "deploy", digest: "d", previous: null };
    const [episode] = episodesOf(COMPONENT, [
      { at: 1, by: SYSTEM, event: { type: "DeployStarted", promotion, ...start } },
      { at: 2, by: SYSTEM, event: { type: "DeploySucceeded", promotion } },
    ]);
    expect(episode).toMatchObject({ version: "", environment: "" });
  });
});

describe("an episode", () => {
  it("is unknown while it is being watched", () => {
    expect(inProduction(storyWatching(), "2")?.truth).toEqual({
      kind: "unknown",
      why: "it is being watched",
    });
  });

  it("is bad when it was rolled back by itself, and has the check that failed", () => {
    const told = storyWatching();
    told.wait(MINUTE);
    told.watch("2", "production", "failure");
    const episode = inProduction(told, "2");
    expect(episode?.truth).toEqual({
      kind: "bad",
      why: "it was rolled back automatically: check 1: it is failure",
    });
    expect(episode?.outcome.kind).toBe("rolled-back");
    expect(episode?.breach).toMatchObject({ at: told.now(), phase: null });
    expect(episode?.breach?.checks.map(({ check }) => check)).toEqual(["check 1"]);
  });

  it("is healthy when what it was rolled back for was called a false alarm", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    const label = {
      type: "FalseAlarmReported",
      promotion: PROMOTION,
      check: "check 1",
      reason: "a load test",
    } as const;
    const labelled = { at: told.now(), by: PERSON, event: label };
    const episode = episodesOf(COMPONENT, [...told.facts(), labelled]).at(-1);
    expect(episode?.falseAlarm).toEqual({
      at: told.now(),
      by: PERSON,
      check: "check 1",
      reason: "a load test",
    });
    expect(episode?.truth).toEqual({
      kind: "healthy",
      why: "Lea called it a false alarm: a load test",
    });
  });

  it.each([
    { after: "within a day of its watch", hours: 23, kind: "bad" },
    { after: "long after its watch", hours: 25, kind: "unknown" },
  ])("that passed and that a person rolled back $after is $kind", ({ hours, kind }) => {
    const told = storyWatching();
    told.wait(30 * MINUTE);
    told.watch("2", "production", "success");
    told.wait(hours * HOUR);
    told.ask("RollBack", SAM, {
      from: told.id("2"),
      environment: "production",
      to: null,
      trigger: "button",
      reason: "people complain",
    });
    const truth = inProduction(told, "2")?.truth;
    expect(truth?.kind).toBe(kind);
    expect(truth?.why).toContain("it was rolled back by Sam: people complain");
  });

  it("without a watch is judged by the day after its deployment", () => {
    const told = storyLive();
    const facts = told.facts().filter(({ event }) => event.type !== "WatchStarted");
    const last = facts.at(-1)?.at ?? 0;
    const rolledBack = {
      at: last + HOUR,
      by: PERSON,
      event: {
        type: "RollbackStarted",
        environment: "production",
        rollback: "rollback:1",
        promotion: "model-pymk@1/production/1",
        from: "model-pymk@1",
        to: "model-pymk@0",
        trigger: "command",
        reason: "wrong",
        deployer: "gate",
        params: {},
      },
    } as const;
    const episode = episodesOf(COMPONENT, [...facts, rolledBack]).at(-1);
    expect(episode).toMatchObject({ until: null, truth: { kind: "bad" } });
  });

  it("that a person kept is healthy, also once it is live", () => {
    const told = storyWatching();
    told.wait(30 * MINUTE);
    told.watch("2", "production", "inconclusive");
    told.ask("Override", LEA, {
      release: told.id("2"),
      environment: "production",
      reason: "no traffic at night",
    });
    const episode = inProduction(told, "2");
    expect(episode?.outcome).toEqual({ kind: "overridden", at: told.now(), by: PERSON });
    expect(episode?.truth).toEqual({ kind: "healthy", why: "Lea kept it" });
  });

  it("that was stopped is unknown", () => {
    const told = storyWatching();
    told.ask("Stop", LEA, {
      release: told.id("2"),
      environment: "production",
      reason: "wrong branch",
    });
    expect(inProduction(told, "2")?.truth).toEqual({
      kind: "unknown",
      why: "stopped by Lea: wrong branch",
    });
  });

  it("that was cancelled after it took traffic is unknown", () => {
    expect(
      truthAfter({ type: "PromotionCancelled", promotion: PROMOTION, reason: "not now" }),
    ).toEqual({ kind: "unknown", why: "it was stopped: not now" });
  });

  it("is healthy although another one was rolled back after it", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    expect(inProduction(told, "1")?.truth.kind).toBe("healthy");
  });

  it("keeps the first breach of several", () => {
    const facts = storyWatching().facts();
    const later = { ...breachedLater.incident, at: NOON + 2 * HOUR };
    const [first, second] = [breachedLater, { ...breachedLater, incident: later }].map((event) => ({
      at: NOON,
      by: SYSTEM,
      event,
    }));
    if (first === undefined || second === undefined) throw new Error("there are two");
    const episode = episodesOf(COMPONENT, [...facts, first, second]).findLast(
      ({ environment }) => environment === "production",
    );
    expect(episode?.breach).toEqual({ at: NOON + HOUR, phase: "guard", checks: [] });
  });

  it.each<{
    readonly what: string;
    readonly events: readonly PromotionEvent[];
    readonly truth: Episode["truth"];
  }>([
    {
      what: "whose confirmation is awaited is unknown",
      events: [completed, awaited],
      truth: { kind: "unknown", why: "it passed, and its confirmation is awaited" },
    },
    {
      what: "that was confirmed is healthy",
      events: [completed, awaited, { type: "PromotionConfirmed", promotion: PROMOTION }],
      truth: { kind: "healthy", why: "it passed, and was confirmed" },
    },
    {
      what: "whose confirmation was dropped is unknown",
      events: [
        completed,
        awaited,
        { type: "ConfirmationDropped", promotion: PROMOTION, why: "no labels came" },
      ],
      truth: { kind: "unknown", why: "it passed, and was never confirmed" },
    },
    {
      what: "whose confirmation failed is bad, whatever was said of it before",
      events: [
        completed,
        awaited,
        { type: "FalseAlarmReported", promotion: PROMOTION, check: null, reason: "noise" },
        { type: "PromotionRevoked", promotion: PROMOTION, why: "AUC fell", incident: null },
      ],
      truth: { kind: "bad", why: "its confirmation failed: AUC fell" },
    },
    {
      what: "in which a check failed once it was live, unanswered, is unknown",
      events: [completed, breachedLater],
      truth: {
        kind: "unknown",
        why: "it passed, a check failed later, and nobody has said what that was",
      },
    },
  ])("$what", ({ events, truth }) => {
    expect(truthAfter(...events)).toEqual(truth);
  });

  it("of staging is not mixed up with that of production", () => {
    const told = storyAwaitingApproval();
    bringLive(told, "1");
    const environments = episodesOf(COMPONENT, told.facts()).map((one) => one.environment);
    expect(environments).toEqual(["staging", "production"]);
  });
});
