import { describe, expect, it } from "vitest";
import {
  aComponent,
  anEnvironment,
  aPolicy,
  aRule,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import {
  ADA,
  aPerson,
  bringLive,
  DANA,
  DIRECTORY,
  LEA,
  OTTO,
  SAM,
  story,
  storyAwaitingApproval,
  storyLive,
} from "../support/story.ts";

describe("approving", () => {
  it("tells the person what is still needed", () => {
    const told = storyAwaitingApproval();
    expect(told.approve(LEA, "1").decision.sentence).toBe(
      "Your approval is recorded; still needed: 0 of 1 from @sre",
    );
  });

  it("names those who counted when it is decided", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    expect(told.approve(SAM, "1").events[1]).toMatchObject({
      type: "PromotionApproved",
      counted: [
        { kind: "person", id: "ULEA", name: "Lea" },
        { kind: "person", id: "USAM", name: "Sam" },
      ],
    });
  });

  it.each([
    ["somebody who is in no rule", ADA, "not_an_approver"],
    ["the author of the change", DANA, "own_change"],
    [
      "somebody whom Slack knows under the author's address",
      aPerson("Lea", { identities: ["DANA@acme.test".toLowerCase()] }),
      "own_change",
    ],
  ])("refuses %s", (_who, person, code) => {
    const told = storyAwaitingApproval();
    expect(told.approve(person, "1").refusal).toBe(code);
    expect(told.promotion("1", "production").approvals).toEqual([]);
  });

  it("lets the author approve where the environment allows it", () => {
    const policy = aPolicy(
      aComponent({ environments: [STAGING, { ...PRODUCTION, selfApproval: true }] }),
    );
    const told = storyAwaitingApproval({ policy });
    expect(told.approve(DANA, "1").refusal).toBeNull();
  });

  it("refuses whoever cannot be told from an author whom Slack does not know", () => {
    const directory = { ...DIRECTORY, "dana@acme.test": [] };
    const told = storyAwaitingApproval({ directory });
    expect(told.approve(aPerson("Lea", { identities: [] }), "1").refusal).toBe("identity_unknown");
    expect(told.approve(LEA, "1").refusal).toBeNull();
  });

  it("asks nobody who they are when the build has no author", () => {
    const told = story();
    told.build("1", { commit: null });
    told.deployer("staging", { kind: "succeeded", detail: null });
    expect(told.approve(aPerson("Lea", { identities: [] }), "1").refusal).toBeNull();
  });

  it("counts one person once", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    expect(told.approve(LEA, "1").refusal).toBe("already_approved_by_you");
    expect(told.promotion("1", "production").approvals).toHaveLength(1);
  });

  it("lets the first decision win and tells the loser who decided and when", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.wait(4000);
    const late = told.approve(OTTO, "1");
    expect(late.refusal).toBe("already_decided");
    expect(late.decision.refusal?.sentence).toBe(
      "already decided: Lea and Sam approved it 4 s ago",
    );
    expect(late.events).toEqual([]);
  });

  it("refuses when Slack cannot say who is in a group, and does not guess", () => {
    const told = storyAwaitingApproval({ directory: { ...DIRECTORY, "@sre": null } });
    expect(told.approve(SAM, "1").refusal).toBe("directory_unavailable");
    expect(told.approve(LEA, "1").decision.sentence).toBe(
      "Your approval is recorded; still needed: nobody can approve now: Slack could not say who @sre is",
    );
  });

  it("counts only those who are still in the group when it is decided", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    told.setDirectory({ ...DIRECTORY, "@ml-leads": [DANA.id] });
    expect(told.approve(SAM, "1").types).toEqual(["ApprovalGiven"]);
    expect(told.promotion("1", "production").approvedAt).toBeNull();
  });

  it.each([["an unknown component", { component: "svc-none" }, "unknown_component"]])(
    "refuses %s",
    (_name, options, code) => {
      const told = story(options);
      expect(
        told.ask("Approve", LEA, { release: "svc-none@1", environment: "production", digest: "x" })
          .refusal,
      ).toBe(code);
    },
  );

  it("refuses an unknown environment and names those there are", () => {
    const told = storyAwaitingApproval();
    const { decision } = told.ask("Approve", LEA, {
      release: told.id("1"),
      environment: "prod",
      digest: "",
    });
    expect(decision.refusal).toEqual({
      code: "unknown_environment",
      sentence: "model-pymk has no environment prod; it has staging, production",
    });
  });

  it("refuses an unknown release, and one that was never asked for there", () => {
    const told = story();
    told.build("1");
    const ask = { environment: "production", digest: "0".repeat(16) };
    expect(told.ask("Approve", LEA, { ...ask, release: told.id("9") }).refusal).toBe(
      "unknown_release",
    );
    expect(told.ask("Approve", LEA, { ...ask, release: told.id("1") }).refusal).toBe(
      "unknown_promotion",
    );
  });
});

describe("the evidence an approval is bound to", () => {
  it("refuses a card that shows another digest, or too little of one", () => {
    const told = storyAwaitingApproval();
    expect(told.approve(LEA, "1", "production", "0".repeat(16)).refusal).toBe("evidence_changed");
    expect(told.approve(LEA, "1", "production", "").refusal).toBe("evidence_changed");
    const { digest } = told.promotion("1", "production");
    expect(told.approve(LEA, "1", "production", digest.slice(0, 16)).refusal).toBeNull();
  });

  it("voids approvals when evidence is added, and asks again", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    const before = told.promotion("1", "production").digest;
    const { types } = told.build("1", { metrics: { auc: 0.82 } });
    expect(types).toEqual(["EvidenceRevised", "GatesJudged", "ApprovalsVoided"]);
    const after = told.promotion("1", "production");
    expect(after.approvals).toEqual([]);
    expect(after.digest).not.toBe(before);
    expect(after.voided).toMatchObject({ people: [{ name: "Lea" }] });
    expect(told.approve(SAM, "1", "production", before).refusal).toBe("evidence_changed");
  });

  it("voids approvals when the policy of the environment changes", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    const changed = { ...PRODUCTION, source: { revision: 2 } };
    told.setPolicy(aPolicy(aComponent({ environments: [STAGING, changed] })));
    const { refusal, types } = told.approve(SAM, "1");
    expect(refusal).toBe("evidence_changed");
    expect(types).toEqual(["GatesJudged", "ApprovalsVoided"]);
    expect(told.promotion("1", "production").approvals).toEqual([]);
  });

  it("voids approvals when what is live there has moved", () => {
    const told = storyLive();
    for (const version of ["2", "3"]) {
      told.wait(MINUTE);
      told.build(version);
      told.deployer("staging", { kind: "succeeded", detail: null });
      if (version === "2") bringLive(told, version);
    }
    told.approve(LEA, "3");
    told.ask("RollBack", SAM, {
      from: null,
      environment: "production",
      to: null,
      trigger: "command",
      reason: "slow",
    });
    const { types } = told.deployer("production", { kind: "succeeded", detail: null });
    expect(types).toEqual(["RolledBack", "GatesJudged", "ApprovalsVoided"]);
    expect(told.promotion("3", "production").voided?.why).toBe(
      "what is live there changed from model-pymk@2 to model-pymk@1",
    );
  });

  it("is void and asked for again when a queued promotion's evidence changes", () => {
    const told = storyAwaitingApproval();
    told.ask("Hold", LEA, { environment: null, reason: "looking into it" });
    told.approve(LEA, "1");
    expect(told.approve(SAM, "1").types).toEqual([
      "ApprovalGiven",
      "PromotionApproved",
      "PromotionQueued",
    ]);
    expect(told.build("1", { metrics: { auc: 0.9 } }).types).toEqual([
      "EvidenceRevised",
      "GatesJudged",
      "ApprovalsVoided",
      "ApprovalRequested",
    ]);
    expect(told.promotion("1", "production").state.kind).toBe("awaiting-approval");
  });

  it("stops what waits when its gates no longer pass", () => {
    const told = storyAwaitingApproval();
    told.approve(LEA, "1");
    const { types } = told.build("1", { metrics: { auc: 0.5 } });
    expect(types).toEqual(["EvidenceRevised", "GatesJudged", "PromotionCancelled"]);
    expect(told.approve(SAM, "1").refusal).toBe("already_decided");
  });
});

describe("an approval that nobody gives", () => {
  const policy = aPolicy(
    aComponent({
      environments: [STAGING, { ...PRODUCTION, approvalExpires: 60 * MINUTE }],
    }),
  );

  it("expires when its time is over, and not before", () => {
    const told = storyAwaitingApproval({ policy });
    const { id: promotion } = told.promotion("1", "production");
    const expire = { type: "ExpireApproval", component: "model-pymk", promotion } as const;
    expect(told.tell(expire).events).toEqual([]);
    told.wait(60 * MINUTE);
    expect(told.tell(expire).types).toEqual(["PromotionExpired"]);
    expect(told.tell(expire).events).toEqual([]);
    expect(told.approve(LEA, "1").refusal).toBe("already_decided");
  });

  it("never expires where no time is set", () => {
    const told = storyAwaitingApproval();
    const { id: promotion } = told.promotion("1", "production");
    told.wait(1000 * 60 * MINUTE);
    expect(
      told.tell({ type: "ExpireApproval", component: "model-pymk", promotion }).events,
    ).toEqual([]);
    expect(
      told.tell({ type: "ExpireApproval", component: "model-pymk", promotion: "x/y/1" }).events,
    ).toEqual([]);
  });
});

describe("rejecting", () => {
  const reject = { environment: "production", reason: "slices look wrong" };

  it("ends the promotion and the release, with the reason", () => {
    const told = storyAwaitingApproval();
    const { types } = told.ask("Reject", SAM, { ...reject, release: told.id("1") });
    expect(types).toEqual(["PromotionRejected", "ReleaseRejected"]);
    expect(told.release("1").status).toMatchObject({
      kind: "rejected",
      reason: "slices look wrong",
    });
    expect(told.approve(LEA, "1").decision.refusal?.sentence).toBe(
      "already decided: Sam rejected it 0 s ago: slices look wrong",
    );
  });

  it("is for approvers, owners, admins and the author", () => {
    for (const person of [SAM, ADA, DANA]) {
      const told = storyAwaitingApproval();
      expect(told.ask("Reject", person, { ...reject, release: told.id("1") }).refusal).toBeNull();
    }
    const told = storyAwaitingApproval();
    const stranger = aPerson("Zoe");
    expect(told.ask("Reject", stranger, { ...reject, release: told.id("1") }).refusal).toBe(
      "not_an_approver",
    );
  });

  it("needs a reason", () => {
    const told = storyAwaitingApproval();
    expect(
      told.ask("Reject", SAM, { ...reject, reason: "  ", release: told.id("1") }).refusal,
    ).toBe("reason_required");
  });

  it("refuses what does not wait", () => {
    const told = storyLive();
    expect(told.ask("Reject", SAM, { ...reject, release: told.id("1") }).refusal).toBe(
      "already_decided",
    );
    told.build("2");
    expect(told.ask("Reject", SAM, { ...reject, release: told.id("2") }).refusal).toBe(
      "unknown_promotion",
    );
    expect(told.ask("Reject", SAM, { ...reject, release: told.id("7") }).refusal).toBe(
      "unknown_release",
    );
  });
});

describe("an environment whose rule names nobody", () => {
  it("can be approved by nobody", () => {
    const nobody = anEnvironment("production", { approval: [aRule()] });
    const told = storyAwaitingApproval({
      policy: aPolicy(aComponent({ environments: [STAGING, nobody] })),
    });
    expect(told.approve(LEA, "1").decision.refusal).toEqual({
      code: "not_an_approver",
      sentence: "model-pymk goes into production with approvals from nobody; Lea is none of them",
    });
  });
});
