import { describe, expect, it } from "vitest";
import { load, problemsOf, smallestWith } from "../support/configurations.ts";

function withRoutine(routine: string): string {
  return smallestWith("deploy: { use: run }", "deploy: { use: run }", `routine: ${routine}`);
}

const routineOf = (text: string) =>
  load(withRoutine(text)).policy.components["svc-feed"]?.environments[0]?.routine;

describe("a routine lane", () => {
  it("has a band for each metric, as a number or as a share of the live value", () => {
    expect(routineOf("{ band: { auc: 0.005, p95_ms: 10% }, sample: 2.5% }")).toEqual({
      band: {
        kind: "each",
        metrics: { auc: { unit: "value", most: 0.005 }, p95_ms: { unit: "share", most: 0.1 } },
      },
      sample: 0.025,
    });
  });

  it("has one share for all metrics, and samples a tenth where nothing else is said", () => {
    expect(routineOf("{ band: 2% }")).toEqual({
      band: { kind: "all", unit: "share", most: 0.02 },
      sample: 0.1,
    });
  });

  it.each(["0%", "100%"])("may sample %s", (sample) => {
    expect(problemsOf(withRoutine(`{ band: 2%, sample: ${sample} }`))).toEqual([]);
  });

  const place = "components.svc-feed.environments.production.routine";
  const BAND =
    "must be a share of the live value such as 2%, or a map of metrics, each with a number or a share";

  it.each([
    [
      "{ band: 2%, sample: 101% }",
      `13:38 ${place}.sample: must be a share from 0% to 100%, such as 10%`,
    ],
    [
      "{ band: 2%, sample: a tenth }",
      `13:38 ${place}.sample: must be a share from 0% to 100%, such as 10%`,
    ],
    ["{ band: 0.02 }", `13:26 ${place}.band: ${BAND}`],
    ["{ band: near }", `13:26 ${place}.band: ${BAND}`],
    ["{ band: [auc] }", `13:26 ${place}.band: ${BAND}`],
    ["{ band: {} }", `13:26 ${place}.band: must name a metric`],
    [
      "{ band: { auc: -1 } }",
      `13:33 ${place}.band.auc: must be a number that is not negative, or a share of the live value such as 2%`,
    ],
  ])("cannot be %s", (routine, problem) => {
    expect(problemsOf(withRoutine(routine))).toEqual([`slipway.yml:${problem}`]);
  });
});
