import { expect, it } from "vitest";
import { DEMO_WORKSPACE } from "../../../src/demo/demo-workspace.ts";
import { spokenText } from "../../../src/demo/page/spoken-text.ts";

it.each([
  ["*model-pymk 1*\n✅ Deployed to *staging*.", "model-pymk 1\n✅ Deployed to staging."],
  ["told <@U0ANA> and <!subteam^S0SRE>", "told @ana and @sre"],
  ["until <!date^1795372408^{time}|2026-11-22 18:33 UTC>", "until 2026-11-22 18:33 UTC"],
  ["<https://ci.example/1|the run> of `v_1`", "the run of v_1"],
  ["&lt;@U0ANA&gt; &amp;lt; 3", "<@U0ANA> &lt; 3"],
])("%s is said as %s", (text, spoken) => {
  expect(spokenText(text, DEMO_WORKSPACE)).toBe(spoken);
});

it("what is long is said in part", () => {
  expect(spokenText("x".repeat(1000), DEMO_WORKSPACE)).toHaveLength(300);
});
