import { describe, expect, it } from "vitest";
import type { ComponentState } from "../../src/core/component.ts";
import { NO_RELATIONS, needsIn, relatedTo, relationsOf } from "../../src/core/need.ts";
import { aComponent, anEnvironment, aPolicy, MINUTE } from "../support/policies.ts";
import { OLGA, type Story, story } from "../support/story.ts";

/** A model that needs version 2.x of a service, both in one environment without people. */
const FEED_2 = {
  component: "svc-feed",
  range: "2.x",
  satisfiedBy: (version: string) => version.startsWith("2."),
};
const STAGING = anEnvironment("staging");
const MODEL = aComponent({ gates: [], environments: [STAGING], needs: [FEED_2] });
const FEED = aComponent({ name: "svc-feed", kind: "service", gates: [], environments: [STAGING] });
const POLICY = aPolicy(MODEL, FEED);

/** Two components that see each other, as the dispatcher lets them. */
function twoStories(): { readonly model: Story; readonly feed: Story; readonly sync: () => void } {
  const seenByModel: Record<string, ComponentState> = {};
  const seenByFeed: Record<string, ComponentState> = {};
  const model = story({ policy: POLICY, component: "model-pymk", others: seenByModel });
  const feed = story({ policy: POLICY, component: "svc-feed", others: seenByFeed });
  const sync = () => {
    seenByModel["svc-feed"] = feed.state();
    seenByFeed["model-pymk"] = model.state();
  };
  return { model, feed, sync };
}

function goLive(told: Story, version: string) {
  told.wait(MINUTE);
  told.build(version);
  return told.deployer("staging", { kind: "succeeded", detail: null });
}

function promote(told: Story, version: string) {
  return told.ask("Promote", OLGA, { release: told.id(version), environment: "staging" });
}

function rollBack(told: Story, to: string | null = null) {
  return told.ask("RollBack", OLGA, {
    environment: "staging",
    from: null,
    to: to === null ? null : told.id(to),
    trigger: "command",
    reason: "it is slow",
  });
}

const review = (told: Story) => told.tell({ type: "Review", component: told.state().component });

describe("a model that needs a service", () => {
  it("waits for the service, and goes on once that is live there", () => {
    const { model, feed, sync } = twoStories();
    sync();
    model.build("1");
    expect(model.promotion("1", "staging").state).toMatchObject({
      kind: "queued",
      blockers: [{ kind: "needs", component: "svc-feed", range: "2.x", found: null }],
    });
    sync();
    const { jobs } = goLive(feed, "2.0");
    expect(jobs).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          key: "review-needs:model-pymk",
          body: { kind: "review", component: "model-pymk" },
        }),
        expect.objectContaining({
          key: "message:model-pymk@1:card",
          body: {
            kind: "message",
            component: "model-pymk",
            release: "model-pymk@1",
            key: "card",
          },
        }),
      ]),
    );
    sync();
    expect(review(model).types).toContain("DeployStarted");
  });

  it("is not reviewed where it waits for nothing of the service, and its card is drawn again", () => {
    const { model, feed, sync } = twoStories();
    goLive(feed, "2.0");
    sync();
    goLive(model, "1");
    sync();
    const keys = goLive(feed, "2.1").jobs.map(({ key }) => key);
    expect(keys).toContain("message:model-pymk@1:card");
    expect(keys).not.toContain("review-needs:model-pymk");
  });

  it("is left alone by what moves nothing in an environment", () => {
    const { model, feed, sync } = twoStories();
    goLive(feed, "2.0");
    sync();
    goLive(model, "1");
    sync();
    feed.wait(MINUTE);
    const keys = feed.build("2.1").jobs.map(({ key }) => key);
    expect(keys.filter((key) => key.includes("model-pymk"))).toEqual([]);
  });

  it("may always go back itself, whatever the service is", () => {
    const { model, feed, sync } = twoStories();
    goLive(feed, "2.0");
    sync();
    goLive(model, "1");
    goLive(model, "2");
    expect(rollBack(model).types).toContain("RollbackStarted");
  });
});

describe("a service that a model needs", () => {
  /** 1.0 was live, 2.0 is; the model runs. */
  function needed() {
    const { model, feed, sync } = twoStories();
    goLive(feed, "1.0");
    goLive(feed, "2.0");
    sync();
    goLive(model, "1");
    sync();
    return { model, feed, sync };
  }

  it("cannot go back to a version that the model cannot run with, which says what to do first", () => {
    const { feed } = needed();
    expect(rollBack(feed).decision.refusal).toEqual({
      code: "needs_unmet",
      sentence:
        "staging cannot go to svc-feed 1.0: model-pymk 1 there needs 2.x. First return what needs it to a version that works with 1.0 (/release model-pymk rollback in staging) and correct its needs in the configuration",
    });
  });

  it("can go back to a version that the model can run with", () => {
    const { feed, sync } = needed();
    goLive(feed, "2.1");
    sync();
    expect(rollBack(feed).types).toContain("RollbackStarted");
  });

  it("can go back where nothing of the model runs", () => {
    const { feed } = twoStories();
    goLive(feed, "1.0");
    goLive(feed, "2.0");
    expect(rollBack(feed).types).toContain("RollbackStarted");
  });

  it("can go anywhere where the model is seen and has never run", () => {
    const { feed, sync } = twoStories();
    goLive(feed, "1.0");
    sync();
    goLive(feed, "2.0");
    expect(rollBack(feed).types).toContain("RollbackStarted");
  });

  it("cannot go forward either to a version that the model cannot run with", () => {
    const { feed } = needed();
    feed.wait(MINUTE);
    feed.build("3.0");
    expect(feed.promotion("3.0", "staging").state).toMatchObject({
      kind: "queued",
      blockers: [{ kind: "needed", component: "model-pymk", range: "2.x", found: "1" }],
    });
    feed.ask("Stop", OLGA, { release: feed.id("3.0"), environment: "staging", reason: "x" });
    expect(promote(feed, "3.0").refusal).toBe("needs_unmet");
  });

  it("can go from one version that the model cannot run with to another", () => {
    const { model, feed, sync } = twoStories();
    goLive(feed, "2.0");
    sync();
    goLive(model, "1");
    goLive(feed, "3.0");
    sync();
    feed.wait(MINUTE);
    feed.build("4.0");
    expect(feed.promotion("4.0", "staging").state.kind).toBe("deploying");
  });

  it("goes on once the model does not run with it any more", () => {
    const { model, feed, sync } = needed();
    feed.wait(MINUTE);
    feed.build("3.0");
    sync();
    expect(goLive(model, "2").jobs.map(({ key }) => key)).toContain("review-needs:svc-feed");
  });
});

describe("the edges of a component", () => {
  it("are what it needs with what is there, and who needs it with what runs", () => {
    const { model, feed, sync } = twoStories();
    goLive(feed, "2.0");
    sync();
    goLive(model, "1");
    const others = { "svc-feed": feed.state(), "model-pymk": model.state() };
    const about = { component: "model-pymk", version: "1" };
    expect(relationsOf(POLICY, about, others)).toEqual({
      needs: [
        {
          component: "svc-feed",
          range: "2.x",
          places: [{ environment: "staging", found: "2.0", met: true }],
        },
      ],
      neededBy: [],
    });
    expect(relationsOf(POLICY, { component: "svc-feed", version: "3.0" }, others)).toEqual({
      needs: [],
      neededBy: [
        {
          component: "model-pymk",
          range: "2.x",
          satisfied: false,
          places: [{ environment: "staging", version: "1" }],
        },
      ],
    });
  });

  it("show nothing where nothing is known", () => {
    expect(relationsOf(POLICY, { component: "svc-feed", version: "2.0" }, {})).toEqual({
      needs: [],
      neededBy: [{ component: "model-pymk", range: "2.x", satisfied: true, places: [] }],
    });
    expect(relationsOf(POLICY, { component: "gone", version: "1" }, {})).toEqual(NO_RELATIONS);
    expect(needsIn(MODEL, "staging", {})).toEqual([
      { component: "svc-feed", range: "2.x", found: null, met: false },
    ]);
  });

  it("lead to the components at their other ends", () => {
    expect(relatedTo(POLICY, "model-pymk")).toEqual(["svc-feed"]);
    expect(relatedTo(POLICY, "svc-feed")).toEqual(["model-pymk"]);
    expect(relatedTo(POLICY, "gone")).toEqual([]);
  });
});
