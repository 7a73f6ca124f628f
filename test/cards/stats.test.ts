import { describe, expect, it } from "vitest";
import { drawStats } from "../../src/cards/stats.ts";
import type { ComponentStats, StatsView } from "../../src/cards/view.ts";
import { type DoraFigures, doraFigures } from "../../src/core/dora/figures.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import { NOW } from "../support/builders.ts";
import { at, header, section, textOf, withoutIds } from "./expected.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOTHING = doraFigures([]);

function several(count: number, median: number, nineInTen: number | null = null) {
  return { count, median, nineInTen };
}

const MANY: DoraFigures = {
  deployments: 12,
  changes: 14,
  failures: 2,
  leadTime: several(12, 3 * HOUR, 2 * DAY),
  unknownLeadTimes: 0,
  restore: several(2, 12 * MINUTE),
  approval: several(9, 40 * MINUTE),
};

function stats(
  component: string,
  figures: Partial<DoraFigures> = {},
  since = NOW - 30 * DAY,
): ComponentStats {
  return { component, environment: "production", figures: { ...MANY, ...figures }, since };
}

function draw(overrides: Partial<StatsView> = {}) {
  const message = drawStats({
    component: null,
    components: [],
    total: { figures: MANY, since: NOW - 30 * DAY },
    since: NOW - 30 * DAY,
    now: NOW,
    ...overrides,
  });
  expect(checkMessage(message)).toEqual([]);
  return message;
}

function one(figures: Partial<DoraFigures>, since?: number): string {
  return textOf(
    draw({ component: "svc-feed", components: [stats("svc-feed", figures, since)] }).blocks,
  );
}

/** The lines of the components, without their number and what the figures mean. */
function lines(...components: readonly ComponentStats[]): readonly string[] {
  return textOf(draw({ components }).blocks)
    .split("\n")
    .filter((text) => text.startsWith("•"));
}

describe("the statistics of everything", () => {
  it("have a line for all together and one for each component", () => {
    const { text, blocks } = draw({
      components: [stats("model-pymk"), stats("svc-feed", NOTHING)],
    });
    expect(text).toBe("Deliveries of the last 30 d");
    const figures =
      "deployed 12 times, 2.8 a week · lead time 3 h, 9 in 10 within 2 d · 14 % (2 of 14) failed · restored in 12 min (of 2 only) · approved in 40 min";
    expect(withoutIds(blocks).slice(0, 3)).toEqual([
      header("Deliveries of the last 30 d"),
      section(`*All 2 components together:* ${figures}`),
      section(
        "The largest share of failed changes first:",
        `• *model-pymk* in production: ${figures}`,
        "• *svc-feed* in production: nothing was deployed",
      ),
    ]);
    expect(textOf(blocks)).toContain("when a commit was made is not known");
    expect(textOf(blocks)).toContain("`/release COMPONENT stats 90d`");
  });

  it("have the largest share of failures first, and what was not deployed last", () => {
    const names = lines(
      stats("a-still", NOTHING),
      stats("b-good", { changes: 20, failures: 0 }),
      stats("c-one-of-two", { changes: 2, failures: 1 }),
      stats("d-two-of-four", { changes: 4, failures: 2 }),
      stats("f-good", { changes: 20, failures: 0 }),
      stats("e-good", { changes: 20, failures: 0 }),
    ).map((text) => /\*(.*)\*/.exec(text)?.[1]);
    expect(names).toEqual([
      "d-two-of-four",
      "c-one-of-two",
      "b-good",
      "e-good",
      "f-good",
      "a-still",
    ]);
  });

  it("say nothing of all together where there is one component", () => {
    expect(textOf(draw({ components: [stats("svc-feed")] }).blocks)).not.toContain("together");
  });

  it("say what is unknown of a component that only failed", () => {
    const figures = { ...NOTHING, changes: 2, failures: 2 };
    expect(lines(stats("svc-feed", figures))).toEqual([
      "• *svc-feed* in production: nothing was deployed · 2 of 2 failed · time to restore unknown",
    ]);
  });

  it("say since when a component is recorded that is newer than that", () => {
    const figures = { ...MANY, restore: null, failures: 0, approval: null, deployments: 1 };
    expect(lines(stats("svc-feed", figures, NOW - HOUR))).toEqual([
      `• *svc-feed* in production: deployed once · lead time 3 h, 9 in 10 within 2 d · none of 14 failed · recorded only since ${at("13:00")}`,
    ]);
  });

  it("say where components are configured", () => {
    expect(textOf(draw().blocks)).toContain("Components are configured in `slipway.yml`.");
  });
});

describe("the statistics of one component", () => {
  it("have a line for each figure", () => {
    const { text, blocks } = draw({ component: "svc-feed", components: [stats("svc-feed")] });
    expect(text).toBe("svc-feed: deliveries of the last 30 d");
    expect(withoutIds(blocks).slice(0, 2)).toEqual([
      header("svc-feed: deliveries of the last 30 d"),
      section(
        "*Deployed into production:* 12 times, 2.8 a week",
        "*Lead time:* 3 h, 9 in 10 within 2 d",
        "*Changes that failed:* 14 % (2 of 14)",
        "*Time to restore:* 12 min (of 2 only)",
        "*Time to approve:* 40 min",
      ),
    ]);
  });

  it("say of what nothing was deployed that nothing is known", () => {
    expect(one(NOTHING).split("\n").slice(1, 6)).toEqual([
      "*Deployed into production:* nothing was deployed",
      "*Lead time:* unknown: nothing was deployed",
      "*Changes that failed:* unknown: nothing was deployed",
      "*Time to restore:* unknown: no rollback has ended",
      "*Time to approve:* unknown: no approval was asked for and given",
    ]);
  });

  it.each<{ name: string; figures: Partial<DoraFigures>; since?: number; says: string }>([
    {
      name: "a rate for a day",
      figures: { deployments: 45 },
      says: "*Deployed into production:* 45 times, 1.5 a day",
    },
    {
      name: "no rate below one a week",
      figures: { deployments: 4 },
      says: "*Deployed into production:* 4 times\n",
    },
    {
      name: "no rate over less than the time that it names",
      figures: { deployments: 4 },
      since: NOW - HOUR,
      says: `*Deployed into production:* 4 times · recorded only since ${at("13:00")}`,
    },
    {
      name: "that no lead time is known",
      figures: { leadTime: null, unknownLeadTimes: 12 },
      says: "*Lead time:* unknown\n",
    },
    {
      name: "of how many the lead time is not known",
      figures: { unknownLeadTimes: 3 },
      says: "*Lead time:* 3 h, 9 in 10 within 2 d, unknown for 3",
    },
    {
      name: "few changes without a percentage",
      figures: { changes: 9, failures: 1 },
      says: "*Changes that failed:* 1 of 9",
    },
    {
      name: "little as little",
      figures: { changes: 1000, failures: 4 },
      says: "*Changes that failed:* under 1 % (4 of 1,000)",
    },
    {
      name: "that none failed",
      figures: { failures: 0 },
      says: "*Changes that failed:* none of 14",
    },
  ])("say $name", ({ figures, since, says }) => {
    expect(one(figures, since)).toContain(says);
  });

  it("say that it is not configured", () => {
    expect(textOf(draw({ component: "gone" }).blocks)).toContain(
      "gone is not configured, so it has no last environment.",
    );
  });
});
