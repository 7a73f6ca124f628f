import { describe, expect, it } from "vitest";
import type { DoraFact } from "../../../src/core/dora/dora-fact.ts";
import { doraFigures } from "../../../src/core/dora/figures.ts";
import { MINUTE } from "../../support/policies.ts";

const environment = "production";

function deployed(promotion: string, minutes: number | null = 10): DoraFact {
  const leadTime = minutes === null ? null : minutes * MINUTE;
  return { kind: "deployed", environment, promotion, leadTime };
}

function failed(promotion: string): DoraFact {
  return { kind: "failed", environment, promotion };
}

function alarm(promotion: string, counted: boolean): DoraFact {
  return { kind: "false-alarm", environment, promotion, counted };
}

describe("the figures of DORA", () => {
  it("are unknown where nothing happened", () => {
    expect(doraFigures([])).toEqual({
      deployments: 0,
      changes: 0,
      failures: 0,
      leadTime: null,
      unknownLeadTimes: 0,
      restore: null,
      approval: null,
    });
  });

  it("are medians, and the number of them", () => {
    const figures = doraFigures([
      { kind: "approved", environment, promotion: "1", took: MINUTE },
      deployed("1", 10),
      deployed("2", 50),
      deployed("3", null),
      failed("2"),
      { kind: "restored", environment, took: 3 * MINUTE },
    ]);
    expect(figures).toEqual({
      deployments: 3,
      changes: 3,
      failures: 1,
      leadTime: { count: 2, median: 30 * MINUTE, nineInTen: null },
      unknownLeadTimes: 1,
      restore: { count: 1, median: 3 * MINUTE, nineInTen: null },
      approval: { count: 1, median: MINUTE, nineInTen: null },
    });
  });

  it("have a 90th percentile from ten on: the smallest that nine in ten do not exceed", () => {
    const of = (count: number) =>
      doraFigures(Array.from({ length: count }, (_, index) => deployed(`${index}`, count - index)))
        .leadTime?.nineInTen;
    expect([of(9), of(10), of(11), of(20)]).toEqual([null, 9 * MINUTE, 10 * MINUTE, 18 * MINUTE]);
  });

  it.each([
    { name: "live, and failed later", facts: [deployed("1"), failed("1")], comes: [1, 1] },
    { name: "live before this time, and failed in it", facts: [failed("1")], comes: [1, 1] },
    { name: "one that failed and another", facts: [failed("1"), deployed("2")], comes: [2, 1] },
    { name: "a false alarm", facts: [failed("1"), alarm("1", true)], comes: [1, 0] },
    {
      name: "a false alarm before it failed by something else",
      facts: [alarm("1", false), failed("1")],
      comes: [1, 1],
    },
    { name: "a false alarm and nothing else", facts: [alarm("1", true)], comes: [0, 0] },
  ])("count changes and failures of $name", ({ facts, comes }) => {
    const { changes, failures } = doraFigures(facts);
    expect([changes, failures]).toEqual(comes);
  });
});
