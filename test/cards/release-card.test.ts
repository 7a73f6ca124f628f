import { describe, expect, it } from "vitest";
import { drawReleaseCard } from "../../src/cards/release-card.ts";
import type { Offer } from "../../src/core/offer.ts";
import type { PromotionState } from "../../src/core/promotion.ts";
import type { ReleaseStatus } from "../../src/core/release.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import {
  ANA,
  aBuild,
  aComponentState,
  aFreeze,
  aGateJudgement,
  aGateNumber,
  aGateResult,
  aHold,
  aNotes,
  anApproval,
  anAssessment,
  anEnvironmentState,
  anIncident,
  anOperation,
  aPromotion,
  aRelease,
  HOUR,
  inState,
  MINUTE,
  NOW,
  RAJ,
} from "../support/builders.ts";
import {
  at,
  button,
  buttons,
  context,
  essence,
  header,
  section,
  textOf,
  withoutIds,
} from "./expected.ts";
import { aView, CHAMPION } from "./views.ts";

const VERSION = "2026.11.22-3";
const ID = `model-pymk@${VERSION}`;

const APPROVE: Offer = {
  kind: "approve",
  environment: "production",
  digest: "c0ffee0123456789c0ff",
};
const REJECT: Offer = { kind: "reject", environment: "production" };
const ROLL_BACK: Offer = { kind: "rollback", environment: "production" };
const OVERRIDE: Offer = { kind: "override", environment: "production" };
const STOP: Offer = { kind: "stop", environment: "production" };
const RETRY: Offer = { kind: "retry", environment: "production" };

const EVIDENCE_BLOCKS = [
  section(
    "*Gates for production* · 1 warns, 2 pass · compared with 2026.11.15-1, live there",
    '⚠️ Warn: *every slice above 0.75* · `slices["country=BR"].auc` *0.741*, must be ≥ 0.75, live 0.752 (−0.011, worse); 1 of 2 hold',
    "✅ Pass: *AUC at least 0.80* · *0.8132* ≥ 0.8, live 0.8101 (+0.0031, better)",
    "✅ Pass: *p95 latency below 30 ms* · *21.4* &lt; 30, live 22.9 (−1.5, better)",
  ),
  section("*Code* · 1 commit since 2026.11.15-1", "• `4f2a9c1` Weigh recent edges more (dana)"),
  section(
    "*Data* · 1 of 1 changed since 2026.11.15-1",
    "• *hive.pymk_edges* 2026-11-21 · 81,233,411 rows · was 2026-11-14 (+1,204,311 rows)",
  ),
];

const LINEAGE = context(
  "*Commit* `4f2a9c1` Weigh recent edges more · dana@acme.test · main · acme/pymk",
  "*Artifact* registry.example/pymk:2026.11.22-3 · `sha256:9b2f64c01e7a5d…`",
  `*Run* <https://airflow.example/dags/train_pymk|train_pymk/2026-11-22> · reported by ci · started by new data · finished ${at("13:00")}`,
);

const DETAILS = button("Details", {
  id: "release.details",
  value: ["model-pymk", VERSION, null, null],
  says: "Details of model-pymk 2026.11.22-3",
});

describe("the card of a release that waits for approval", () => {
  const view = aView({
    offers: [APPROVE, REJECT],
    promotions: [aPromotion({ approvals: [anApproval()] })],
  });

  it("says what is asked, shows the evidence, then the buttons, then where it comes from", () => {
    expect(withoutIds(drawReleaseCard(view).blocks)).toEqual([
      header("⏳ model-pymk 2026.11.22-3: approval needed for production"),
      section(
        `✅ Met: *1 of 1* from @ml-leads: <@U024BE7LH> ${at("13:50")}`,
        "⏳ Open: *0 of 1* from @sre (1 person may approve)",
        `Waiting since ${at("13:30")}. The author does not count.`,
      ),
      ...EVIDENCE_BLOCKS,
      buttons(
        button("Approve", {
          id: "release.approve",
          value: ["model-pymk", VERSION, "production", "c0ffee0123456789"],
          style: "primary",
          says: "Approve model-pymk 2026.11.22-3 in production",
        }),
        button("Reject", {
          id: "release.reject",
          value: ["model-pymk", VERSION, "production", null],
          style: "danger",
          says: "Reject model-pymk 2026.11.22-3 in production",
        }),
        DETAILS,
      ),
      section(
        "*staging* runs this release",
        "*production* runs 2026.11.15-1 · this release waits for approval",
      ),
      LINEAGE,
    ]);
  });

  it("says the same to a phone in one line", () => {
    expect(drawReleaseCard(view).text).toBe(
      "model-pymk 2026.11.22-3: approval needed for production. 1 of 2 given.",
    );
  });

  it("is the same card when it is drawn again", () => {
    expect(drawReleaseCard(view)).toEqual(drawReleaseCard(view));
  });
});

describe("the card of a release that fails its watch", () => {
  const view = aView({
    offers: [OVERRIDE, ROLL_BACK],
    promotions: [
      inState(
        {
          kind: "watching",
          from: NOW - 5 * MINUTE,
          until: NOW + 25 * MINUTE,
          checks: [
            anAssessment({
              check: "p99 latency",
              verdict: "success",
              sentence: "20 of 20 samples passed",
            }),
            anAssessment(),
          ],
        },
        { incident: anIncident(), approvals: [anApproval(), anApproval({ by: RAJ, at: NOW })] },
      ),
    ],
    state: aComponentState({
      releases: [CHAMPION],
      environments: [anEnvironmentState("production", { live: CHAMPION.id, serving: ID })],
    }),
  });

  it("asks for a decision before anything else, and names who approved", () => {
    expect(withoutIds(drawReleaseCard(view).blocks)).toEqual([
      header("🚨 model-pymk 2026.11.22-3: failing in production"),
      section(
        "*Asked of you:* Roll back, or override to keep it.",
        "❌ Failing: *prediction success rate*, 3 failures in a row (limit 3)",
        "✅ Good: *p99 latency*, 20 of 20 samples passed",
        `Known since ${at("13:59")}.`,
        `Took traffic ${at("13:55")}, watched until ${at("14:25")}.`,
      ),
      section(
        "*staging* runs nothing of ours yet",
        "*production* runs this release · this release is being watched",
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
        DETAILS,
      ),
      ...EVIDENCE_BLOCKS,
      LINEAGE,
      context(
        `*production* approved by <@U024BE7LH> ${at("13:50")} and <@U0RAJ4X2P> ${at("14:00")}`,
      ),
    ]);
  });
});

describe("the card of a release that its gates block", () => {
  it("shows why, the worst first, and no Approve button", () => {
    const results = [
      aGateResult({
        name: "AUC no worse than live",
        sentence: "nothing live to compare with",
        numbers: [],
      }),
      aGateResult({
        name: "fairness report",
        verdict: "missing",
        blocks: true,
        sentence: "the report has no metrics.fairness",
        numbers: [],
      }),
      aGateResult({
        verdict: "fail",
        blocks: true,
        sentence: "metrics.auc is 0.79996, and must be >= 0.8",
        numbers: [aGateNumber({ actual: 0.79996, live: null })],
      }),
    ];
    const gates = {
      staging: aGateJudgement({ environment: "staging", live: null, results }),
    };
    const release = aRelease({ gates, build: aBuild({ datasets: [], metrics: {} }) });
    const card = drawReleaseCard(
      aView({
        promotions: [],
        drawn: { gates, notes: null, build: release.build },
        state: aComponentState({ releases: [release] }),
      }),
    );
    expect(card.text).toBe(
      "model-pymk 2026.11.22-3: blocked by its gates for staging. 2 gates do not pass.",
    );
    expect(withoutIds(card.blocks)).toEqual([
      header("⛔ model-pymk 2026.11.22-3: blocked by its gates for staging"),
      section("2 gates keep it from *staging*. The next build makes a new release."),
      section(
        "*Gates for staging* · 1 fails, 1 is missing, 1 passes · nothing is live there to compare with",
        "❌ Fail: *AUC at least 0.80* · *0.79996*, must be ≥ 0.8",
        "❓ Missing: *fairness report* · the report has no metrics.fairness",
        "✅ Pass: *AUC no worse than live* · nothing live to compare with",
      ),
      section(
        "⚠️ *Lineage incomplete* · 1 gap",
        "• *data sets*: none is reported, so nobody can say what the model was trained on",
      ),
      buttons(DETAILS),
      section(
        "*staging* runs nothing of ours yet · this release is blocked by its gates",
        "*production* runs nothing of ours yet",
      ),
      LINEAGE,
    ]);
  });
});

describe("the card of a release that did not build", () => {
  it("says what failed and where to look, and offers nothing", () => {
    const build = aBuild({
      outcome: "failure",
      tests: { passed: 812, failed: 3, skipped: 1 },
      checks: [
        { name: "feature null rate", status: "fail", expected: "< 1%", actual: "7.2%" },
        { name: "schema", status: "error", expected: null, actual: null },
        { name: "row count", status: "pass", expected: null, actual: null },
      ],
    });
    const card = drawReleaseCard(
      aView({
        promotions: [],
        drawn: { status: { kind: "failed", outcome: "failure" }, build, gates: {} },
        state: aComponentState(),
      }),
    );
    expect(withoutIds(card.blocks)).toEqual([
      header("❌ model-pymk 2026.11.22-3: build failed"),
      section(
        "It cannot be promoted. Look at <https://airflow.example/dags/train_pymk|run train_pymk/2026-11-22>; the next build makes a new release.",
        "❌ Failed: 3 of 815 tests",
        "❌ Failed: *feature null rate*, 7.2%",
        "❌ Failed: *schema*",
      ),
      buttons(DETAILS),
      LINEAGE,
    ]);
  });
});

describe("the card of a failed build that named no run", () => {
  it("says that the next one makes a new release", () => {
    const card = drawReleaseCard(
      aView({
        promotions: [],
        drawn: { status: { kind: "failed", outcome: "error" }, build: aBuild({ run: null }) },
        state: aComponentState(),
      }),
    );
    expect(essence(card).status).toEqual([
      "It cannot be promoted. The next build makes a new release.",
    ]);
  });
});

describe("the card in every state", () => {
  const operation = anOperation();
  const frozen = { kind: "frozen", reason: "weekend", by: RAJ, until: NOW + HOUR } as const;
  const states: readonly {
    readonly state: PromotionState;
    readonly offers?: readonly Offer[];
    readonly title: string;
    readonly first: string;
    readonly labels?: readonly string[];
  }[] = [
    {
      state: { kind: "requested" },
      title: "🆕 asked for in production",
      first: "*Gates for production* · 1 warns, 2 pass · compared with 2026.11.15-1, live there",
    },
    {
      state: { kind: "queued", since: NOW, blockers: [frozen] },
      offers: [STOP],
      title: "⏸️ waiting for its turn in production",
      first: `❄️ Frozen until ${at("15:00")} by <@U0RAJ4X2P>: weekend`,
      labels: ["Stop"],
    },
    {
      state: { kind: "deploying", operation },
      offers: [STOP],
      title: "🚀 deploying to production",
      first: `Started ${at("13:55")}, replacing 2026.11.15-1.`,
      labels: ["Stop"],
    },
    {
      state: { kind: "verifying", step: 0, operation },
      title: "🔎 being verified in production",
      first: `Step 1 of 1: *smoke*, since ${at("13:55")}.`,
    },
    {
      state: {
        kind: "watching",
        from: NOW,
        until: NOW + HOUR,
        checks: [anAssessment({ verdict: "pending", sentence: "no limit has tripped" })],
      },
      offers: [STOP],
      title: "👀 being watched in production",
      first: "⏱️ Measuring: *prediction success rate*, no limit has tripped",
      labels: ["Stop"],
    },
    {
      state: { kind: "rejected", by: ANA, at: NOW, reason: "AUC of *BR* is too low" },
      title: "🚫 rejected for production",
      first: `Rejected by <@U024BE7LH> ${at("14:00")}: AUC of ∗BR∗ is too low`,
    },
    {
      state: { kind: "expired", at: NOW },
      offers: [{ kind: "promote", environment: "production" }],
      title: "⌛ approval for production expired",
      first: `Expired ${at("14:00")} with 0 given. Promote it again to ask once more.`,
      labels: ["Promote to production"],
    },
    {
      state: { kind: "superseded", by: "model-pymk@2026.11.23-1", at: NOW },
      title: "⏭️ superseded for production by 2026.11.23-1",
      first: `Superseded ${at("14:00")} by 2026.11.23-1, which is newer.`,
    },
    {
      state: { kind: "cancelled", by: ANA, at: NOW, reason: "wrong data" },
      title: "⏹️ stopped on its way to production",
      first: `Stopped by <@U024BE7LH> ${at("14:00")}: wrong data`,
    },
    {
      state: { kind: "failed", at: NOW, why: "image not found", known: true },
      offers: [RETRY],
      title: "❌ failed in production",
      first: "*Asked of you:* Retry?",
      labels: ["Retry"],
    },
    {
      state: { kind: "rolled-back", at: NOW, to: CHAMPION.id, trigger: "button" },
      title: "↩️ rolled back in production to 2026.11.15-1",
      first: "By a person.",
    },
    {
      state: { kind: "rolling-back", since: NOW, to: CHAMPION.id },
      title: "↩️ rolling back production to 2026.11.15-1",
      first: `Started ${at("14:00")}.`,
    },
  ];

  it.each(states)("$title", ({ state, offers = [], title, first, labels = [] }) => {
    const card = drawReleaseCard(aView({ offers, promotions: [inState(state)] }));
    const [symbol, ...news] = title.split(" ");
    const shown = essence(card);
    expect(shown.title).toBe(`${symbol} model-pymk 2026.11.22-3: ${news.join(" ")}`);
    expect(shown.status[0]).toBe(first);
    expect(shown.buttons).toEqual([...labels, "Details"]);
    expect(card.text.startsWith(`model-pymk 2026.11.22-3: ${news.join(" ")}`)).toBe(true);
    expect(checkMessage(card)).toEqual([]);
  });

  const statuses: readonly { readonly status: ReleaseStatus; readonly title: string }[] = [
    { status: { kind: "candidate" }, title: "🆕 built" },
    { status: { kind: "failed", outcome: "cancelled" }, title: "⏹️ build was cancelled" },
    { status: { kind: "failed", outcome: "error" }, title: "❌ build ended in an error" },
    { status: { kind: "superseded", by: "model-pymk@2", at: NOW }, title: "⏭️ superseded by 2" },
    { status: { kind: "rejected", by: ANA, at: NOW, reason: "no" }, title: "🚫 rejected" },
  ];

  it.each(statuses)("$title, before any promotion", ({ status, title }) => {
    const card = drawReleaseCard(
      aView({ promotions: [], drawn: { status, gates: {} }, state: aComponentState() }),
    );
    const [symbol, ...news] = title.split(" ");
    expect(essence(card).title).toBe(`${symbol} model-pymk 2026.11.22-3: ${news.join(" ")}`);
    expect(checkMessage(card)).toEqual([]);
  });

  it.each([
    {
      name: "frozen by a person",
      view: { freeze: aFreeze() },
      title: "❄️ model-pymk 2026.11.22-3: frozen",
      line: `❄️ Frozen until ${at("16:00")} by <@U0RAJ4X2P>: data centre maintenance`,
    },
    {
      name: "held everywhere",
      view: { state: aComponentState({ holds: [aHold({ environment: null })] }) },
      title: "🔒 model-pymk 2026.11.22-3: held in staging",
      line: `🔒 Held everywhere by <@U024BE7LH> ${at("13:00")}: the feature store is being moved`,
    },
    {
      name: "ready",
      view: { offers: [{ kind: "promote", environment: "staging" } as const] },
      title: "🆕 model-pymk 2026.11.22-3: ready for staging",
      line: `Registered ${at("13:00")}.`,
    },
    {
      name: "of a component that is no longer configured",
      view: { policy: null },
      title: "📦 model-pymk 2026.11.22-3: built",
      line: "*model-pymk* is no longer configured, so nothing follows.",
    },
  ])("a candidate that is $name", ({ view, title, line }) => {
    const card = drawReleaseCard(aView({ promotions: [], drawn: { gates: {} }, ...view }));
    expect(essence(card)).toMatchObject({ title, status: [line] });
  });
});

describe("a card that has been decided", () => {
  it("has only Details left, and says who decided", () => {
    const rejected = inState(
      { kind: "rejected", by: ANA, at: NOW, reason: "too slow" },
      { approvals: [anApproval({ by: RAJ })] },
    );
    const card = drawReleaseCard(
      aView({
        promotions: [rejected],
        drawn: { status: { kind: "rejected", by: ANA, at: NOW, reason: "too slow" } },
        state: aComponentState(),
      }),
    );
    expect(essence(card).buttons).toEqual(["Details"]);
    expect(withoutIds(card.blocks).at(-1)).toEqual(
      context(
        `*production* approved by <@U0RAJ4X2P> ${at("13:50")}; rejected by <@U024BE7LH> ${at("14:00")}: too slow`,
      ),
    );
  });

  it("is short once nothing is to be decided and nobody runs it", () => {
    const card = drawReleaseCard(
      aView({
        promotions: [],
        drawn: { status: { kind: "superseded", by: "model-pymk@2", at: NOW } },
        state: aComponentState(),
      }),
    );
    expect(card.blocks.map(({ type }) => type)).toEqual([
      "header",
      "section",
      "actions",
      "context",
    ]);
  });
});

describe("the ids of a card's blocks", () => {
  it("are other ids after a decision, so that no client keeps an old button", () => {
    const before = drawReleaseCard(aView({ offers: [APPROVE, REJECT] }));
    const after = drawReleaseCard(
      aView({
        offers: [STOP],
        promotions: [inState({ kind: "deploying", operation: anOperation() })],
      }),
    );
    const idsOf = (card: typeof before) =>
      card.blocks.filter(({ type }) => type === "actions").map(({ block_id: id }) => id);
    expect(idsOf(after)).not.toEqual(idsOf(before));
  });
});

describe("a card with too much to say", () => {
  it("says how much of it is behind Details", () => {
    const results = Array.from({ length: 20 }, (_, index) =>
      aGateResult({ name: `gate ${index}` }),
    );
    const commits = Array.from({ length: 20 }, (_, index) => ({
      sha: `${index}`.padStart(40, "0"),
      subject: `Change ${index}`,
      author: null,
    }));
    const view = aView({
      drawn: {
        gates: { production: aGateJudgement({ results }) },
        notes: aNotes({ commits, totalCommits: 37, behindBy: 2 }),
      },
    });
    const text = textOf(drawReleaseCard(view).blocks);
    expect(text).toContain("and 12 more, see Details: 12 pass");
    expect(text).toContain(
      "• <https://github.com/acme/pymk/compare/1a2b3c4...4f2a9c1|and 32 more>",
    );
    expect(text).toContain("⚠️ Behind: it lacks 2 live commits. Promoting it takes them away.");
    expect(text).toContain("Change 19");
    expect(text).not.toContain("Change 14");
  });
});
