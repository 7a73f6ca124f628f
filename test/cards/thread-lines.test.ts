import { describe, expect, it } from "vitest";
import { drawThread, threadLine } from "../../src/cards/thread-lines.ts";
import type { ThreadView } from "../../src/cards/view.ts";
import type { ComponentEvent } from "../../src/core/event.ts";
import {
  ANA,
  aBuild,
  aComponentPolicy,
  aComponentState,
  aFact,
  aGateJudgement,
  aGateResult,
  aNotes,
  anApproval,
  anApprovalRule,
  anAssessment,
  anEnvironmentPolicy,
  anEnvironmentState,
  anIncident,
  aPromotion,
  aRelease,
  HOUR,
  NOW,
  RAJ,
  SYSTEM,
} from "../support/builders.ts";
import { aFragment } from "../support/fragments.ts";
import { at, section, withoutIds } from "./expected.ts";

const RELEASE = "model-pymk@2026.11.22-3";
const OLD = "model-pymk@2026.11.15-1";
const PROMOTION = `${RELEASE}/production/1`;
const PLAN = aPromotion().plan;

function aThread(overrides: Partial<ThreadView> = {}): ThreadView {
  const release = aRelease({ promotions: [aPromotion()] });
  return {
    state: aComponentState({
      releases: [release],
      environments: [anEnvironmentState("production", { live: OLD })],
    }),
    release,
    policy: aComponentPolicy(),
    lines: [],
    broadcast: false,
    mentions: [],
    ...overrides,
  };
}

/** Each event with the line it makes when Ana causes it. */
const LINES: readonly (readonly [ComponentEvent, string | null])[] = [
  [{ type: "ReleaseRegistered", release: RELEASE, sequence: 1, build: aBuild() }, null],
  [
    { type: "EvidenceRevised", release: RELEASE, revision: 2, build: aBuild() },
    "📝 Revised: ci reported it again with other evidence (revision 2).",
  ],
  [
    { type: "GatesJudged", release: RELEASE, judgement: aGateJudgement() },
    "🔎 Judged for *production*: 1 passes.",
  ],
  [{ type: "GatesJudged", release: RELEASE, judgement: aGateJudgement({ results: [] }) }, null],
  [{ type: "NotesWritten", release: RELEASE, notes: aNotes() }, null],
  [{ type: "CardMoved", from: RELEASE, to: "model-pymk@9" }, null],
  [{ type: "CardWithheld", release: RELEASE }, null],
  [{ type: "RunReported", run: "lineage/train-7", fragment: aFragment() }, null],
  [{ type: "RunEnded", run: "lineage/train-7", version: "7" }, null],
  [{ type: "RunForgotten", run: "lineage/train-7", why: "old" }, null],
  [{ type: "GatheringOpened", gathering: "version:7", by: "version", key: "7", until: NOW }, null],
  [{ type: "PartReported", gathering: "version:7", part: "ci", build: aBuild() }, null],
  [{ type: "GatheringClosed", gathering: "version:7", version: "7" }, null],
  [{ type: "GatheringForgotten", gathering: "version:7", why: "old" }, null],
  [{ type: "MessagePosted", release: RELEASE, key: "card", channel: "C1", ts: "1" }, null],
  [
    { type: "ReleaseSuperseded", release: RELEASE, supersededBy: "model-pymk@2026.11.23-1" },
    "⏭️ Superseded by 2026.11.23-1.",
  ],
  [
    { type: "ReleaseRejected", release: RELEASE, reason: "<!channel> no" },
    "🚫 Rejected by <@U024BE7LH>: &lt;!channel&gt; no",
  ],
  [{ type: "ReleaseRetired", release: RELEASE }, null],
  [{ type: "ReleaseRestored", release: aRelease() }, "📦 Open again: <@U024BE7LH> named it."],
  [
    {
      type: "PromotionRequested",
      promotion: PROMOTION,
      release: RELEASE,
      environment: "production",
      attempt: 1,
      byName: true,
      digest: "d",
      plan: PLAN,
      carried: [anApproval()],
    },
    "🆕 Asked for in *production* by <@U024BE7LH>.",
  ],
  [
    { type: "ApprovalRequested", promotion: PROMOTION, expiresAt: NOW + HOUR },
    `⏳ Approval needed for *production*: 1 from @ml-leads and 1 from @sre, until ${at("15:00")}.`,
  ],
  [
    { type: "ApprovalGiven", promotion: PROMOTION, digest: "d" },
    "✅ Approved for *production* by <@U024BE7LH>.",
  ],
  [
    {
      type: "ApprovalsVoided",
      promotion: PROMOTION,
      why: "gates changed",
      digest: "d",
      people: [RAJ],
    },
    "⚠️ Void: the approval of <@U0RAJ4X2P> for *production* was taken away, because gates changed. It has to be given again.",
  ],
  [
    {
      type: "ApprovalsVoided",
      promotion: PROMOTION,
      why: "gates changed",
      digest: "d",
      people: [],
    },
    "📝 Changed on its way to *production*: gates changed",
  ],
  [
    { type: "PromotionApproved", promotion: PROMOTION, digest: "d", counted: [ANA, RAJ] },
    "✅ Every rule is met for *production*: <@U024BE7LH> and <@U0RAJ4X2P> count.",
  ],
  [
    {
      type: "RoutineApproved",
      promotion: PROMOTION,
      digest: "d",
      lane: { kind: "system", name: "routine lane" },
      why: "the same code",
    },
    "🛤️ Routine, approved for *production* by routine lane: the same code.",
  ],
  [
    { type: "FailureCounted", release: RELEASE, count: 1, since: null, under: RELEASE },
    "❌ The build of 2026.11.22-3 failed. Look at <https://airflow.example/dags/train_pymk|run train_pymk/2026-11-22>.",
  ],
  [
    { type: "FailureCounted", release: "model-pymk@9", count: 3, since: "1", under: RELEASE },
    "❌ The build of 9 failed. 3 in a row have failed.",
  ],
  [{ type: "FailureCounted", release: RELEASE, count: 3, since: "1", under: null }, null],
  [
    { type: "RoutineSampled", promotion: PROMOTION, share: 0.1 },
    "🎲 Routine for *production*, and sampled for review.",
  ],
  [
    { type: "PromotionApproved", promotion: PROMOTION, digest: "d", counted: [] },
    "✅ Every rule is met for *production*.",
  ],
  [
    { type: "PromotionRejected", promotion: PROMOTION, reason: "too slow" },
    "🚫 Rejected for *production* by <@U024BE7LH>: too slow",
  ],
  [
    { type: "PromotionExpired", promotion: PROMOTION },
    "⌛ Expired: nobody decided about *production* in time.",
  ],
  [
    { type: "PromotionSuperseded", promotion: PROMOTION, supersededBy: "model-pymk@2" },
    "⏭️ Superseded for *production* by 2.",
  ],
  [
    { type: "PromotionCancelled", promotion: PROMOTION, reason: "wrong data" },
    "⏹️ Stopped on its way to *production* by <@U024BE7LH>: wrong data",
  ],
  [
    {
      type: "PromotionQueued",
      promotion: PROMOTION,
      blockers: [{ kind: "held", reason: "bug", by: RAJ }],
      reviewAt: null,
    },
    "⏸️ Waiting for its turn in *production*:\n🔒 Held by <@U0RAJ4X2P>: bug",
  ],
  [
    {
      type: "DeployStarted",
      promotion: PROMOTION,
      key: "k",
      digest: "d",
      previous: "2026.11.15-1",
    },
    "🚀 Deploying to *production*, replacing 2026.11.15-1.",
  ],
  [
    { type: "DeployStarted", promotion: PROMOTION, key: "k", digest: "d", previous: null },
    "🚀 Deploying to *production*, where nothing was live.",
  ],
  [
    { type: "VerificationStarted", promotion: PROMOTION, step: 0, key: "k" },
    "🔎 Verifying in *production*: smoke.",
  ],
  [
    {
      type: "OperationAccepted",
      promotion: PROMOTION,
      key: "k",
      handle: "7",
      url: "https://ci.example/7",
    },
    "🔗 Run: <https://ci.example/7|7>",
  ],
  [{ type: "OperationAccepted", promotion: PROMOTION, key: "k", handle: "7", url: null }, null],
  [{ type: "OperationAbandoned", promotion: PROMOTION, key: "k", handle: "7" }, null],
  [{ type: "OperationProgressed", promotion: PROMOTION, key: "k", detail: "1 of 3" }, null],
  [
    {
      type: "ChartDrawn",
      promotion: PROMOTION,
      charts: { occasion: "incident", of: NOW, from: NOW, drawn: [] },
    },
    null,
  ],
  [{ type: "DeploySucceeded", promotion: PROMOTION }, "✅ Deployed to *production*."],
  [
    { type: "VerificationPassed", promotion: PROMOTION, step: 4 },
    "✅ Verified in *production*: step 5 passed.",
  ],
  [
    { type: "PromotionFailed", promotion: PROMOTION, why: "no image", known: true, incident: null },
    "❌ Failed in *production*: no image",
  ],
  [
    {
      type: "PromotionFailed",
      promotion: PROMOTION,
      why: "no answer",
      known: false,
      incident: null,
    },
    "❓ Unknown: nobody can say what became of it in *production*: no answer",
  ],
  [
    { type: "WatchStarted", promotion: PROMOTION, from: NOW, until: NOW + HOUR },
    `👀 Watched in *production* until ${at("15:00")}.`,
  ],
  [
    { type: "VerdictChanged", promotion: PROMOTION, assessment: anAssessment() },
    "❌ Failing: *prediction success rate*, 3 failures in a row (limit 3)",
  ],
  [
    { type: "WatchBreached", promotion: PROMOTION, incident: anIncident({ sentence: "too slow" }) },
    "🚨 Failing in *production*: too slow",
  ],
  [
    { type: "WatchUndecided", promotion: PROMOTION, incident: anIncident({ sentence: "no data" }) },
    "❓ Not proven in *production*: no data",
  ],
  [{ type: "WatchPassed", promotion: PROMOTION }, "✅ Passed its watch in *production*."],
  [
    { type: "WatchOverridden", promotion: PROMOTION, reason: "logs are clean" },
    "⚠️ Override: <@U024BE7LH> keeps it in *production*: logs are clean",
  ],
  [{ type: "PromotionCompleted", promotion: PROMOTION }, "✅ Live in *production*."],
  [{ type: "GuardStarted", promotion: PROMOTION, deployedAt: NOW }, null],
  [{ type: "GuardEnded", promotion: PROMOTION, why: "x" }, null],
  [
    { type: "IncidentClosed", promotion: PROMOTION, how: "recovered" },
    "✅ Good again in *production*, as far as it is measured.",
  ],
  [
    { type: "IncidentClosed", promotion: PROMOTION, how: "replaced" },
    "⏭️ Over in *production*: another release takes the traffic.",
  ],
  [
    { type: "IncidentClosed", promotion: PROMOTION, how: "dropped" },
    "❔ Over in *production*: it is no longer measured.",
  ],
  [
    {
      type: "ConfirmationAwaited",
      promotion: PROMOTION,
      from: Date.UTC(2026, 10, 22, 15),
      until: Date.UTC(2026, 10, 22, 16),
    },
    `⏳ Good provisionally in *production*: what comes later is measured from ${at("15:00")} until ${at("16:00")}.`,
  ],
  [{ type: "PromotionConfirmed", promotion: PROMOTION }, "✅ Confirmed in *production*."],
  [
    { type: "PromotionRevoked", promotion: PROMOTION, why: "recall: 0.61", incident: null },
    "🚨 Revoked in *production*, and never returned to again: recall: 0.61",
  ],
  [
    { type: "ConfirmationDropped", promotion: PROMOTION, why: "it was rolled back" },
    "❔ Never confirmed in *production*: it was rolled back",
  ],
  [
    { type: "FalseAlarmReported", promotion: PROMOTION, check: null, reason: "scrape job moved" },
    "🔕 False alarm in *production*, says <@U024BE7LH>: scrape job moved",
  ],
  [
    { type: "FalseAlarmReported", promotion: PROMOTION, check: "latency", reason: "moved" },
    "🔕 False alarm in *production* (*latency*), says <@U024BE7LH>: moved",
  ],
  [
    {
      type: "FalseAlarmReported",
      promotion: PROMOTION,
      check: "latency",
      reason: "moved",
      proposal: {
        check: "latency",
        diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 4"],
        sentence: "With that it would have stayed quiet.",
      },
    },
    "🔕 False alarm in *production* (*latency*), says <@U024BE7LH>: moved\nWith that it would have stayed quiet. In the check *latency* of the configuration:\n> `- consecutiveFailures: 3`\n> `+ consecutiveFailures: 4`",
  ],
  [
    {
      type: "FalseAlarmReported",
      promotion: PROMOTION,
      check: null,
      reason: "moved",
      proposals: ["latency", "errors"].map((check) => ({
        check,
        diff: ["+ failureLimit: 3"],
        sentence: "It is quiet.",
      })),
    },
    "🔕 False alarm in *production*, says <@U024BE7LH>: moved\nIt is quiet. In the check *latency* of the configuration:\n> `+ failureLimit: 3`\nIt is quiet. In the check *errors* of the configuration:\n> `+ failureLimit: 3`",
  ],
  [
    {
      type: "RollbackStarted",
      environment: "production",
      rollback: "r",
      promotion: PROMOTION,
      from: RELEASE,
      to: OLD,
      trigger: "button",
      reason: "slow",
      deployer: "actions",
      params: {},
    },
    "↩️ Rolling back *production* to 2026.11.15-1, by <@U024BE7LH>: slow",
  ],
  [
    {
      type: "RollbackAccepted",
      environment: "production",
      rollback: "r",
      handle: "8",
      url: "https://ci.example/8",
    },
    "🔗 Run: <https://ci.example/8|8>",
  ],
  [
    { type: "RollbackAccepted", environment: "production", rollback: "r", handle: "8", url: null },
    null,
  ],
  [{ type: "RollbackProgressed", environment: "production", rollback: "r", detail: "x" }, null],
  [
    { type: "RolledBack", environment: "production", rollback: "r" },
    "↩️ Rolled back: *production* runs 2026.11.15-1 again.",
  ],
  [
    { type: "RolledBack", environment: "staging", rollback: "r" },
    "↩️ Rolled back: *staging* is back.",
  ],
  [
    { type: "RollbackFailed", environment: "production", rollback: "r", why: "quota" },
    "🚨 Rollback failed in *production*: quota",
  ],
  [
    {
      type: "RollbackRetried",
      environment: "production",
      rollback: "r",
      key: "k",
      deployer: "actions",
      params: {},
    },
    "↩️ Rolling back *production* once more, by <@U024BE7LH>.",
  ],
  [
    {
      type: "RollbackImpossible",
      environment: "production",
      promotion: PROMOTION,
      why: "no target",
    },
    "🚨 Not rolled back: *production* has nothing to return to: no target",
  ],
  [
    { type: "HoldPlaced", environment: "production", reason: "bug", automatic: false },
    "🔒 Held in *production* by <@U024BE7LH>: bug",
  ],
  [
    { type: "HoldPlaced", environment: null, reason: "bug", automatic: false },
    "🔒 Held by <@U024BE7LH>: bug",
  ],
  [
    { type: "HoldLifted", environment: "production" },
    "🔓 Hold lifted in *production* by <@U024BE7LH>.",
  ],
  [
    { type: "FreezePlaced", reason: "peak", until: NOW + HOUR },
    `❄️ Frozen until ${at("15:00")} by <@U024BE7LH>: peak`,
  ],
  [{ type: "FreezeLifted" }, "🔓 Freeze lifted by <@U024BE7LH>."],
];

describe("a line of the thread", () => {
  it.each(LINES.map(([event, text]) => ({ event, text, name: event.type })))(
    "$name: $text",
    ({ event, text }) => {
      const line = threadLine(aFact(event, { by: ANA }), aThread());
      expect(line?.mrkdwn ?? null).toBe(text);
    },
  );

  it("says so when something happened by itself", () => {
    const [request] = LINES.flatMap(([event]) =>
      event.type === "PromotionRequested" ? [event] : [],
    );
    const [rollback] = LINES.flatMap(([event]) =>
      event.type === "RollbackStarted" ? [event] : [],
    );
    const lines = [
      request,
      rollback === undefined ? undefined : { ...rollback, trigger: "automatic" as const },
    ].flatMap((event) => (event === undefined ? [] : [threadLine(aFact(event), aThread())]));
    expect(lines).toEqual([
      { mrkdwn: "🆕 On its way to *production* by itself." },
      { mrkdwn: "↩️ Rolling back *production* to 2026.11.15-1, by Slipway itself: slow" },
    ]);
  });

  it("names the environment of a promotion that is not in the state", () => {
    const lines = ["other@1/eu/west/2", "nothing"].map((promotion) =>
      threadLine(aFact({ type: "WatchPassed", promotion }), aThread()),
    );
    expect(lines).toEqual([
      { mrkdwn: "✅ Passed its watch in *other@1/eu/west*." },
      { mrkdwn: "✅ Passed its watch in *nothing*." },
    ]);
  });

  it("names a verification step by its number when its promotion is not in the state", () => {
    const view = aThread({ release: aRelease() });
    expect(
      threadLine(aFact({ type: "VerificationPassed", promotion: PROMOTION, step: 0 }), view),
    ).toEqual({
      mrkdwn: "✅ Verified in *production*: step 1 passed.",
    });
  });
});

describe("a line that would be too long", () => {
  it("counts the people that it does not name", () => {
    const counted = Array.from({ length: 6 }, () => RAJ);
    const event = {
      type: "PromotionApproved" as const,
      promotion: PROMOTION,
      digest: "d",
      counted,
    };
    expect(threadLine(aFact(event), aThread())?.mrkdwn).toBe(
      `✅ Every rule is met for *production*: ${Array(4).fill("<@U0RAJ4X2P>").join(", ")} and 2 more count.`,
    );
  });

  it("counts the reasons that it does not name", () => {
    const blockers = Array.from({ length: 6 }, () => ({ kind: "busy", promotion: null }) as const);
    const event = {
      type: "PromotionQueued" as const,
      promotion: PROMOTION,
      blockers,
      reviewAt: null,
    };
    expect(threadLine(aFact(event), aThread())?.mrkdwn.split("\n").at(-1)).toBe("and 2 more");
  });
});

describe("who is asked for approval", () => {
  const asked = (policy: ThreadView["policy"]) =>
    threadLine(
      aFact({ type: "ApprovalRequested", promotion: PROMOTION, expiresAt: null }),
      aThread({ policy }),
    )?.mrkdwn;
  const withRules = (...approval: readonly ReturnType<typeof anApprovalRule>[]) =>
    aComponentPolicy({ environments: [anEnvironmentPolicy("production", { approval })] });

  it("is not said where nothing is configured", () => {
    expect(asked(null)).toBe("⏳ Approval needed for *production*.");
    expect(asked(aComponentPolicy({ environments: [] }))).toBe(
      "⏳ Approval needed for *production*.",
    );
  });

  it("is nobody where a rule names no one", () => {
    expect(asked(withRules(anApprovalRule([])))).toBe(
      "⏳ Approval needed for *production*: 1 from nobody.",
    );
  });

  it("is shortened where there are many", () => {
    const rule = anApprovalRule(["@a", "@b", "@c", "@d", "@e"], 2);
    expect(asked(withRules(rule, rule, rule, rule, rule, rule))).toBe(
      `⏳ Approval needed for *production*: ${Array(4).fill("2 from @a or @b or @c or @d or 1 more").join(", ")} and 2 more rules.`,
    );
  });
});

describe("a message in the thread", () => {
  const approved = {
    fact: aFact({ type: "ApprovalGiven" as const, promotion: PROMOTION, digest: "d" }, { by: ANA }),
  };
  const unread = {
    fact: aFact({ type: "NotesWritten" as const, release: RELEASE, notes: aNotes() }),
  };
  const deploying = {
    fact: aFact({ type: "DeploySucceeded" as const, promotion: PROMOTION }, { by: SYSTEM }),
  };

  it("has a line for each fact that people want to read", () => {
    const message = drawThread(aThread({ lines: [approved, unread, deploying] }));
    const text = "✅ Approved for *production* by <@U024BE7LH>.\n✅ Deployed to *production*.";
    expect(message?.text).toBe(text);
    expect(withoutIds(message?.blocks ?? [])).toEqual([section(...text.split("\n"))]);
  });

  it("names the release and mentions people where the channel sees it", () => {
    const message = drawThread(
      aThread({
        lines: [approved],
        broadcast: true,
        mentions: [
          { kind: "group", id: "S0LEADS01" },
          { kind: "person", id: "U0RAJ4X2P" },
        ],
      }),
    );
    expect(withoutIds(message?.blocks ?? [])).toEqual([
      section(
        "*model-pymk 2026.11.22-3*",
        "✅ Approved for *production* by <@U024BE7LH>.",
        "<!subteam^S0LEADS01> <@U0RAJ4X2P>",
      ),
    ]);
  });

  it("does not exist where nobody wants to read any of it", () => {
    expect(drawThread(aThread({ lines: [unread] }))).toBeNull();
  });

  it("counts what it does not show", () => {
    const message = drawThread(aThread({ lines: Array.from({ length: 22 }, () => deploying) }));
    expect(withoutIds(message?.blocks ?? [])).toEqual([
      section(...Array<string>(20).fill("✅ Deployed to *production*."), "and 2 more events"),
    ]);
  });
});

describe("gate verdicts in a line", () => {
  it("are counted, the worst first", () => {
    const results = (["pass", "warn", "fail", "missing", "missing", "warn"] as const).map(
      (verdict) => aGateResult({ verdict }),
    );
    const event = {
      type: "GatesJudged" as const,
      release: RELEASE,
      judgement: aGateJudgement({ results }),
    };
    expect(threadLine(aFact(event), aThread())?.mrkdwn).toBe(
      "🔎 Judged for *production*: 1 fails, 2 are missing, 2 warn, 1 passes.",
    );
  });
});
