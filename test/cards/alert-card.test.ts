import { describe, expect, it } from "vitest";
import { drawAlert } from "../../src/cards/alert-card.ts";
import type { AlertView } from "../../src/cards/view.ts";
import type { EnvironmentState, Rollback } from "../../src/core/component.ts";
import type { Offer } from "../../src/core/offer.ts";
import type { Promotion, PromotionState } from "../../src/core/promotion.ts";
import type { ComparisonSummary } from "../../src/core/verdict.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import {
  ANA,
  aComponentPolicy,
  aComponentState,
  anApproval,
  anAssessment,
  anEnvironmentPolicy,
  anEnvironmentState,
  anIncident,
  aRelease,
  aRollback,
  aWatchCheck,
  aWatchPolicy,
  inState,
  MINUTE,
  NOW,
} from "../support/builders.ts";
import {
  at,
  button,
  buttons,
  context,
  essence,
  header,
  preformatted,
  section,
  textOf,
  withoutIds,
} from "./expected.ts";
import { aView, CHAMPION } from "./views.ts";

const VERSION = "2026.11.22-3";
const ID = `model-pymk@${VERSION}`;
const WATCHING: PromotionState = {
  kind: "watching",
  from: NOW - 5 * MINUTE,
  until: NOW + 25 * MINUTE,
  checks: [],
};
const OFFERS = (["override", "rollback", "retry", "stop"] as const).map(
  (kind): Offer => ({ kind, environment: "production" }),
);

function anAlert(
  promotion: Promotion,
  production: Partial<EnvironmentState> = { live: CHAMPION.id, serving: ID },
  overrides: Partial<AlertView> = {},
): AlertView {
  const view = aView({ promotions: [promotion], offers: OFFERS });
  const state = aComponentState({
    releases: [CHAMPION, view.release],
    environments: [anEnvironmentState("production", production)],
  });
  return { ...view, state, promotion, told: [], ...overrides };
}

describe("the announcement of a failing release", () => {
  const promotion = inState(WATCHING, { incident: anIncident(), approvals: [anApproval()] });
  const view = anAlert(promotion, undefined, {
    offers: [
      { kind: "override", environment: "production" },
      { kind: "rollback", environment: "production" },
      { kind: "rollback", environment: "staging" },
      { kind: "stop", environment: "production" },
    ],
    told: [
      { kind: "group", id: "S0LEADS01" },
      { kind: "name", name: "@ghosts" },
    ],
  });

  it("says what is wrong and what is asked, and shows what it was measured on", () => {
    expect(withoutIds(drawAlert(view).blocks)).toEqual([
      header("🚨 model-pymk 2026.11.22-3: failing in production"),
      section(
        "*Asked of you:* Roll back, or override to keep it.",
        `❌ Wrong since ${at("13:59")}: prediction success rate: 3 failures in a row (limit 3)`,
        "*production* runs this release.",
        `Slipway changes nothing until somebody decides. Its watch ends ${at("14:25")}.`,
      ),
      buttons(
        button("Roll back", {
          id: "release.rollback",
          value: ["model-pymk", VERSION, "production", null],
          style: "danger",
          says: "Roll back model-pymk 2026.11.22-3 in production",
        }),
        button("Override", {
          id: "release.override",
          value: ["model-pymk", VERSION, "production", null],
          says: "Override model-pymk 2026.11.22-3 in production",
        }),
      ),
      section("❌ Failing: *prediction success rate* · 3 failed, 1 passed, 1 without data"),
      preformatted(
        "UTC       value  verdict",
        "13:57:00  0.981  pass",
        "13:58:00  0.942  fail",
        "13:59:00      –  no data",
      ),
      context(
        "*Why* 3 failures in a row (limit 3)",
        "*Limit* `value &gt;= 0.97`",
        '*Query* `sum(rate(predictions_total{model="pymk",outcome="ok"}[2m]))`',
      ),
      section("*Told:* <!subteam^S0LEADS01> @ghosts"),
      context(`*production* approved by <@U024BE7LH> ${at("13:50")}`),
    ]);
  });

  it("shows the chart of what went wrong, and not that of an earlier incident", () => {
    const drawn = [{ check: "a", file: "F0CHART0001", alt: "numbers", native: null }];
    const charts = { occasion: "incident", of: NOW - MINUTE, from: NOW, drawn } as const;
    const types = (of: number) => {
      const alert = anAlert({ ...promotion, charts: { ...charts, of } });
      return drawAlert(alert).blocks.map(({ type }) => type);
    };
    expect(types(NOW - MINUTE)).toContain("image");
    expect(types(NOW - 2 * MINUTE)).not.toContain("image");
    const shown = drawAlert(anAlert({ ...promotion, charts }));
    expect(shown.instead).toEqual(drawAlert(anAlert(promotion)));
  });

  it("counts samples where only a comparison judged them, and none by itself", () => {
    const counts = { passed: 20, failed: 0, noData: 2 };
    const comparison: ComparisonSummary = {
      with: "stable",
      method: "sequential",
      observed: 0.195,
      expected: 0,
      since: NOW,
      points: 20,
      score: 5.13,
      limit: 4.8,
      baseline: [],
    };
    const checks = [anAssessment({ counts, comparison, condition: "" })];
    const compared = { ...promotion, incident: anIncident({ checks }) };
    expect(drawAlert(anAlert(compared)).blocks).toContainEqual(
      expect.objectContaining(
        section("❌ Failing: *prediction success rate* · 20 samples, 2 without data"),
      ),
    );
  });

  it("says the same to a phone in one line", () => {
    expect(drawAlert(view).text).toBe(
      "model-pymk 2026.11.22-3: failing in production. Roll back, or override to keep it.",
    );
  });
});

describe("the announcement of an alert", () => {
  function drawn(url: string | null) {
    const { check, ...rest } = anAssessment({
      check: "alert HighErrorRate",
      sentence: "5xx ratio 7.3%",
      query: '{service="pymk"}',
      samples: [],
    });
    const alert = {
      source: "am",
      fingerprint: "bd0b3b031a12312c",
      labels: { service: "pymk" },
      startsAt: NOW,
      endsAt: null,
      url,
    };
    const incident = anIncident({ checks: [{ check, ...rest, alert }] });
    return withoutIds(drawAlert(anAlert(inState(WATCHING, { incident }))).blocks);
  }

  it("shows what it says, what it is about, and where to look", () => {
    const blocks = drawn("https://prometheus.example/graph");
    expect(blocks).toContainEqual(section("❌ Failing: *alert HighErrorRate*, 5xx ratio 7.3%"));
    expect(blocks).toContainEqual(
      context('*Labels* `{service="pymk"}` · <https://prometheus.example/graph|Open>'),
    );
  });

  it("leads nowhere where its system names no page", () => {
    expect(drawn(null)).toContainEqual(context('*Labels* `{service="pymk"}`'));
  });
});

describe("what happens if nobody does anything", () => {
  it("is that a release that is only announced counts as failed", () => {
    const incident = anIncident({ action: "announce" });
    const { status } = essence(
      drawAlert(anAlert(inState(WATCHING, { incident }), undefined, { offers: [] })),
    );
    expect(status.at(-1)).toBe(
      `It is only announced. When its watch ends ${at("14:25")}, it counts as failed.`,
    );
  });

  it("is nothing, also where there is nothing to return to", () => {
    const incident = anIncident({ kind: "no-target" });
    const { title, status } = essence(drawAlert(anAlert(inState(WATCHING, { incident }), {})));
    expect(title).toBe("🚨 model-pymk 2026.11.22-3: failing in production, nothing to return to");
    expect(status.slice(-3)).toEqual([
      "*production* runs nothing of ours yet.",
      `Slipway changes nothing until somebody decides. Its watch ends ${at("14:25")}.`,
      "Nothing has been live in *production* before, so there is nothing to return to.",
    ]);
  });
});

describe("the announcement of a failed deployment", () => {
  const failed = (known: boolean) =>
    inState(
      { kind: "failed", at: NOW, why: "no answer for 30 min", known },
      {
        incident: anIncident({
          kind: "deploy-failed",
          sentence: "no answer for 30 min",
          checks: [],
        }),
      },
    );

  it("says what runs, and offers to retry and to roll back", () => {
    const alert = drawAlert(anAlert(failed(true), { live: CHAMPION.id }));
    expect(essence(alert)).toEqual({
      title: "🚨 model-pymk 2026.11.22-3: deployment to production failed",
      status: [
        "*Asked of you:* Roll back, or override to keep it.",
        `❌ Wrong since ${at("13:59")}: no answer for 30 min`,
        "*production* runs 2026.11.15-1.",
      ],
      buttons: ["Retry", "Roll back", "Override"],
    });
  });

  it("says so where nobody knows what runs", () => {
    const { status } = essence(drawAlert(anAlert(failed(false))));
    expect(status.at(-1)).toBe(
      "❓ Unknown: nobody can say whether *production* runs it. Look there before a retry.",
    );
  });

  it("asks for nothing any more once there is a later attempt", () => {
    const first = failed(true);
    const second = inState({ kind: "live", since: NOW }, { attempt: 2 });
    const view = anAlert(first);
    const release = { ...view.release, promotions: [first, second] };
    const alert = drawAlert({ ...view, release });
    expect(essence(alert)).toMatchObject({
      title: "🚨 model-pymk 2026.11.22-3: deployment to production failed",
      buttons: [],
    });
    expect(alert.text).toBe("model-pymk 2026.11.22-3: deployment to production failed");
  });
});

describe("the announcement once somebody or something has acted", () => {
  const incident = anIncident();

  it("follows the rollback while it runs", () => {
    const rolling = inState({ kind: "rolling-back", since: NOW, to: CHAMPION.id }, { incident });
    const alert = drawAlert(anAlert(rolling, { rollback: aRollback() }, { offers: [] }));
    expect(essence(alert)).toEqual({
      title: "↩️ model-pymk 2026.11.22-3: rolling back production to 2026.11.15-1",
      status: [
        "By Slipway itself: prediction success rate: 3 failures in a row (limit 3)",
        "*actions*: 3 of 10 pods are updated · <https://github.com/acme/deploys/actions/runs/4711|open the run>",
        `Started ${at("14:00")}.`,
        `❌ Wrong since ${at("13:59")}.`,
      ],
      buttons: [],
    });
  });

  it("says once why Slipway rolled back, and what was wrong where a person did", () => {
    const undone = inState(
      { kind: "rolled-back", at: NOW, to: CHAMPION.id, trigger: "automatic" },
      { incident },
    );
    const statusOf = (rollback: Rollback) =>
      essence(drawAlert(anAlert(undone, { rollback }, { offers: [] }))).status;
    expect(statusOf(aRollback())).toEqual([
      "By Slipway itself: prediction success rate: 3 failures in a row (limit 3)",
      `Done ${at("14:00")}.`,
      `❌ Wrong since ${at("13:59")}.`,
    ]);
    expect(statusOf(aRollback({ trigger: "button", reason: "quota" })).at(-1)).toBe(
      `❌ Wrong since ${at("13:59")}: prediction success rate: 3 failures in a row (limit 3)`,
    );
  });

  it("offers to retry a rollback that failed", () => {
    const rolling = inState({ kind: "rolling-back", since: NOW, to: CHAMPION.id }, { incident });
    const rollback = aRollback({ state: { kind: "failed", at: NOW, why: "quota" } });
    const offers = [{ kind: "retry", environment: "production" } as const];
    const alert = drawAlert(anAlert(rolling, { rollback }, { offers }));
    expect(essence(alert)).toMatchObject({
      title: "🚨 model-pymk 2026.11.22-3: rolling back production failed",
      buttons: ["Retry"],
    });
  });

  const decided: readonly {
    readonly name: string;
    readonly promotion: Promotion;
    readonly title: string;
    readonly first: string;
  }[] = [
    {
      name: "rolled back",
      promotion: inState(
        { kind: "rolled-back", at: NOW, to: CHAMPION.id, trigger: "button" },
        { incident },
      ),
      title: "↩️ model-pymk 2026.11.22-3: rolled back in production to 2026.11.15-1",
      first: "By a person.",
    },
    {
      name: "kept by a person",
      promotion: inState(
        { kind: "live", since: NOW },
        { incident, overridden: { by: ANA, at: NOW, reason: "logs are clean" } },
      ),
      title: "⚠️ model-pymk 2026.11.22-3: kept in production by override",
      first: `⚠️ Override: <@U024BE7LH> kept it ${at("14:00")} although its watch did not pass: logs are clean`,
    },
    {
      name: "proven after all",
      promotion: inState({ kind: "live", since: NOW }, { incident }),
      title: "✅ model-pymk 2026.11.22-3: live in production after all",
      first: `❌ Wrong since ${at("13:59")}: prediction success rate: 3 failures in a row (limit 3)`,
    },
    {
      name: "stopped",
      promotion: inState({ kind: "cancelled", by: ANA, at: NOW, reason: "no" }, { incident }),
      title: "📦 model-pymk 2026.11.22-3: no incident in production any more",
      first: "This release was stopped.",
    },
    {
      name: "watched without an incident",
      promotion: inState(WATCHING),
      title: "📦 model-pymk 2026.11.22-3: no incident in production any more",
      first: "This release is being watched.",
    },
    {
      name: "failed without an incident",
      promotion: inState({ kind: "failed", at: NOW, why: "x", known: true }),
      title: "📦 model-pymk 2026.11.22-3: no incident in production any more",
      first: "This release failed.",
    },
  ];

  it.each(decided)("$name: says so", ({ promotion, title, first }) => {
    const alert = drawAlert(anAlert(promotion));
    expect(essence(alert)).toMatchObject({ title });
    expect(essence(alert).status[0]).toBe(first);
    expect(checkMessage(alert)).toEqual([]);
  });

  it.each(decided.slice(0, 4))("$name: has no buttons", ({ promotion }) => {
    expect(essence(drawAlert(anAlert(promotion))).buttons).toEqual([]);
  });
});

describe("measurements", () => {
  const shown = (
    assessment: Partial<ReturnType<typeof anAssessment>>,
    overrides: Partial<AlertView> = {},
  ) => {
    const incident = anIncident({ checks: [anAssessment(assessment)] });
    return textOf(drawAlert(anAlert(inState(WATCHING, { incident }), undefined, overrides)).blocks);
  };
  const withPass = (pass: ReturnType<typeof aWatchCheck>["pass"]) =>
    aComponentPolicy({
      environments: [
        anEnvironmentPolicy("production", {
          watch: aWatchPolicy({ checks: [aWatchCheck({ pass })] }),
        }),
      ],
    });

  it.each([
    { name: "the component is no longer configured", policy: null },
    {
      name: "nothing is watched there any more",
      policy: aComponentPolicy({ environments: [anEnvironmentPolicy("production")] }),
    },
    {
      name: "the condition is another one by now",
      policy: withPass({
        source: "value > 1",
        readsLive: false,
        evaluate: () => ({ kind: "value", value: true, comparisons: [] }),
      }),
    },
  ])("have no verdict of their own where $name", ({ policy }) => {
    expect(shown({}, { policy })).toContain(
      "13:57:00  0.981\n13:58:00  0.942\n13:59:00      –  no data",
    );
  });

  it("that cannot be judged are unknown", () => {
    const pass = {
      source: "value >= 0.97",
      readsLive: false,
      evaluate: () => ({ kind: "missing", what: "value" }) as const,
    };
    expect(shown({}, { policy: withPass(pass) })).toContain("13:57:00  0.981  unknown");
  });

  it("are left out where there are none, and so are gaps", () => {
    const text = shown({ samples: [], counts: { passed: 0, failed: 2, noData: 0 } });
    expect(text).not.toContain("UTC ");
    expect(text).toContain("❌ Failing: *prediction success rate* · 2 failed, 0 passed\n");
  });

  it("of more checks than are shown are counted", () => {
    const checks = Array.from({ length: 5 }, (_, index) =>
      anAssessment({ check: `check ${index}` }),
    );
    const promotion = inState(WATCHING, { incident: anIncident({ checks }) });
    expect(textOf(drawAlert(anAlert(promotion)).blocks)).toContain("and 2 more checks");
  });
});

describe("those who are told", () => {
  it("are counted beyond ten", () => {
    const told = Array.from({ length: 12 }, (_, index) => ({
      kind: "person" as const,
      id: `U0TOLD${index}`,
    }));
    const promotion = inState(WATCHING, { incident: anIncident() });
    expect(textOf(drawAlert(anAlert(promotion, undefined, { told })).blocks)).toContain(
      "<@U0TOLD9> and 2 more",
    );
  });
});

describe("an announcement without anybody to tell", () => {
  it("names nobody", () => {
    const release = aRelease();
    const promotion = inState(WATCHING, { incident: anIncident() });
    const alert = drawAlert({ ...anAlert(promotion), release });
    expect(textOf(alert.blocks)).not.toContain("Told");
  });
});
