import { describe, expect, it } from "vitest";
import { drawSimulation } from "../../src/cards/simulation.ts";
import type { Simulation } from "../../src/core/simulate.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import { ANA, aGateResult, aRelease, NOW } from "../support/builders.ts";
import { context, header, section, withoutIds } from "./expected.ts";

const SIMULATION: Simulation = {
  component: "model-pymk",
  environment: "production",
  at: NOW,
  release: aRelease(),
  registers: null,
  live: "2026.11.15-1",
  gates: [aGateResult()],
  approval: [],
  excluded: [],
  blockers: [{ kind: "held", reason: "<!channel> stop", by: ANA }],
  until: null,
  next: { kind: "deploys", byItself: true },
};

describe("a simulation in Slack", () => {
  it("says what would happen, and that nothing has", () => {
    const message = drawSimulation(SIMULATION);
    expect(checkMessage(message)).toEqual([]);
    expect(message.text).toBe("🧪 model-pymk 2026.11.22-3 into production: simulated");
    expect(withoutIds(message.blocks)).toEqual([
      header("🧪 model-pymk 2026.11.22-3 into production: simulated"),
      section(
        "*model-pymk 2026.11.22-3 into production, as of 2026-11-22 14:00 UTC*",
        "• The newest release that is recorded; its build ended with success.",
        "• Next: it is deployed by itself.",
      ),
      section(
        "*Gates: compared with 2026.11.15-1, live there*",
        "• pass: AUC at least 0.80: metrics.auc is 0.8132 (&gt;= 0.8, live 0.8101)",
      ),
      section("*Who could approve*", "• nobody is asked: it deploys by itself once its gates pass"),
      section("*What would keep it waiting*", "• held: &lt;!channel&gt; stop (Ana)"),
      context("A dry run on what is recorded: nothing was changed."),
    ]);
  });
});
