import { describe, expect, it } from "vitest";
import { emptyGlobal } from "../../src/core/component.ts";
import { offersFor } from "../../src/core/offer.ts";
import {
  aComponent,
  aGuard,
  aLongWatch,
  aPolicy,
  aWatch,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import {
  ADA,
  bringLive,
  LEA,
  OLGA,
  SAM,
  type Story,
  story,
  storyAwaitingApproval,
  storyLive,
  storyTwoLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const asking = aPolicy(
  aComponent({
    environments: [
      STAGING,
      {
        ...PRODUCTION,
        watch: aWatch({ on: { failure: "ask", inconclusive: "ask", error: "ask" } }),
      },
    ],
  }),
);

const guarded = aLongWatch({
  guard: aGuard({ on: { failure: "ask", inconclusive: "ask", error: "ask" } }),
});

function offers(told: Story, version: string, policy = aPolicy()) {
  const component = policy.components["model-pymk"] ?? aComponent();
  return offersFor(told.release(version), told.state(), component, {
    global: emptyGlobal(),
    now: told.now(),
  }).map(({ kind, environment }) => `${kind} ${environment}`);
}

describe("a card offers", () => {
  it("nothing while it is judged bad, and for a failed build", () => {
    const told = story();
    told.build("1", { metrics: { auc: 0.1 } });
    told.build("2", { outcome: "failure" });
    expect([...offers(told, "1"), ...offers(told, "2")]).toEqual([]);
  });

  it("to stop what runs, and to decide on what waits", () => {
    const told = story();
    told.build("1");
    expect(offers(told, "1")).toEqual(["stop staging"]);
    told.deployer("staging", OK);
    expect(offers(told, "1")).toEqual(["approve production", "reject production"]);
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    expect(offers(told, "1")).toEqual(["stop production"]);
  });

  it("to stop or roll back what is watched", () => {
    expect(offers(storyWatching(), "2")).toEqual(["stop production", "rollback production"]);
  });

  it("to override or roll back what people are asked about", () => {
    const told = storyWatching({ policy: asking });
    told.watch("2", "production", "failure");
    expect(offers(told, "2", asking)).toEqual(["override production", "rollback production"]);
  });

  it("to override or roll back what is live and fails, wherever that is", () => {
    const told = storyTwoLive({ policy: guarded });
    expect(offers(told, "2", guarded)).toEqual(["rollback production"]);
    told.guard("2", "production", "failure");
    expect(offers(told, "2", guarded)).toEqual(["override production", "rollback production"]);
  });

  it("to roll back what is live, where there is something to return to", () => {
    const told = storyLive();
    expect(offers(told, "1")).toEqual([]);
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    bringLive(told, "2");
    expect(offers(told, "2")).toEqual(["rollback production"]);
    expect(offers(told, "1")).toEqual([]);
  });

  it("nothing to undo after a rollback, and nothing while one runs; to try again when it failed", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    expect(offers(told, "2")).toEqual([]);
    told.deployer("production", { kind: "failed", why: "no quota" });
    expect(offers(told, "2")).toEqual(["retry production"]);
    told.ask("Retry", LEA, { release: told.id("2"), environment: "production" });
    told.deployer("production", OK);
    expect(offers(told, "1")).toEqual([]);
    expect(offers(told, "2")).toEqual([]);
  });

  it("to try again what failed, or to roll it back", () => {
    const told = storyLive();
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    told.approve(LEA, "2");
    told.approve(SAM, "2");
    told.deployer("production", { kind: "failed", why: "no quota" });
    expect(offers(told, "2")).toEqual(["retry production", "rollback production"]);
  });

  it("to promote only what does not go by itself: after a hold or a stop", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    told.deployer("production", OK);
    told.wait(MINUTE);
    told.build("3");
    told.deployer("staging", OK);
    expect(offers(told, "3")).toEqual(["promote production"]);

    const stopped = storyAwaitingApproval();
    stopped.ask("Stop", OLGA, { release: stopped.id("1"), environment: "production", reason: "x" });
    expect(offers(stopped, "1")).toEqual(["promote production"]);
    stopped.ask("Freeze", LEA, { reason: "launch", until: stopped.now() + MINUTE });
    expect(offers(stopped, "1")).toEqual([]);
    stopped.wait(MINUTE);
    stopped.ask("Hold", LEA, { environment: null, reason: "incident" });
    expect(offers(stopped, "1")).toEqual([]);
  });
});

describe("every action that a card offers is accepted from somebody who may do it", () => {
  const situations: readonly (readonly [string, () => Story])[] = [
    ["awaiting approval", () => storyAwaitingApproval()],
    ["live", () => storyLive()],
    ["watching", () => storyWatching()],
    [
      "asked",
      () => {
        const told = storyWatching({ policy: asking });
        told.watch("2", "production", "failure");
        return told;
      },
    ],
    [
      "live, and failing",
      () => {
        const told = storyTwoLive({ policy: guarded });
        told.guard("2", "production", "failure");
        return told;
      },
    ],
    [
      "rollback failed",
      () => {
        const told = storyWatching();
        told.watch("2", "production", "failure");
        told.deployer("production", { kind: "failed", why: "x" });
        return told;
      },
    ],
    [
      "held by itself, with a newer release",
      () => {
        const told = storyWatching();
        told.watch("2", "production", "failure");
        told.deployer("production", OK);
        told.wait(MINUTE);
        told.build("3");
        told.deployer("staging", OK);
        return told;
      },
    ],
  ];
  it.each(situations)("%s", (_name, begin) => {
    const policy = aPolicy();
    const versions = Object.values(begin().state().releases).map(({ version }) => version);
    for (const version of versions) {
      const count = all(begin(), version, policy).length;
      for (let position = 0; position < count; position += 1) {
        const told = begin();
        const offer = all(told, version, policy)[position];
        if (offer === undefined) throw new Error("the same story offers the same");
        expect({ offer, refusal: take(told, version, offer) }).toEqual({ offer, refusal: null });
      }
    }
  });

  function all(told: Story, version: string, policy: ReturnType<typeof aPolicy>) {
    const component = policy.components["model-pymk"] ?? aComponent();
    const context = { global: emptyGlobal(), now: told.now() };
    return offersFor(told.release(version), told.state(), component, context);
  }

  function take(told: Story, version: string, offer: ReturnType<typeof all>[number]) {
    const about = { release: told.id(version), environment: offer.environment };
    const reason = "because";
    switch (offer.kind) {
      case "approve":
        return told.ask("Approve", LEA, { ...about, digest: offer.digest }).refusal;
      case "reject":
        return told.ask("Reject", LEA, { ...about, reason }).refusal;
      case "promote":
        return told.ask("Promote", ADA, about).refusal;
      case "rollback":
        return told.ask("RollBack", ADA, {
          from: null,
          environment: offer.environment,
          to: null,
          trigger: "button",
          reason,
        }).refusal;
      case "retry":
        return told.ask("Retry", ADA, about).refusal;
      case "stop":
        return told.ask("Stop", ADA, { ...about, reason }).refusal;
      case "override":
        return told.ask("Override", ADA, { ...about, reason }).refusal;
      case "falseAlarm":
        return told.ask("ReportFalseAlarm", ADA, { ...about, check: null, reason }).refusal;
    }
  }
});
