import { describe, expect, it } from "vitest";
import { drawDetails, drawPendingDetails } from "../../src/cards/details-modal.ts";
import { checkModal } from "../../src/demo/block-kit.ts";
import {
  aBuild,
  aDataset,
  aGateJudgement,
  aGateNumber,
  aGateResult,
  aNotes,
  anApproval,
  aPromotion,
  NOW,
  RAJ,
} from "../support/builders.ts";
import { at, context, header, section, textOf, withoutIds } from "./expected.ts";
import { aView, EVIDENCE } from "./views.ts";

describe("the details of a release", () => {
  const view = aView({
    promotions: [
      aPromotion({ environment: "staging", state: { kind: "live", since: NOW } }),
      aPromotion({ approvals: [anApproval()] }),
    ],
    drawn: {
      gates: {
        staging: aGateJudgement({ environment: "staging", live: null }),
        production: EVIDENCE,
      },
      build: aBuild({
        tests: { passed: 1812, failed: 0, skipped: 3 },
        checks: [
          { name: "null rate", status: "pass", expected: "< 1%", actual: "0.2%" },
          { name: "freshness", status: "skip", expected: null, actual: null },
          { name: "drift", status: "warn", expected: null, actual: "0.3" },
          { name: "schema", status: "error", expected: "12 columns", actual: null },
          { name: "volume", status: "fail", expected: "> 1M", actual: "3" },
        ],
        metrics: { auc: 0.8132, p95_latency_ms: 21.4 },
        slices: { "country=BR": { auc: 0.741, f1: 0.6 } },
        notes: "Retrained\non one more week",
      }),
    },
  });

  it("are everything that is known of it", () => {
    expect(withoutIds(drawDetails(view).blocks)).toEqual([
      header("⏳ model-pymk 2026.11.22-3: approval needed for production"),
      section(
        `✅ Met: *1 of 1* from @ml-leads: <@U024BE7LH> ${at("13:50")}`,
        "⏳ Open: *0 of 1* from @sre (1 person may approve)",
        `Waiting since ${at("13:30")}. The author does not count.`,
      ),
      section(
        "*Promotions*",
        `• *production*, attempt 1: it waits for approval; approved by <@U024BE7LH> ${at("13:50")}; evidence \`c0ffee0123456789\``,
        "• *staging*, attempt 1: it is live; evidence `c0ffee0123456789`",
      ),
      section(
        "*Gates for staging* · 1 passes · nothing was live to compare with",
        "✅ Pass: *AUC at least 0.80* · *0.8132* ≥ 0.8, live 0.8101 (+0.0031, better)",
      ),
      section(
        "*Gates for production* · 1 warns, 2 pass · compared with 2026.11.15-1",
        '⚠️ Warn: *every slice above 0.75* · `slices["country=BR"].auc` *0.741*, must be ≥ 0.75, live 0.752 (−0.011, worse); `slices["country=DE"].auc` *0.822* ≥ 0.75, live 0.82 (+0.002, better)',
        "✅ Pass: *AUC at least 0.80* · *0.8132* ≥ 0.8, live 0.8101 (+0.0031, better)",
        "✅ Pass: *p95 latency below 30 ms* · *21.4* &lt; 30, live 22.9 (−1.5, better)",
      ),
      section("*Tests* · 1,812 passed; 0 failed; 3 skipped"),
      section(
        "*Metrics* · 2 better · compared with 2026.11.15-1",
        "• *auc* 0.8132, live 0.8101 (+0.0031, better)",
        "• *p95_latency_ms* 21.4, live 22.9 (−1.5, better)",
      ),
      section("*Slices* · 1 slice, none worse", "• *country=BR* auc 0.741, new; f1 0.6, new"),
      section(
        "*Checks* · 5 checks",
        "❌ Fail: *volume* · is 3 · expected \u200b&gt; 1M",
        "❓ Error: *schema* · expected 12 columns",
        "⚠️ Warn: *drift* · is 0.3",
        "⏭️ Skipped: *freshness*",
        "✅ Pass: *null rate* · is 0.2% · expected &lt; 1%",
      ),
      section(
        "*Data sets*",
        "• *hive.pymk_edges* 2026-11-21 · 81,233,411 rows · was 2026-11-14 (+1,204,311 rows)",
      ),
      section("*Commits*", "• `4f2a9c1` Weigh recent edges more (dana)"),
      section("> Retrained", "> on one more week"),
      section(
        "*staging* runs this release",
        "*production* runs 2026.11.15-1 · this release waits for approval",
      ),
      context(
        "*Commit* `4f2a9c1` Weigh recent edges more · dana@acme.test · main · acme/pymk",
        "*Artifact* registry.example/pymk:2026.11.22-3 · `sha256:9b2f64c01e7a5d…`",
        `*Run* <https://airflow.example/dags/train_pymk|train_pymk/2026-11-22> · reported by ci · started by new data · finished ${at("13:00")}`,
      ),
    ]);
  });

  it("have a title, and nothing to submit", () => {
    const { blocks: _blocks, ...modal } = drawDetails(view);
    expect(modal).toEqual({
      type: "modal",
      callback_id: "release.details.modal",
      private_metadata: "",
      title: { type: "plain_text", text: "Release details", emoji: false },
      close: { type: "plain_text", text: "Close", emoji: false },
    });
    expect(checkModal(drawDetails(view))).toEqual([]);
  });

  it("have no part for what was not reported", () => {
    const empty = aView({
      promotions: [],
      drawn: {
        gates: {},
        notes: null,
        build: aBuild({ datasets: [], metrics: {} }),
      },
      state: { ...view.state, releases: {} },
    });
    const types = drawDetails(empty).blocks.map((block) => textOf(block).split("\n")[0]);
    expect(types).toEqual([
      "🆕 model-pymk 2026.11.22-3: built",
      `Registered ${at("13:00")}.`,
      "*staging* runs this release",
      expect.stringContaining("*Commit*"),
      "⚠️ *Lineage incomplete* · 1 gap",
    ]);
  });

  it("are announced while they are looked up", () => {
    const value = { component: "model-pymk", version: "<2>", environment: null, digest: null };
    const { blocks, ...modal } = drawPendingDetails(value);
    const { blocks: _blocks, ...details } = drawDetails(view);
    expect(withoutIds(blocks)).toEqual([section("Looking up *model-pymk &lt;2&gt;* …")]);
    expect(modal).toEqual(details);
  });

  it("show ten numbers of a gate, twenty of a slice, and count the rest", () => {
    const numbers = Array.from({ length: 12 }, (_, index) => aGateNumber({ subject: `s${index}` }));
    const slice = Object.fromEntries(
      Array.from({ length: 22 }, (_, index) => [`m${index}`, index]),
    );
    const text = textOf(
      drawDetails(
        aView({
          drawn: {
            gates: { production: aGateJudgement({ results: [aGateResult({ numbers })] }) },
            build: aBuild({ slices: { all: slice } }),
          },
        }),
      ).blocks,
    );
    expect(text).toContain("`s9` *0.8132* ≥ 0.8, live 0.8101 (+0.0031, better); all 12 hold");
    expect(text).toContain("m19 19, new; and 2 more");
  });

  it("say how many there are of what Slack has no room for", () => {
    const many = <T>(count: number, item: (index: number) => T) =>
      Array.from({ length: count }, (_, index) => item(index));
    const name = (index: number) => `${index} of a name that takes some room, as names do`;
    const build = aBuild({
      datasets: many(200, (index) => aDataset({ name: name(index) })),
      metrics: Object.fromEntries(many(500, (index) => [name(index), index])),
      slices: Object.fromEntries(many(1000, (index) => [name(index), { auc: index }])),
      checks: many(1000, (index) => ({
        name: name(index),
        status: "pass" as const,
        expected: null,
        actual: null,
      })),
    });
    const modal = drawDetails(aView({ drawn: { build } }));
    const text = textOf(modal.blocks);
    const headings = ["Checks", "Metrics", "Slices", "Data sets"].map((what) => {
      const [, rows = ""] = text.split(`*${what}*`);
      const [listed = "", left = "0"] = rows.split(/\nand ([\d,]+) more/);
      const shown = listed.split("\n").filter((row) => /^(?:•|✅)/.test(row)).length;
      return [what, shown > 4 ? shown + Number(left.replace(",", "")) : "too few"];
    });
    expect(checkModal(modal)).toEqual([]);
    expect(headings).toEqual([
      ["Checks", 1000],
      ["Metrics", 502],
      ["Slices", 1000],
      ["Data sets", 200 + 1],
    ]);
    expect(text).not.toContain("Left out");
  });

  it("link to the commits that were not fetched", () => {
    const text = textOf(drawDetails(aView({ drawn: { notes: aNotes({ totalCommits: 31 }) } })));
    expect(text).toContain(
      "• <https://github.com/acme/pymk/compare/1a2b3c4...4f2a9c1|and 30 more>",
    );
  });

  it("say of a release that no longer runs that it was live", () => {
    const view2 = aView({
      promotions: [
        aPromotion({ state: { kind: "live", since: NOW }, approvals: [anApproval({ by: RAJ })] }),
      ],
    });
    expect(textOf(drawDetails(view2).blocks)).toContain("• *production*, attempt 1: it was live;");
  });
});
