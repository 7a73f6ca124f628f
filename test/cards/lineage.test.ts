import { describe, expect, it } from "vitest";
import { drawLineage } from "../../src/cards/lineage.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import {
  aBuild,
  aDataset,
  aGateJudgement,
  anApproval,
  aPromotion,
  inState,
  NOW,
} from "../support/builders.ts";
import { at, header, section, textOf, withoutIds } from "./expected.ts";
import { aView, EVIDENCE } from "./views.ts";

describe("the lineage of a release", () => {
  it("is its chain from the commit to where it runs", () => {
    const view = aView({
      promotions: [
        aPromotion({ environment: "staging", state: { kind: "live", since: NOW } }),
        inState({ kind: "live", since: NOW }, { approvals: [anApproval()] }),
      ],
      drawn: {
        gates: {
          staging: aGateJudgement({ environment: "staging", live: null }),
          production: EVIDENCE,
        },
      },
    });
    const message = drawLineage(view);
    expect(checkMessage(message)).toEqual([]);
    expect(message.text).toBe("Lineage of model-pymk 2026.11.22-3");
    expect(withoutIds(message.blocks)).toEqual([
      header("Lineage of model-pymk 2026.11.22-3"),
      section(
        "*Commit* `4f2a9c1` Weigh recent edges more · dana@acme.test · main · acme/pymk",
        "*Artifact* registry.example/pymk:2026.11.22-3 · `sha256:9b2f64c01e7a5d…`",
        `*Run* <https://airflow.example/dags/train_pymk|train_pymk/2026-11-22> · reported by ci · started by new data · finished ${at("13:00")}`,
        `*Release* registered ${at("13:00")}`,
      ),
      section(
        "*Data sets*",
        "• *hive.pymk_edges* 2026-11-21 · 81,233,411 rows · was 2026-11-14 (+1,204,311 rows)",
      ),
      section(
        "*Who let it go where*",
        "• *staging*: it is live; no approval was needed",
        `• *production*: it was live; in place of 2026.11.15-1; approved by <@U024BE7LH> ${at("13:50")}`,
      ),
      section("*Runs* in *staging*"),
    ]);
  });

  it("says first what is not known, and that it runs nowhere", () => {
    const view = aView({ promotions: [], drawn: { build: aBuild({ datasets: [] }), gates: {} } });
    const nowhere = { ...view, state: { ...view.state, environments: {} } };
    const blocks = withoutIds(drawLineage(nowhere).blocks);
    expect(blocks[1]).toEqual(
      section(
        "⚠️ *Lineage incomplete* · 1 gap",
        "• *data sets*: none is reported, so nobody can say what the model was trained on",
      ),
    );
    expect(textOf(blocks.at(-1))).toBe("*Runs* nowhere");
  });

  it("says where all of its data is, where that is too much for an answer", () => {
    const datasets = Array.from({ length: 200 }, (_, index) =>
      aDataset({ name: `${index} of a name that takes some room, as names do` }),
    );
    const view = aView({ drawn: { build: aBuild({ datasets }) } });
    expect(textOf(drawLineage(view).blocks)).toMatch(
      /\nand \d+ more; Details on its card has them/,
    );
  });

  it("has replaced nothing, and was approved by nobody, while it waits", () => {
    expect(textOf(drawLineage(aView()).blocks)).toContain(
      "*Who let it go where*\n• *production*: it waits for approval\n",
    );
  });

  it("replaces nothing where it was judged against itself", () => {
    const view = aView({ promotions: [inState({ kind: "live", since: NOW })] });
    const gates = { production: aGateJudgement({ live: view.release.id }) };
    const itself = { ...view, release: { ...view.release, gates } };
    expect(textOf(drawLineage(itself).blocks)).not.toContain("in place of");
  });
});
