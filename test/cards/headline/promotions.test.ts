import { describe, expect, it } from "vitest";
import { drawReleaseCard } from "../../../src/cards/release-card.ts";
import type { ReleaseView } from "../../../src/cards/view.ts";
import type { EnvironmentState } from "../../../src/core/component.ts";
import type { Offer } from "../../../src/core/offer.ts";
import type { Blocker, Promotion, PromotionState } from "../../../src/core/promotion.ts";
import {
  ANA,
  aComponentPolicy,
  aComponentState,
  aFreeze,
  aGateJudgement,
  aGateResult,
  aHold,
  anAssessment,
  anEnvironmentPolicy,
  anEnvironmentState,
  anIncident,
  anOperation,
  aPromotion,
  aRelease,
  aRollback,
  aWatchCheck,
  aWatchPolicy,
  HOUR,
  inState,
  MINUTE,
  NOW,
  SYSTEM,
} from "../../support/builders.ts";
import { at, essence } from "../expected.ts";
import { aView, CHAMPION } from "../views.ts";

const ID = "model-pymk@2026.11.22-3";

/** A card of which production is as given. */
function drawn(
  promotion: Promotion,
  production: Partial<EnvironmentState> = { live: CHAMPION.id, serving: CHAMPION.id },
  overrides: Partial<ReleaseView> = {},
) {
  const state = aComponentState({
    releases: [CHAMPION, aRelease({ promotions: [promotion] })],
    environments: [anEnvironmentState("production", production)],
    holds: overrides.state?.holds ?? [],
  });
  return essence(drawReleaseCard(aView({ promotions: [promotion], ...overrides, state })));
}

const offer = (kind: Exclude<Offer["kind"], "approve">): Offer => ({
  kind,
  environment: "production",
});

describe("a release that waits for its turn", () => {
  const queued = (...blockers: readonly Blocker[]) =>
    drawn(inState({ kind: "queued", since: NOW, blockers })).status;
  const BY_ITSELF = `Queued since ${at("14:00")}. It is deployed by itself as soon as nothing is in its way.`;

  it.each([
    {
      name: "a freeze without an end",
      blocker: { kind: "frozen", reason: "peak", by: ANA, until: null } as const,
      line: "❄️ Frozen by <@U024BE7LH>: peak",
    },
    {
      name: "a hold",
      blocker: { kind: "held", reason: "data bug", by: ANA } as const,
      line: "🔒 Held by <@U024BE7LH>: data bug",
    },
    {
      name: "a rollback",
      blocker: { kind: "busy", promotion: null } as const,
      line: "🚧 Busy: a rollback is running in *production*.",
    },
    {
      name: "another release",
      blocker: { kind: "busy", promotion: `${ID}/production/1` } as const,
      line: "🚧 Busy: 2026.11.22-3 is being deployed or watched in *production*.",
    },
    {
      name: "a release that is not at hand",
      blocker: { kind: "busy", promotion: "model-pymk@1/production/1" } as const,
      line: "🚧 Busy: another release is being deployed or watched in *production*.",
    },
    {
      name: "a component that is older than needed",
      blocker: { kind: "needs", component: "svc-feed", range: ">=2.3.0", found: "2.2.0" } as const,
      line: "🔗 Needs *svc-feed* `&gt;=2.3.0` live in *production*; 2.2.0 is.",
    },
    {
      name: "a component that is not there",
      blocker: { kind: "needs", component: "svc-feed", range: ">=2.3.0", found: null } as const,
      line: "🔗 Needs *svc-feed* `&gt;=2.3.0` live in *production*; none is.",
    },
    {
      name: "a component that would lose what it needs",
      blocker: { kind: "needed", component: "model-rank", range: "^2", found: "7" } as const,
      line: "🔗 Needed: *model-rank* 7 runs in *production* and needs `^2`. It waits until that has changed.",
    },
  ])("names $name", ({ blocker, line }) => {
    expect(queued(blocker)).toEqual([line, BY_ITSELF]);
  });

  it("says when it goes on, if that is known of everything in its way", () => {
    const frozen = (until: number) => ({ kind: "frozen", reason: "x", by: ANA, until }) as const;
    expect(queued(frozen(NOW + HOUR), frozen(NOW + 2 * HOUR)).at(-1)).toBe(
      `Queued since ${at("14:00")}. It is deployed by itself ${at("16:00")}.`,
    );
    expect(queued(frozen(NOW), { kind: "held", reason: "x", by: ANA }).at(-1)).toBe(BY_ITSELF);
  });

  it("counts the reasons that it does not show", () => {
    const blockers = Array.from({ length: 6 }, () => ({ kind: "busy", promotion: null }) as const);
    expect(queued(...blockers).slice(-2)).toEqual(["and 2 more reasons", BY_ITSELF]);
  });

  it("goes on at once when nothing is in its way", () => {
    expect(queued()).toEqual([BY_ITSELF]);
  });
});

describe("a running deployment", () => {
  const deploying = (operation: Partial<ReturnType<typeof anOperation>>) =>
    drawn(inState({ kind: "deploying", operation: anOperation(operation) })).status[1];

  it.each([
    {
      name: "that has not been taken",
      operation: { handle: null, url: null, detail: null },
      line: "Handed to *actions*, which has not answered yet.",
    },
    {
      name: "that says nothing",
      operation: { detail: null, url: null },
      line: "*actions* has it as `run-4711`.",
    },
    {
      name: "that says something and has a page",
      operation: {},
      line: "*actions*: 3 of 10 pods are updated · <https://github.com/acme/deploys/actions/runs/4711|open the run>",
    },
  ])("$name", ({ operation, line }) => {
    expect(deploying(operation)).toBe(line);
  });

  it("of the first release replaces nothing", () => {
    const promotion = inState({ kind: "deploying", operation: anOperation() });
    expect(drawn(promotion, {}).status[0]).toBe(
      `Started ${at("13:55")}, the first release in *production*.`,
    );
  });

  it("is verified in steps, also in one that the plan does not know", () => {
    const verifying = inState({ kind: "verifying", step: 4, operation: anOperation() });
    expect(drawn(verifying).status[0]).toBe(`Step 5 of 1: *verification*, since ${at("13:55")}.`);
  });
});

describe("a watch", () => {
  const WATCHING: PromotionState = {
    kind: "watching",
    from: NOW,
    until: NOW + 30 * MINUTE,
    checks: [],
  };
  const WINDOW = `Took traffic ${at("14:00")}, watched until ${at("14:30")}.`;
  const withWatch = (failure: "rollback" | "announce" | "ask") => ({
    policy: aComponentPolicy({
      environments: [
        anEnvironmentPolicy("production", {
          watch: aWatchPolicy({ on: { failure, inconclusive: "ask", error: "ask" } }),
        }),
      ],
    }),
  });

  it.each([
    { failure: "rollback", line: "If a check fails: rolled back to 2026.11.15-1 by itself." },
    {
      failure: "announce",
      line: "If a check fails: it is announced, and nothing is rolled back by itself.",
    },
    { failure: "ask", line: "If a check fails: people are asked." },
  ] as const)("says what a failure leads to: $failure", ({ failure, line }) => {
    const { status } = drawn(
      inState(WATCHING),
      { live: CHAMPION.id, serving: ID },
      withWatch(failure),
    );
    expect(status).toEqual(["⏱️ Measuring: *prediction success rate*", WINDOW, line]);
  });

  it("says that there is nothing to return to", () => {
    expect(drawn(inState(WATCHING), { serving: ID }, withWatch("rollback")).status).toEqual([
      "⏱️ Measuring: *prediction success rate*",
      WINDOW,
      "If a check fails: nothing has been live before, so people are asked.",
    ]);
  });

  it.each([
    { name: "without a policy", policy: null },
    { name: "without a watch in the policy", policy: aComponentPolicy({ environments: [] }) },
  ])("says nothing of that $name", ({ policy }) => {
    expect(drawn(inState(WATCHING), {}, { policy }).status).toEqual([WINDOW]);
  });

  it("names the checks that have no verdict yet, and counts the rest", () => {
    const names = ["latency", "errors", "a", "b", "c", "d", "e"];
    const policy = aComponentPolicy({
      environments: [
        anEnvironmentPolicy("production", {
          watch: aWatchPolicy({ checks: names.map((name) => aWatchCheck({ name })) }),
        }),
      ],
    });
    const checks = [anAssessment({ check: "latency", verdict: "success", sentence: "so" })];
    expect(drawn(inState({ ...WATCHING, checks }), {}, { policy }).status.slice(0, 2)).toEqual([
      "✅ Good: *latency*, so",
      "⏱️ Measuring: *errors*, *a*, *b*, *c*, *d* and 1 more",
    ]);
  });

  it("shows its checks, the worst first, and counts the rest", () => {
    const verdicts = ["success", "pending", "inconclusive", "error", "failure", "success"] as const;
    const checks = verdicts.map((verdict, index) =>
      anAssessment({ check: `check ${index}`, verdict, sentence: "so" }),
    );
    expect(drawn(inState({ ...WATCHING, checks })).status.slice(0, 6)).toEqual([
      "❌ Failing: *check 4*, so",
      "❓ Cannot be measured: *check 3*, so",
      "❓ Undecided: *check 2*, so",
      "⏱️ Measuring: *check 1*, so",
      "✅ Good: *check 0*, so",
      "and 1 more check",
    ]);
  });

  it.each([
    { kind: "undecided", title: "❓ model-pymk 2026.11.22-3: not proven in production" },
    {
      kind: "no-target",
      title: "🚨 model-pymk 2026.11.22-3: failing in production, nothing to return to",
    },
  ] as const)("with an incident says $kind", ({ kind, title }) => {
    const incident = anIncident({ kind, sentence: "no data for 5 min" });
    expect(drawn(inState(WATCHING, { incident }))).toMatchObject({
      title,
      status: [`no data for 5 min, known since ${at("13:59")}.`, WINDOW],
    });
  });
});

describe("what is asked of people", () => {
  const incident = anIncident();
  const watching = inState({ kind: "watching", from: NOW, until: NOW, checks: [] }, { incident });

  it.each([
    { offers: ["rollback", "override"], ask: "Roll back, or override to keep it." },
    { offers: ["rollback", "retry"], ask: "Roll back, or retry." },
    { offers: ["rollback"], ask: "Roll back?" },
    { offers: ["retry"], ask: "Retry?" },
    { offers: ["override"], ask: "Mend it, or override to keep it." },
  ] as const)("is what is offered: $offers", ({ offers, ask }) => {
    const { status } = drawn(watching, {}, { offers: offers.map(offer) });
    expect(status[0]).toBe(`*Asked of you:* ${ask}`);
  });

  it("is nothing when nothing is offered, or only elsewhere", () => {
    const offers = [{ kind: "rollback", environment: "staging" } as const];
    expect(drawn(watching, {}, { offers }).status[0]).not.toContain("Asked of you");
  });
});

describe("a rollback", () => {
  const rolling = inState({ kind: "rolling-back", since: NOW, to: CHAMPION.id });
  const rolled = (trigger: "automatic" | "button") =>
    inState({ kind: "rolled-back", at: NOW, to: CHAMPION.id, trigger });
  const REASON = "prediction success rate: 3 failures in a row (limit 3)";

  it("that runs says why and how far it is", () => {
    expect(drawn(rolling, { rollback: aRollback() }).status).toEqual([
      `By Slipway itself: ${REASON}`,
      "*actions*: 3 of 10 pods are updated · <https://github.com/acme/deploys/actions/runs/4711|open the run>",
      `Started ${at("14:00")}.`,
    ]);
  });

  it("that failed asks people to act", () => {
    const rollback = aRollback({
      trigger: "button",
      by: ANA,
      state: { kind: "failed", at: NOW, why: "quota" },
    });
    expect(drawn(rolling, { rollback })).toMatchObject({
      title: "🚨 model-pymk 2026.11.22-3: rolling back production failed",
      status: [
        `❌ Failed ${at("14:00")}: quota`,
        "*production* may still run this release. Retry, or return it to 2026.11.15-1 by hand.",
        `By <@U024BE7LH>: ${REASON}`,
      ],
    });
  });

  it("that is done says by whom, and what is held now", () => {
    const state = aComponentState({ holds: [aHold({ by: SYSTEM, automatic: true })] });
    const rollback = aRollback({ state: { kind: "done", at: NOW } });
    expect(drawn(rolled("automatic"), { rollback }, { state }).status).toEqual([
      `By Slipway itself: ${REASON}`,
      `Done ${at("14:00")}.`,
      "🔒 Held in *production*. Promoting a newer release by name lifts it.",
    ]);
  });

  it("that was followed by another only says how it came about", () => {
    const rollback = aRollback({ promotion: "another" });
    expect(drawn(rolled("automatic"), { rollback }).status[0]).toBe("By Slipway itself.");
    const state = aComponentState({ holds: [aHold({ by: SYSTEM, automatic: true })] });
    expect(drawn(rolled("automatic"), { rollback }, { state }).status.at(-1)).toBe(
      `🔒 Held in *production* by Slipway ${at("13:00")}: the feature store is being moved. Promoting a newer release by name lifts it.`,
    );
    expect(drawn(rolled("button")).status[0]).toBe("By a person.");
    expect(drawn(rolling, { rollback }).status).toEqual([`Started ${at("14:00")}.`]);
  });
});

describe("a live release", () => {
  const live = (overrides: Partial<Promotion> = {}) =>
    inState({ kind: "live", since: NOW }, overrides);

  it("says since when", () => {
    expect(drawn(live(), { live: ID })).toMatchObject({
      title: "✅ model-pymk 2026.11.22-3: live in production",
      status: [`Live since ${at("14:00")}.`],
    });
  });

  it("that was replaced names its successor", () => {
    expect(drawn(live(), { live: CHAMPION.id })).toMatchObject({
      title: "📦 model-pymk 2026.11.22-3: was live in production, replaced by 2026.11.15-1",
      status: [`It was live from ${at("14:00")}; now 2026.11.15-1 is.`],
    });
  });

  it("that people kept although its watch did not pass names them", () => {
    const overridden = { by: ANA, at: NOW, reason: "logs are clean" };
    expect(drawn(live({ overridden }), { live: ID }).status).toEqual([
      `Live since ${at("14:00")}.`,
      `⚠️ Override: <@U024BE7LH> kept it ${at("14:00")} although its watch did not pass: logs are clean`,
    ]);
  });

  it("that an environment was returned to says so", () => {
    expect(drawn(live(), { live: ID, rolledBack: true }).status).toEqual([
      `Live since ${at("14:00")}.`,
      "↩️ Returned to: *production* was rolled back to it.",
    ]);
  });

  it("says what keeps it from the next environment", () => {
    const staging = aPromotion({ environment: "staging", state: { kind: "live", since: NOW } });
    const blocking = aGateResult({ verdict: "fail", blocks: true });
    const gates = { production: aGateJudgement({ results: [blocking] }) };
    const card = drawReleaseCard(aView({ promotions: [staging], drawn: { gates } }));
    expect(essence(card).status).toEqual([
      `Live since ${at("14:00")}.`,
      "⛔ Blocked for *production* by its gates: AUC at least 0.80",
    ]);
  });
});

describe("a failed promotion", () => {
  const failed = (known: boolean, overrides: Partial<Promotion> = {}) =>
    inState({ kind: "failed", at: NOW, why: "image not found", known }, overrides);

  it("says why", () => {
    expect(drawn(failed(true))).toMatchObject({
      title: "❌ model-pymk 2026.11.22-3: failed in production",
      status: [`Failed ${at("14:00")}: image not found`],
    });
  });

  it("warns where the environment still runs it", () => {
    expect(drawn(failed(true), { serving: ID }).status).toEqual([
      `Failed ${at("14:00")}: image not found`,
      "⚠️ Warning: *production* still runs it.",
    ]);
  });

  it("says so where nobody knows what became of it", () => {
    expect(drawn(failed(false), { serving: ID }).status).toEqual([
      `Failed ${at("14:00")}: image not found`,
      "❓ Unknown: nobody can say whether *production* runs it. Look there before a retry.",
    ]);
  });

  it.each([
    { kind: "deploy-failed", title: "deployment to production failed" },
    { kind: "verify-failed", title: "verification in production failed" },
    { kind: "breach", title: "failing in production" },
  ] as const)("that was an incident is titled by it: $kind", ({ kind, title }) => {
    const incident = anIncident({ kind, checks: [] });
    expect(drawn(failed(true, { incident })).title).toBe(`🚨 model-pymk 2026.11.22-3: ${title}`);
  });
});

describe("of several promotions the title is about", () => {
  const staging = (state: PromotionState, overrides: Partial<Promotion> = {}) =>
    aPromotion({ environment: "staging", state, ...overrides });
  const newsOf = (...promotions: readonly Promotion[]) =>
    essence(drawReleaseCard(aView({ promotions }))).title.replace(/^.*: /, "");
  const watching: PromotionState = { kind: "watching", from: NOW, until: NOW, checks: [] };

  it("what goes wrong, before what waits for people", () => {
    expect(newsOf(staging(watching, { incident: anIncident() }), aPromotion())).toBe(
      "failing in staging",
    );
  });

  it("what waits for people, before what runs", () => {
    expect(newsOf(aPromotion(), staging(watching))).toBe("approval needed for production");
  });

  it("what runs, before what waits for its turn", () => {
    const queued = inState({ kind: "queued", since: NOW, blockers: [] });
    expect(newsOf(queued, staging(watching))).toBe("being watched in staging");
  });

  it("what waits for its turn, before what has ended", () => {
    const queued = inState({ kind: "queued", since: NOW, blockers: [] });
    expect(newsOf(queued, staging({ kind: "live", since: NOW }))).toBe(
      "waiting for its turn in production",
    );
  });

  it("what ended last", () => {
    const expired = inState({ kind: "expired", at: NOW - HOUR });
    expect(newsOf(staging({ kind: "live", since: NOW }), expired)).toBe("live in staging");
    expect(newsOf(staging({ kind: "live", since: 0 }), expired)).toBe(
      "approval for production expired",
    );
  });

  it("the latest attempt into each environment", () => {
    const first = inState({ kind: "failed", at: NOW, why: "x", known: true });
    const second = inState({ kind: "deploying", operation: anOperation() }, { attempt: 2 });
    expect(newsOf(first, second)).toBe("deploying to production");
  });
});

describe("a release that something newer has superseded", () => {
  const status = { kind: "superseded", by: "model-pymk@2", at: NOW } as const;
  const newsOf = (state: PromotionState) =>
    essence(
      drawReleaseCard(aView({ promotions: [inState(state)], drawn: { status } })),
    ).title.replace(/^.*: /, "");

  it("is titled by what became of it in traffic", () => {
    expect(newsOf({ kind: "live", since: NOW })).toBe(
      "was live in production, replaced by 2026.11.15-1",
    );
    expect(newsOf({ kind: "rolled-back", at: NOW, to: CHAMPION.id, trigger: "button" })).toBe(
      "rolled back in production to 2026.11.15-1",
    );
    expect(newsOf({ kind: "failed", at: NOW, why: "x", known: true })).toBe("failed in production");
  });

  it("is titled by that where it never had any", () => {
    expect(newsOf({ kind: "expired", at: NOW })).toBe("superseded by 2");
  });
});

describe("a release that was rejected", () => {
  const status = { kind: "rejected", by: ANA, at: NOW, reason: "too slow" } as const;

  it("is titled by the environment where that is known", () => {
    const rejected = inState({ kind: "rejected", by: ANA, at: NOW, reason: "too slow" });
    const card = drawReleaseCard(aView({ promotions: [rejected], drawn: { status } }));
    expect(essence(card).title).toBe("🚫 model-pymk 2026.11.22-3: rejected for production");
  });

  it("is rejected as a whole otherwise", () => {
    const live = aPromotion({ environment: "staging", state: { kind: "live", since: NOW } });
    const card = drawReleaseCard(aView({ promotions: [live], drawn: { status } }));
    expect(essence(card)).toMatchObject({
      title: "🚫 model-pymk 2026.11.22-3: rejected",
      status: [`Rejected by <@U024BE7LH> ${at("14:00")}: too slow`],
    });
  });
});

describe("freezes", () => {
  const candidate = (overrides: Partial<ReleaseView>) =>
    essence(drawReleaseCard(aView({ promotions: [], drawn: { gates: {} }, ...overrides }))).status;

  it("come from the component, and from the calendar", () => {
    const policy = aComponentPolicy({
      freezes: [
        { reason: "weekend", activeUntil: () => NOW + HOUR },
        { reason: "night", activeUntil: () => null },
      ],
    });
    const state = aComponentState({ freeze: aFreeze() });
    expect(candidate({ policy, state })).toEqual([
      `❄️ Frozen until ${at("16:00")} by <@U0RAJ4X2P>: data centre maintenance`,
      `❄️ Frozen until ${at("15:00")} by the calendar: weekend`,
    ]);
  });

  it("that have ended are none", () => {
    expect(candidate({ freeze: aFreeze({ until: NOW }) })).toEqual([`Registered ${at("13:00")}.`]);
  });
});
