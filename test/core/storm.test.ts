import { describe, expect, it } from "vitest";
import type { ComponentEvent } from "../../src/core/event.ts";
import { evolve } from "../../src/core/evolve.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { ComponentPolicy } from "../../src/core/policy.ts";
import {
  aComponent,
  anEnvironment,
  aPolicy,
  aRule,
  aWatch,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import { bringLive, LEA, NOON, SAM, type Story, story } from "../support/story.ts";

const STORM = { releases: 3, within: 10 * MINUTE };
/** People approve what was never deployed before. */
const ASKED = anEnvironment("production", { approval: [aRule("@sre")] });

function calm(overrides: Partial<ComponentPolicy> = {}): Story {
  return story({ policy: aPolicy(aComponent({ environments: [ASKED], ...overrides })) });
}

function stormy(overrides: Partial<ComponentPolicy> = {}): Story {
  return calm({ storm: STORM, ...overrides });
}

const MINUTES_APART = MINUTE;

/** Builds of these versions, a minute apart, each with its card posted as soon as there is one. */
function retrain(told: Story, ...versions: readonly string[]) {
  return versions.map((version) => {
    told.wait(MINUTES_APART);
    const result = told.build(version);
    post(told, version);
    return result;
  });
}

function post(told: Story, version: string): void {
  const { card, messages } = told.release(version);
  if (card !== undefined || messages.card !== undefined) return;
  record(told, version);
}

const record = (told: Story, version: string) =>
  told.tell({
    type: "RecordMessage",
    component: "model-pymk",
    release: told.id(version),
    key: "card",
    channel: "C1",
    ts: `${version}.0`,
  });

function cardsIn(told: Story): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.values(told.state().releases).map(({ version, messages }) => [
      version,
      messages.card?.ts,
    ]),
  );
}

const keysOf = (jobs: readonly NewJob[], kind: NewJob["body"]["kind"]) =>
  jobs.filter(({ body }) => body.kind === kind).map(({ key }) => key);

describe("many releases at once", () => {
  it("share the card of the last one before, from the third on", () => {
    const told = stormy();
    const [, , third] = retrain(told, "1", "2", "3", "4");
    expect(third?.types.slice(0, 5)).toEqual([
      "ReleaseRegistered",
      "GatesJudged",
      "PromotionSuperseded",
      "CardMoved",
      "ReleaseSuperseded",
    ]);
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: undefined, 3: undefined, 4: "2.0" });
    expect(told.release("4").card).toEqual({
      kind: "shown",
      name: "model-pymk@2",
      since: NOON + 2 * MINUTE,
    });
    expect(told.release("3")).toMatchObject({
      card: { kind: "moved", name: "model-pymk@2" },
      status: { kind: "superseded", by: "model-pymk@4" },
    });
  });

  it("draw one message, by one job, whoever shows it", () => {
    const told = stormy();
    const [, second, third, fourth] = retrain(told, "1", "2", "3", "4");
    expect(keysOf(second?.jobs ?? [], "message")).toContain("message:model-pymk@2:card");
    for (const [each, release] of [
      [third, "model-pymk@3"],
      [fourth, "model-pymk@4"],
    ] as const) {
      const jobs = each?.jobs.filter(({ body }) => body.kind === "message");
      expect(jobs).toMatchObject([
        { key: "message:model-pymk@2:card", body: { release, key: "card" } },
      ]);
    }
  });

  it("ask people once, and say nothing in a thread of those that were superseded", () => {
    const told = stormy();
    const [, second, third] = retrain(told, "1", "2", "3");
    expect(keysOf(second?.jobs ?? [], "thread")).toHaveLength(2);
    expect(keysOf(third?.jobs ?? [], "thread")).toEqual([]);
  });

  it("ask people where the one before was not waiting for them", () => {
    const policy = aPolicy(
      aComponent({ environments: [anEnvironment("production")], storm: STORM }),
    );
    const free = story({ policy });
    retrain(free, "1", "2");
    free.setPolicy(aPolicy(aComponent({ environments: [ASKED], storm: STORM })));
    const third = retrain(free, "3");
    expect(free.release("2").promotions.at(-1)?.state.kind).toBe("superseded");
    expect(keysOf(third[0]?.jobs ?? [], "thread")).toHaveLength(1);
  });

  it("are counted within the time only", () => {
    const told = stormy();
    retrain(told, "1", "2");
    told.wait(10 * MINUTE);
    retrain(told, "3", "4");
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: "2.0", 3: "3.0", 4: "4.0" });
  });

  it("have a card each where nothing else is configured", () => {
    const told = calm();
    retrain(told, "1", "2", "3", "4");
    expect(Object.values(cardsIn(told))).toEqual(["1.0", "2.0", "3.0", "4.0"]);
  });

  it("do not count builds that failed", () => {
    const told = stormy();
    told.build("0", { outcome: "failure" });
    retrain(told, "1", "2");
    expect(Object.values(cardsIn(told))).toEqual([undefined, "1.0", "2.0"]);
  });

  it("that a late report makes older than the newest have no card, and are superseded by it", () => {
    const told = stormy();
    retrain(told, "1", "2");
    told.wait(MINUTE);
    const { types, jobs } = told.build("0", { finishedAt: NOON });
    expect(types.slice(0, 3)).toEqual(["ReleaseRegistered", "CardWithheld", "ReleaseSuperseded"]);
    expect(told.release("0")).toMatchObject({
      card: { kind: "withheld" },
      status: { kind: "superseded", by: "model-pymk@2" },
    });
    expect(jobs.filter(({ body }) => body.kind === "message" || body.kind === "thread")).toEqual(
      [],
    );
  });
});

describe("a card that is being posted while another release takes it over", () => {
  it("is the other's when Slack has it", () => {
    const told = stormy();
    retrain(told, "1");
    told.build("2");
    told.wait(MINUTE);
    told.build("3");
    expect(record(told, "2").events).toEqual([
      {
        type: "MessagePosted",
        release: "model-pymk@3",
        key: "card",
        channel: "C1",
        ts: "2.0",
      },
    ]);
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: undefined, 3: "2.0" });
  });

  it("is found again by its job where nobody at hand shows it", () => {
    const told = stormy();
    retrain(told, "1", "2", "3");
    const moved = told.release("2");
    const lone = evolve(told.state(), {
      at: NOON,
      by: { kind: "system", name: "test" },
      event: { type: "ReleaseRetired", release: told.id("3") },
    });
    expect(Object.keys(lone.releases)).not.toContain(told.id("3"));
    expect(moved.card).toEqual({ kind: "moved", name: "model-pymk@2" });
  });
});

describe("what a storm does not touch", () => {
  const both = { environments: [STAGING, PRODUCTION] };

  it("is what is being deployed: it keeps its card and goes on", () => {
    const told = stormy(both);
    retrain(told, "1", "2", "3", "4");
    expect(told.promotion("1", "staging").state.kind).toBe("deploying");
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: undefined, 3: undefined, 4: "2.0" });
  });

  it("is what is under watch", () => {
    const watched = anEnvironment("production", { watch: aWatch() });
    const told = stormy({ environments: [watched] });
    retrain(told, "1");
    told.deployer("production", { kind: "succeeded", detail: null });
    retrain(told, "2", "3", "4");
    expect(told.promotion("1", "production").state.kind).toBe("watching");
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: undefined, 3: undefined, 4: "2.0" });
  });

  it("is what users have", () => {
    const told = stormy({ environments: [anEnvironment("production")] });
    retrain(told, "1");
    told.deployer("production", { kind: "succeeded", detail: null });
    retrain(told, "2", "3", "4");
    expect(told.release("1").status.kind).toBe("candidate");
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: "2.0", 3: undefined, 4: "3.0" });
  });

  it("is what a person asked for by name", () => {
    const told = stormy();
    retrain(told, "1", "2");
    told.ask("Stop", SAM, { release: told.id("2"), environment: "production", reason: "wait" });
    told.ask("Promote", LEA, { release: told.id("2"), environment: "production" });
    const waits = told.promotion("2", "production");
    expect(waits).toMatchObject({ byName: true, state: { kind: "awaiting-approval" } });
    retrain(told, "3");
    expect(told.promotion("2", "production")).toEqual(waits);
    expect(cardsIn(told)[2]).toBe("2.0");
  });

  it("is what waits for people, when the newer release cannot take its place", () => {
    const told = stormy();
    retrain(told, "1", "2");
    told.wait(MINUTE);
    told.build("3", { metrics: { auc: 0.5 } });
    expect(told.promotion("2", "production").state.kind).toBe("awaiting-approval");
    // It takes over a card that nobody waits for any more, and so does the next one.
    expect(cardsIn(told)).toEqual({ 1: undefined, 2: "2.0", 3: "1.0" });
    told.wait(MINUTE);
    told.build("4", { metrics: { auc: 0.5 } });
    expect(cardsIn(told)).toEqual({ 1: undefined, 2: "2.0", 3: undefined, 4: "1.0" });
    retrain(told, "5");
    expect(told.promotion("2", "production").state.kind).toBe("superseded");
    expect(cardsIn(told)).toMatchObject({ 2: "2.0", 4: undefined, 5: "1.0" });
  });

  it("is what went wrong: people look at its card", () => {
    const told = stormy(both);
    retrain(told, "1", "2");
    told.deployer("staging", { kind: "failed", why: "no quota" });
    expect(told.release("1").promotions[0]?.incident).not.toBeNull();
    told.deployer("staging", { kind: "failed", why: "no quota" });
    retrain(told, "3");
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: "2.0", 3: "3.0" });
  });

  it("is what only an earlier environment has: its card goes to the newer one", () => {
    const told = stormy(both);
    retrain(told, "1", "2");
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.deployer("staging", { kind: "succeeded", detail: null });
    expect(told.promotion("2", "production").state.kind).toBe("awaiting-approval");
    retrain(told, "3");
    expect(cardsIn(told)).toEqual({ 1: "1.0", 2: undefined, 3: "2.0" });
    expect(told.promotion("2", "production").state.kind).toBe("superseded");
    expect(told.environment("staging").serving).toBe("model-pymk@2");
  });
});

describe("a release whose card was taken over", () => {
  it("has a new one when a person asks for it by name", () => {
    const told = stormy();
    retrain(told, "1", "2", "3");
    told.wait(MINUTE);
    const { jobs } = told.ask("Promote", LEA, {
      release: told.id("2"),
      environment: "production",
    });
    expect(told.release("2")).toMatchObject({
      status: { kind: "candidate" },
      card: { kind: "shown", name: "model-pymk@2/production/2", since: NOON + 4 * MINUTE },
    });
    expect(keysOf(jobs, "message")).toContain("message:model-pymk@2/production/2:card");
    expect(keysOf(jobs, "thread")).toHaveLength(1);
  });

  it("goes live as any other", () => {
    const told = stormy({ environments: [STAGING, PRODUCTION] });
    retrain(told, "1", "2", "3");
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.deployer("staging", { kind: "succeeded", detail: null });
    bringLive(told, "3");
    expect(told.environment("production").live).toBe("model-pymk@3");
  });

  it("keeps no card when evidence of it comes late", () => {
    const told = stormy();
    retrain(told, "1", "2", "3");
    const { jobs } = told.build("2", { notes: "late" });
    expect(told.release("2").card?.kind).toBe("moved");
    expect(keysOf(jobs, "message")).toEqual([]);
    expect(keysOf(jobs, "thread")).toEqual([]);
  });
});

it("a card of a release that is not there is not moved", () => {
  const told = stormy();
  told.build("1");
  const events: readonly ComponentEvent[] = [
    { type: "CardMoved", from: "model-pymk@9", to: "model-pymk@1" },
    { type: "CardMoved", from: "model-pymk@1", to: "model-pymk@9" },
    { type: "CardWithheld", release: "model-pymk@9" },
  ];
  for (const event of events) {
    const fact = { at: NOON, by: { kind: "system", name: "test" }, event } as const;
    expect(evolve(told.state(), fact)).toEqual(told.state());
  }
});
