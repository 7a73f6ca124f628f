import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import type { CheckVerdict } from "../../src/core/verdict.ts";
import type { WatchPolicy } from "../../src/core/watch-policy.ts";
import {
  aCheck,
  aComponent,
  anEnvironment,
  aPolicy,
  aWatch,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import {
  anAssessment,
  DANA,
  LEA,
  SAM,
  type Story,
  story,
  storyLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;

function policyWith(on: Partial<WatchPolicy["on"]>) {
  const watch = aWatch({ on: { failure: "rollback", inconclusive: "ask", error: "ask", ...on } });
  return aPolicy(aComponent({ environments: [STAGING, { ...PRODUCTION, watch }] }));
}

const override = (told: Story, version: string, person = LEA, reason = "known noise") =>
  told.ask("Override", person, { release: told.id(version), environment: "production", reason });

describe("a watch", () => {
  it("records only a change of verdict", () => {
    const told = storyWatching();
    expect(told.watch("2", "production", "pending").events).toEqual([]);
    expect(told.watch("2", "production", "error").types).toEqual(["VerdictChanged"]);
    expect(told.watch("2", "production", "error").events).toEqual([]);
    expect(told.watch("2", "production", "pending").types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production").state).toMatchObject({
      checks: [{ verdict: "pending" }],
    });
  });

  it("tells once that a check can never decide, when it begins and not at each look", () => {
    const told = storyWatching();
    const pending = anAssessment("pending");
    const hopeless = { ...pending, shortfall: "it needs 4 times the traffic" };
    const first = told.watch("2", "production", hopeless);
    expect(first.types).toEqual(["VerdictChanged"]);
    expect(first.jobs.map(({ body }) => body.kind)).toContain("thread");
    expect(told.watch("2", "production", { ...hopeless, shortfall: "5 times" }).events).toEqual([]);
    expect(told.watch("2", "production", { ...pending, verdict: "error" }).jobs).not.toContainEqual(
      expect.objectContaining({ body: expect.objectContaining({ kind: "thread" }) }),
    );
  });

  it("does not pass before its time, even when every check has", () => {
    const told = storyWatching();
    told.wait(29 * MINUTE);
    expect(told.watch("2", "production", "success").types).toEqual(["VerdictChanged"]);
    told.wait(MINUTE);
    expect(told.watch("2", "production", "success").types).toEqual([
      "WatchPassed",
      "PromotionCompleted",
    ]);
  });

  it("of a promotion that is no longer watched changes nothing", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    expect(told.watch("2", "production", "failure").events).toEqual([]);
    const unknown = { type: "ReportWatch", component: "model-pymk", promotion: "x/y/1" } as const;
    expect(told.tell({ ...unknown, assessments: [] }).events).toEqual([]);
  });

  it("without a check never passes: it asks", () => {
    const told = storyWatching();
    told.wait(30 * MINUTE);
    const { types } = told.watch("2", "production");
    expect(types).toEqual(["WatchUndecided"]);
    expect(told.promotion("2", "production").incident?.sentence).toBe(
      "there is no check to judge it by",
    );
  });

  it("that was taken out of the configuration asks too", () => {
    const told = storyLive();
    told.wait(MINUTE);
    told.build("2");
    told.deployer("staging", OK);
    told.approve(LEA, "2");
    told.approve(SAM, "2");
    told.setPolicy(aPolicy(aComponent({ environments: [STAGING] })));
    told.deployer("production", OK);
    expect(told.promotion("2", "production").state).toMatchObject({
      from: told.now(),
      until: told.now(),
    });
    expect(told.watch("2", "production").types).toEqual(["WatchUndecided"]);
    told.setPolicy(aPolicy(aComponent({ name: "other" })));
    expect(told.watch("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
  });
});

describe("a watch that passes", () => {
  it("makes the release live, although its environment is no longer configured", () => {
    const told = storyWatching();
    told.wait(30 * MINUTE);
    told.setPolicy(aPolicy(aComponent({ environments: [STAGING] })));
    expect(told.watch("2", "production", "success").types).toContain("PromotionCompleted");
  });
});

describe("a metrics source that does not answer", () => {
  it("for the whole watch asks, does not roll back, and stays armed", () => {
    const told = storyWatching();
    told.watch("2", "production", "error");
    told.wait(30 * MINUTE);
    expect(told.watch("2", "production", "error").types).toEqual(["WatchUndecided"]);
    expect(told.watch("2", "production", "error").events).toEqual([]);
    expect(told.promotion("2", "production").state.kind).toBe("watching");
    expect(told.watch("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackStarted",
      "HoldPlaced",
    ]);
  });

  it("until late, and then says that all is well, ends the question", () => {
    const told = storyWatching();
    told.wait(30 * MINUTE);
    told.watch("2", "production", "inconclusive");
    told.wait(5 * MINUTE);
    const { types, jobs } = told.watch("2", "production", "success");
    expect(types).toEqual(["VerdictChanged", "WatchPassed", "PromotionCompleted"]);
    expect(told.promotion("2", "production").incident).toBeNull();
    // The announcement says that it is over.
    expect(jobs.map(({ key }) => key)).toContain(
      "message:model-pymk@2:alert:model-pymk@2/production/1",
    );
  });

  it.each(["inconclusive", "error"] as const)(
    "is only announced where the policy says so: %s",
    (verdict) => {
      const told = storyWatching({ policy: policyWith({ [verdict]: "announce" }) });
      told.wait(30 * MINUTE);
      expect(told.watch("2", "production", verdict).types.slice(-2)).toEqual([
        "WatchUndecided",
        "PromotionFailed",
      ]);
      expect(told.environment("production")).toMatchObject({
        live: "model-pymk@1",
        serving: "model-pymk@2",
        active: null,
      });
    },
  );
});

it("a watch of which people are asked goes on being asked about when it fails to be measured in another way", () => {
  const told = storyWatching({ policy: policyWith({ error: "announce" }) });
  told.wait(30 * MINUTE);
  told.watch("2", "production", "inconclusive");
  expect(told.promotion("2", "production").incident).toMatchObject({ action: "ask" });
  told.wait(MINUTE);
  expect(told.watch("2", "production", "error").types).toEqual(["VerdictChanged"]);
  expect(told.promotion("2", "production").state.kind).toBe("watching");
});

describe("a breach", () => {
  it("with nothing to return to is told to people, and nothing is done", () => {
    const told = story();
    told.build("1");
    told.deployer("staging", OK);
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.deployer("production", OK);
    const { types } = told.watch("1", "production", "failure");
    expect(types).toEqual(["VerdictChanged", "WatchBreached", "RollbackImpossible"]);
    expect(told.promotion("1", "production").incident).toMatchObject({
      kind: "no-target",
      action: "ask",
      sentence:
        "check 1: it is failure; it was not rolled back: no release has finished its watch in production before, so there is nothing to return to",
    });
    expect(told.watch("1", "production", "failure").events).toEqual([]);
  });

  it("is not rolled back by itself where something live needs the present version", () => {
    const needing = aComponent({
      name: "svc-feed",
      needs: [{ component: "model-pymk", range: ">=2", satisfiedBy: (version) => version === "2" }],
    });
    const told = storyWatching({
      policy: aPolicy(aComponent(), needing),
      others: {
        "svc-feed": {
          ...story().state(),
          component: "svc-feed",
          environments: {
            production: { ...storyLive().environment("production"), live: "svc-feed@1" },
          },
        },
      },
    });
    const { types } = told.watch("2", "production", "failure");
    expect(types).toEqual(["VerdictChanged", "WatchBreached", "RollbackImpossible"]);
  });

  it("that is announced ends also where the numbers are good again, or gone, at the end", () => {
    for (const verdict of ["success", "error"] as const) {
      const told = storyWatching({ policy: policyWith({ failure: "announce" }) });
      told.watch("2", "production", "failure");
      told.wait(40 * MINUTE);
      expect(told.watch("2", "production", verdict).types).toEqual([
        "VerdictChanged",
        "PromotionFailed",
      ]);
      expect(told.environment("production").active).toBeNull();
    }
  });

  it("that is announced ends as no success, and can still be rolled back", () => {
    const told = storyWatching({ policy: policyWith({ failure: "announce" }) });
    expect(told.watch("2", "production", "failure").types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
    expect(told.watch("2", "production", "failure").events).toEqual([]);
    told.wait(30 * MINUTE);
    expect(told.watch("2", "production", "failure").types).toEqual(["PromotionFailed"]);
    expect(told.promotion("2", "production").state).toMatchObject({
      kind: "failed",
      why: "its watch did not pass: check 1: it is failure",
    });
    told.ask("RollBack", LEA, {
      from: null,
      environment: null,
      to: null,
      trigger: "button",
      reason: "errors",
    });
    expect(told.environment("production").rollback).toMatchObject({
      to: "model-pymk@1",
      trigger: "button",
    });
  });

  it("that people are asked about waits for them, whatever the numbers do next", () => {
    const told = storyWatching({ policy: policyWith({ failure: "ask" }) });
    told.watch("2", "production", "failure");
    told.wait(90 * MINUTE);
    expect(told.watch("2", "production", "failure").events).toEqual([]);
    expect(told.watch("2", "production", "success").types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production").state.kind).toBe("watching");
  });
});

describe("overriding", () => {
  it("keeps the release, with the reason and who said so", () => {
    const told = storyWatching({ policy: policyWith({ failure: "ask" }) });
    told.watch("2", "production", "failure");
    expect(override(told, "2").types).toEqual(["WatchOverridden", "PromotionCompleted"]);
    expect(told.promotion("2", "production")).toMatchObject({
      state: { kind: "live" },
      overridden: { by: { name: "Lea" }, reason: "known noise" },
    });
  });

  it.each([
    ["nothing waits for a decision", (told: Story) => override(told, "2"), "nothing_to_override"],
    ["the release is unknown", (told: Story) => override(told, "9"), "unknown_release"],
  ])("is refused where %s", (_when, act, code) => {
    expect(act(storyWatching()).refusal).toBe(code);
  });

  it("is refused to the author, to strangers, and without a reason", () => {
    const told = storyWatching({ policy: policyWith({ failure: "ask" }) });
    told.watch("2", "production", "failure");
    expect(override(told, "2", DANA).refusal).toBe("own_change");
    told.setDirectory({});
    expect(override(told, "2", LEA).refusal).toBe("directory_unavailable");
    told.setDirectory({ "@ml-leads": [LEA.id] });
    expect(override(told, "2", LEA, "").refusal).toBe("reason_required");
  });
});

describe("verification", () => {
  const smoke = { name: "smoke", use: "gate", with: { suite: "smoke" } };
  const load = { name: "load", use: "gate", with: { suite: "load" } };
  const policy = aPolicy(
    aComponent({ environments: [anEnvironment("staging", { verify: [smoke, load] })] }),
  );

  it("runs its steps in order, and then the release is live", () => {
    const told = story({ policy });
    told.build("1");
    const first = told.deployer("staging", OK);
    expect(first.types).toEqual(["DeploySucceeded", "VerificationStarted"]);
    expect(first.jobs.find(({ body }) => body.kind === "operation.start")).toMatchObject({
      key: "verify:model-pymk@1:staging:1:0",
      body: { operation: { purpose: "verify", params: { suite: "smoke" } } },
    });
    told.deployer("staging", { kind: "accepted", handle: "v", url: null });
    expect(told.promotion("1", "staging").state).toMatchObject({ operation: { handle: "v" } });
    expect(told.deployer("staging", OK).types).toEqual([
      "VerificationPassed",
      "VerificationStarted",
    ]);
    expect(told.deployer("staging", OK).types).toEqual([
      "VerificationPassed",
      "PromotionCompleted",
    ]);
  });

  it("that fails ends the promotion and tells people", () => {
    const told = story({ policy });
    told.build("1");
    told.deployer("staging", OK);
    told.deployer("staging", { kind: "failed", why: "3 of 9 requests failed" });
    expect(told.promotion("1", "staging")).toMatchObject({
      state: { kind: "failed", known: true },
      incident: {
        kind: "verify-failed",
        sentence: "the verification failed: 3 of 9 requests failed",
      },
    });
  });
});

describe("a deployment", () => {
  it("that fails is no success, frees the slot, and is told", () => {
    const told = story();
    told.build("1");
    const { types, jobs } = told.deployer("staging", { kind: "failed", why: "no quota" });
    expect(types).toEqual(["PromotionFailed"]);
    expect(told.environment("staging").active).toBeNull();
    expect(jobs.map(({ key }) => key)).toContain(
      "message:model-pymk@1:alert:model-pymk@1/staging/1",
    );
  });

  it("that nobody can tell the end of is unknown, and never a success", () => {
    const told = story();
    told.build("1");
    told.deployer("staging", { kind: "unknown", why: "no answer for 30 min" });
    expect(told.promotion("1", "staging")).toMatchObject({
      state: { kind: "failed", known: false },
      incident: {
        sentence: "nobody can say what became of the deployment: no answer for 30 min",
      },
    });
    expect(told.environment("staging").serving).toBeNull();
  });
});

describe("a watch that fails by little", () => {
  const little = { ...anAssessment("failure"), isDoubtful: true } as const;

  it("asks in place of rolling back, and rolls back when there is no doubt any more", () => {
    const told = storyWatching();
    expect(told.watch("2", "production", little).types).toEqual([
      "VerdictChanged",
      "WatchBreached",
    ]);
    expect(told.promotion("2", "production").incident).toMatchObject({
      kind: "breach",
      action: "ask",
      isDoubtful: true,
    });
    expect(told.watch("2", "production", little).events).toEqual([]);
    const { types } = told.watch("2", "production", "failure");
    expect(types.slice(0, 3)).toEqual(["VerdictChanged", "WatchBreached", "RollbackStarted"]);
  });

  it("rolls back when another check leaves no doubt", () => {
    const told = storyWatching();
    const other = anAssessment("failure", "check 2");
    expect(told.watch("2", "production", little, other).types).toContain("RollbackStarted");
  });

  it("is announced where the policy says so", () => {
    const told = storyWatching({ policy: policyWith({ failure: "announce" }) });
    told.watch("2", "production", little);
    expect(told.promotion("2", "production").incident).toMatchObject({ action: "announce" });
    expect(told.watch("2", "production", "failure").types).not.toContain("RollbackStarted");
  });

  it("waits for people at its end", () => {
    const told = storyWatching();
    told.watch("2", "production", little);
    told.wait(30 * MINUTE);
    expect(told.watch("2", "production", little).events).toEqual([]);
    expect(told.promotion("2", "production").state.kind).toBe("watching");
  });
});

describe("a watch with a score", () => {
  const scored = (name: string, weight: number, isKey = false) => aCheck({ name, weight, isKey });
  const watch = aWatch({
    score: { pass: 80, warn: 50 },
    checks: [scored("errors", 3), scored("latency", 1), scored("crashes", 1, true)],
  });
  const policy = aPolicy(aComponent({ environments: [STAGING, { ...PRODUCTION, watch }] }));
  const scoredBy = (next: Policy) => {
    const told = storyWatching();
    told.setPolicy(next);
    return told;
  };
  const verdicts = (errors: CheckVerdict, latency: CheckVerdict, crashes: CheckVerdict) => [
    anAssessment(errors, "errors"),
    anAssessment(latency, "latency"),
    anAssessment(crashes, "crashes"),
  ];

  it("passes although a light check fails", () => {
    const told = scoredBy(policy);
    told.wait(30 * MINUTE);
    const { types } = told.watch("2", "production", ...verdicts("success", "failure", "success"));
    expect(types.slice(-2)).toEqual(["WatchPassed", "PromotionCompleted"]);
  });

  it("asks between its limits, stays armed, and rolls back below", () => {
    const light = aWatch({ ...watch, score: { pass: 90, warn: 50 } });
    const environments = [STAGING, { ...PRODUCTION, watch: light }];
    const told = scoredBy(aPolicy(aComponent({ environments })));
    told.wait(30 * MINUTE);
    const { types } = told.watch("2", "production", ...verdicts("success", "failure", "success"));
    expect(types.at(-1)).toBe("WatchUndecided");
    const worse = verdicts("failure", "failure", "success");
    expect(told.watch("2", "production", ...worse).types).toContain("RollbackStarted");
  });

  it("rolls back at once where a key check fails, whatever the score is", () => {
    const told = scoredBy(policy);
    const { types } = told.watch("2", "production", ...verdicts("pending", "pending", "failure"));
    expect(types).toContain("RollbackStarted");
  });
});
