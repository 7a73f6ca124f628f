import { describe, expect, it } from "vitest";
import { drawDiff } from "../../src/cards/diff.ts";
import type { DiffView } from "../../src/cards/view.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import {
  aBuild,
  aCommit,
  aDataset,
  aGateJudgement,
  aGateNumber,
  aGateResult,
  aNotes,
  aPromotion,
  aRelease,
} from "../support/builders.ts";
import { context, header, section, textOf, withoutIds } from "./expected.ts";
import { EVIDENCE } from "./views.ts";

const OLD_SHA = "1a2b3c4d5e6f708192a3b4c5d6e7f80912345678";
const NEW_SHA = aCommit().sha ?? "";

const OLD = aRelease({
  version: "2026.11.15-1",
  build: aBuild({
    version: "2026.11.15-1",
    commit: aCommit({ sha: OLD_SHA }),
    metrics: { auc: 0.8101 },
    tests: { passed: 10, failed: 0, skipped: 0 },
    checks: [
      { name: "null rate", status: "pass", expected: null, actual: null },
      { name: "freshness", status: "pass", expected: null, actual: null },
      { name: "drift", status: "warn", expected: null, actual: null },
    ],
    datasets: [aDataset({ version: "2026-11-14", rows: 80_029_100 })],
  }),
  gates: {
    production: aGateJudgement({
      results: [
        aGateResult({ verdict: "fail", numbers: [aGateNumber({ actual: 0.79, live: null })] }),
        aGateResult({ name: "every slice above 0.75" }),
        aGateResult({ name: "an old gate" }),
      ],
    }),
  },
  promotions: [aPromotion({ release: "model-pymk@2026.11.15-1" })],
});

const NEW = aRelease({
  build: aBuild({
    metrics: { auc: 0.8132 },
    tests: { passed: 12, failed: 0, skipped: 0 },
    checks: [
      { name: "null rate", status: "fail", expected: null, actual: null },
      { name: "freshness", status: "pass", expected: null, actual: null },
      { name: "volume", status: "pass", expected: null, actual: null },
    ],
  }),
  gates: { production: EVIDENCE },
  notes: aNotes(),
  promotions: [aPromotion()],
});

function drawn(overrides: Partial<DiffView> = {}) {
  const view = {
    component: "model-pymk",
    from: OLD,
    to: NEW,
    environment: "production",
    ...overrides,
  };
  const message = drawDiff(view);
  expect(checkMessage(message)).toEqual([]);
  return message;
}

const textWith = (overrides: Partial<DiffView>) => textOf(drawn(overrides).blocks);

describe("the difference between two releases", () => {
  it("is code, data, tests, metrics, checks, gates and policy", () => {
    const message = drawn();
    expect(message.text).toBe("model-pymk: 2026.11.15-1 → 2026.11.22-3");
    expect(withoutIds(message.blocks)).toEqual([
      header("model-pymk: 2026.11.15-1 → 2026.11.22-3"),
      section(
        `*Code* · \`1a2b3c4\` → \`4f2a9c1\` · <https://github.com/acme/pymk/compare/${OLD_SHA}...${NEW_SHA}|compare>`,
      ),
      section("*Commits*", "• `4f2a9c1` Weigh recent edges more (dana)"),
      section(
        "*Data sets*",
        "• *hive.pymk_edges* 2026-11-21 · 81,233,411 rows · was 2026-11-14 (+1,204,311 rows)",
      ),
      section(
        "*Tests* · 12 passed, was 10 (+2); 0 failed, was 0 (the same); 0 skipped, was 0 (the same)",
      ),
      section(
        "*Metrics* · 1 better · compared with 2026.11.15-1",
        "• *auc* 0.8132, was 0.8101 (+0.0031, better)",
      ),
      section(
        "*Checks that changed*",
        "• *null rate* pass → fail",
        "• *volume* not reported → pass",
        "• *drift* warn → not reported",
      ),
      section(
        "*Gates for production* · each as it was judged",
        "✅ Pass: *AUC at least 0.80* · *0.8132* ≥ 0.8, live 0.8101 (+0.0031, better) · was fail",
        '⚠️ Warn: *every slice above 0.75* · `slices["country=BR"].auc` *0.741*, must be ≥ 0.75, live 0.752 (−0.011, worse); 1 of 2 hold · was pass',
        "✅ Pass: *p95 latency below 30 ms* · *21.4* &lt; 30, live 22.9 (−1.5, better) · new gate",
        "• *an old gate* is no longer a gate",
      ),
      section("*Policy of production*", "• the same deployment, verification and watch"),
    ]);
  });

  it("is everything where there is nothing to compare with", () => {
    const message = drawn({ from: null });
    const [title, note, code] = withoutIds(message.blocks);
    expect([title, note, code]).toEqual([
      header("model-pymk 2026.11.22-3, compared with nothing"),
      context("Nothing is live to compare it with: all of it is new."),
      section("*Code* · `4f2a9c1`"),
    ]);
    expect(textOf(message.blocks)).toContain("*Gates for production*\n");
    expect(textOf(message.blocks)).not.toMatch(/Policy|Checks/);
  });

  it.each([
    {
      name: "the same commit",
      to: { ...NEW, build: aBuild({ commit: aCommit({ sha: OLD_SHA }) }) },
      text: "*Code* · `1a2b3c4`, the same commit",
    },
    {
      name: "no commit",
      to: { ...NEW, build: aBuild({ commit: null }) },
      text: "*Code* · `1a2b3c4` → commit not reported",
    },
    {
      name: "no page",
      to: { ...NEW, notes: null },
      text: "*Code* · `1a2b3c4` → `4f2a9c1`",
    },
    {
      name: "a page that compares nothing",
      to: { ...NEW, notes: aNotes({ url: "https://github.com/acme/pymk" }) },
      text: "*Code* · `1a2b3c4` → `4f2a9c1`",
    },
  ])("has $name", ({ to, text }) => {
    expect(withoutIds(drawn({ to }).blocks)[1]).toEqual(section(text));
  });

  it("has no commit where neither release has one", () => {
    const none = { build: aBuild({ commit: null }) };
    expect(textWith({ from: { ...OLD, ...none }, to: { ...NEW, ...none } })).toContain(
      "*Code* · commit not reported → commit not reported",
    );
  });

  it("names no commits that were fetched against another release", () => {
    const to = { ...NEW, notes: aNotes({ since: "2026.11.01-1" }) };
    expect(textWith({ to })).not.toContain("*Commits*");
  });

  it("says how deployment, verification and watch differ", () => {
    const promotion = aPromotion();
    const plan = {
      deploy: { deployer: "other", params: {} },
      verify: [],
      watched: false,
    };
    const text = textWith({ to: { ...NEW, promotions: [{ ...promotion, plan }] } });
    expect(text).toMatch(/• deployed with .*actions.* → .*other/);
    expect(text).toMatch(/• verified by .*smoke.* → \[\]/);
    expect(text).toContain("• watched true → false");
  });

  it("has no gates and no policy where nobody says which environment counts, or nothing was judged", () => {
    expect(textWith({ environment: null })).not.toMatch(/Gates|Policy/);
    expect(textWith({ to: { ...NEW, gates: {}, promotions: [] } })).not.toMatch(/Gates|Policy/);
  });

  it("says nothing more of a gate with the same verdict", () => {
    const text = textWith({ from: { ...OLD, gates: { production: EVIDENCE } } });
    expect(text).toContain("*p95 latency below 30 ms* · *21.4* &lt; 30, live 22.9 (−1.5, better)");
    expect(text).not.toMatch(/was (?:pass|warn|fail|missing)/);
  });

  it("counts what there is no room for", () => {
    const metrics = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`m${index}`, 1]));
    expect(textWith({ to: { ...NEW, build: aBuild({ metrics }) } })).toContain(
      "more; Details on its card has them",
    );
  });
});
