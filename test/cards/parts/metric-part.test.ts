import { describe, expect, it } from "vitest";
import { drawReleaseCard } from "../../../src/cards/release-card.ts";
import type { Build } from "../../../src/core/build.ts";
import {
  aBuild,
  aComponentState,
  aGateJudgement,
  aGateNumber,
  aGateResult,
  anEnvironmentState,
  aPromotion,
  aRelease,
  NOW,
} from "../../support/builders.ts";
import { textOf } from "../expected.ts";
import { aView, EVIDENCE } from "../views.ts";

/** The card of a release with this evidence, where another with that evidence is live. */
function shown(now: Partial<Build>, live: Partial<Build> | null, gates = EVIDENCE): string {
  const drawn = { build: aBuild(now), gates: { production: gates } };
  const release = aRelease(drawn);
  const champion = aRelease({ version: "2026.11.15-1", build: aBuild(live ?? {}) });
  const state = aComponentState({
    releases: live === null ? [release] : [release, champion],
    environments: [anEnvironmentState("production", { live: live === null ? null : champion.id })],
  });
  return textOf(drawReleaseCard(aView({ state, drawn })).blocks);
}

const NOTHING_LIVE = aGateJudgement({ live: null, results: [] });

describe("the metrics on a card", () => {
  it("are those that no gate shows already, beside the live ones, the worst first", () => {
    const card = shown(
      { metrics: { auc: 0.8132, p95_latency_ms: 21.4, cost: 1.5, recall: 0.31, f1: 0.7 } },
      { metrics: { auc: 0.8101, p95_latency_ms: 22.9, cost: 1.25, old: 12 } },
    );
    expect(card).toContain(
      [
        "*Other metrics* · 1 no longer reported, 1 changed, 2 new · compared with 2026.11.15-1",
        "• *old* no longer reported, live 12",
        "• *cost* 1.5, live 1.25 (+0.25)",
        "• *recall* 0.31, new",
        "• *f1* 0.7, new",
      ].join("\n"),
    );
  });

  it("are all of them where the gates were compared with another release", () => {
    const gates = { ...EVIDENCE, live: "model-pymk@2026.11.01-1" };
    const state = aComponentState({
      releases: [aRelease()],
      environments: [anEnvironmentState("production", { live: null })],
    });
    const view = aView({ state, drawn: { gates: { production: gates } } });
    expect(textOf(drawReleaseCard(view).blocks)).toContain(
      "*Metrics* · nothing is live to compare with\n• *auc* 0.8132",
    );
  });

  it("are worse, better and the same as far as a gate says which way is better", () => {
    const directed = (subject: string, operator: ">=" | "<") =>
      aGateResult({
        numbers: [
          aGateNumber({ subject: "slices.all.x" }),
          aGateNumber({ subject, operator, limit: operator === "<" ? 1 : 0 }),
        ],
      });
    const gates = aGateJudgement({
      results: [
        directed("metrics.auc", ">="),
        directed("metrics.ms", "<"),
        directed("metrics.f1", ">="),
      ],
    });
    const card = shown(
      { metrics: { f1: 0.5, auc: 0.9, ms: 30 } },
      { metrics: { f1: 0.5, auc: 0.8, ms: 20 } },
      gates,
    );
    expect(card).toContain(
      [
        "*Metrics* · 1 worse, 1 better, 1 the same · compared with 2026.11.15-1",
        "• *ms* 30, live 20 (+10, worse)",
        "• *f1* 0.5, live 0.5 (the same)",
        "• *auc* 0.9, live 0.8 (+0.1, better)",
      ].join("\n"),
    );
  });

  it("are five, and the rest is counted", () => {
    const metrics = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`m${index}`, 1]));
    const card = shown({ metrics }, null, NOTHING_LIVE);
    expect(card).toContain("• *m4* 1\nand 4 more, see Details");
    expect(card).not.toContain("m5");
  });

  it("are not there where the gates show them all, or there are none", () => {
    expect(shown({ metrics: { auc: 0.8132 } }, { metrics: { auc: 0.8101 } })).not.toMatch(
      /etrics\*/,
    );
    expect(shown({ metrics: {} }, { metrics: {} })).not.toMatch(/etrics\*/);
  });
});

describe("the slices on a card", () => {
  it("are the worst, and what is gone", () => {
    const slice = (auc: number) => ({ auc, f1: 0.5, n: 7 });
    const card = shown(
      {
        slices: { a: slice(0.8), b: slice(0.7), c: slice(0.79), d: slice(0.78), e: slice(0.9) },
      },
      {
        slices: {
          a: slice(0.8),
          b: slice(0.8),
          c: slice(0.8),
          d: slice(0.8),
          e: slice(0.8),
          ...Object.fromEntries(["v", "w", "x", "y", "z"].map((name) => [name, slice(1)])),
        },
      },
    );
    expect(card).toContain(
      [
        "*Slices* · 3 of 5 slices worse",
        "• ⚠️ No longer reported: v, w, x and 2 more",
        "• *b* auc 0.7, live 0.8 (−0.1, worse); and 2 more",
        "• *d* auc 0.78, live 0.8 (−0.02, worse); and 2 more",
        "and 3 more, see Details",
      ].join("\n"),
    );
  });

  it("are none worse, or nobody can say", () => {
    const slices = { a: { auc: 0.9, f1: 1 } };
    expect(shown({ slices }, { slices })).toContain("*Slices* · 1 slice, none worse");
    const unjudged = aGateJudgement({ results: [] });
    expect(shown({ slices }, { slices }, unjudged)).toContain("*Slices* · 1 slice\n");
  });

  it("are left to the details once it has been decided", () => {
    const slices = { a: { auc: 0.9 } };
    const live = aPromotion({ state: { kind: "live", since: NOW } });
    const view = aView({ promotions: [live], drawn: { build: aBuild({ slices }) } });
    expect(textOf(drawReleaseCard(view).blocks)).not.toMatch(/Slices|etrics\*/);
  });

  it("are the worst values where nothing is live", () => {
    const slices = { a: { auc: 0.9 }, b: { auc: 0.7 } };
    expect(shown({ slices }, null)).toContain("*Slices* · 2 slices\n• *b* auc 0.7\n• *a* auc 0.9");
  });
});

describe("the tests on a card", () => {
  const tests = { passed: 1812, failed: 0, skipped: 3 };

  it("are compared with those of the live release", () => {
    const card = shown({ tests }, { tests: { passed: 1790, failed: 0, skipped: 3 } });
    expect(card).toContain(
      "*Tests* · 1,812 passed, live 1,790 (+22); 0 failed, live 0 (the same); 3 skipped, live 3 (the same)",
    );
  });

  it("are counted where there is nothing to compare them with", () => {
    expect(shown({ tests }, null, NOTHING_LIVE)).toContain(
      "*Tests* · 1,812 passed; 0 failed; 3 skipped",
    );
  });

  it("are missed where only the live release has them", () => {
    expect(shown({ tests: null }, { tests })).toContain(
      "*Tests* · not reported; live 1,812 passed, 0 failed, 3 skipped",
    );
  });

  it("are not there where nobody reports any", () => {
    expect(shown({ tests: null }, { tests: null })).not.toContain("*Tests*");
  });
});
