import { describe, expect, it } from "vitest";
import type { WatchView } from "../../src/cards/view.ts";
import { drawWatch } from "../../src/cards/watch.ts";
import type { PromotionState } from "../../src/core/promotion.ts";
import type { ComparisonSummary } from "../../src/core/verdict.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import {
  aComponentPolicy,
  anAssessment,
  anEnvironmentPolicy,
  anIncident,
  aWatchCheck,
  aWatchPolicy,
  inState,
  MINUTE,
  NOW,
} from "../support/builders.ts";
import {
  at,
  context,
  essence,
  header,
  preformatted,
  section,
  textOf,
  withoutIds,
} from "./expected.ts";
import { aView } from "./views.ts";

const CHART = { check: "a", file: "F0CHART0001", alt: "numbers", native: null };
const WATCHING: PromotionState = {
  kind: "watching",
  from: NOW - 5 * MINUTE,
  until: NOW + 25 * MINUTE,
  checks: [],
};
const pending = anAssessment({ verdict: "pending", sentence: "no limit has tripped" });

function aWatch(
  state: PromotionState = WATCHING,
  overrides: Partial<WatchView> & { readonly incident?: ReturnType<typeof anIncident> } = {},
): WatchView {
  const { incident = null, ...rest } = overrides;
  const promotion = inState(state, { incident });
  const { state: component, release, policy } = aView({ promotions: [promotion] });
  return {
    ...{ state: component, release, promotion, policy, now: NOW },
    measured: [pending],
    charts: [],
    notes: [],
    ...rest,
  };
}

function policyWith(watch: Parameters<typeof aWatchPolicy>[0]) {
  const production = anEnvironmentPolicy("production", { watch: aWatchPolicy(watch) });
  return aComponentPolicy({ environments: [production] });
}

describe("how a watch is doing", () => {
  it("says how long it still goes, and each check with its measurements", () => {
    const url = "https://prometheus.example/graph";
    const drawn = drawWatch(aWatch(WATCHING, { measured: [{ ...pending, url }] }));
    expect(withoutIds(drawn.blocks)).toEqual([
      header("👀 model-pymk 2026.11.22-3: being watched in production"),
      section(`Took traffic ${at("13:55")}. Its watch ends in 25 min.`),
      section("⏱️ Measuring: *prediction success rate*, no limit has tripped"),
      preformatted(
        "UTC       value  verdict",
        "13:57:00  0.981  pass",
        "13:58:00  0.942  fail",
        "13:59:00      –  no data",
      ),
      context(
        "*Until it trips* 1 of 3 failures in a row",
        "*Limit* `value &gt;= 0.97`",
        `*Query* \`sum(rate(predictions_total{model="pymk",outcome="ok"}[2m]))\` · <${url}|Open>`,
      ),
    ]);
    expect(checkMessage(drawn)).toEqual([]);
  });

  it("shows the charts, and the same without them where Slack does not take them", () => {
    const drawn = drawWatch(aWatch(WATCHING, { charts: [CHART] }));
    expect(withoutIds(drawn.blocks)[2]).toEqual({
      type: "image",
      slack_file: { id: "F0CHART0001" },
      alt_text: "numbers",
    });
    expect(drawn.instead).toEqual(drawWatch(aWatch()));
  });

  it("shows the worst check first, and what else there is to know", () => {
    const comparison: ComparisonSummary = {
      with: "stable",
      method: "sequential",
      ...{ observed: 0.94, expected: 0.98, since: null, points: 3, score: 14, limit: 12.5 },
      baseline: [],
    };
    const checks = [
      anAssessment({ check: "calm", verdict: "success" }),
      anAssessment({ check: "loud", sentence: "12 failures", condition: "", comparison }),
      ...["a", "b", "c", "d", "e"].map((check) => ({ ...pending, check, samples: [] })),
    ];
    const text = textOf(
      drawWatch(
        aWatch(WATCHING, {
          measured: checks,
          incident: anIncident({ sentence: "loud: 12 failures" }),
          notes: ["The chart could not be shown."],
        }),
      ).blocks,
    );
    expect(text).toContain(`❌ Wrong since ${at("13:59")}: loud: 12 failures`);
    expect(text.indexOf("*loud*")).toBeLessThan(text.indexOf("*a*"));
    expect(text).toContain("*Compared* with the version beside it: 0.94 against 0.98");
    expect(text).toContain("and 1 more check");
    expect(text).toContain("The chart could not be shown.");
  });

  it("names the checks while there is no measurement, and says when its time is over", () => {
    const until = NOW - MINUTE;
    const drawn = drawWatch(aWatch({ ...WATCHING, until }, { measured: [] }));
    expect(essence(drawn).status).toEqual([
      `Took traffic ${at("13:55")}. Its watch is over, and goes on until somebody decides.`,
      "⏱️ Measuring: *prediction success rate*",
    ]);
  });

  it("shows what was recorded where nothing can be measured", () => {
    const recorded = { ...WATCHING, checks: [anAssessment({ sentence: "as recorded" })] };
    expect(textOf(drawWatch(aWatch(recorded, { measured: null })).blocks)).toContain("as recorded");
    const none = drawWatch(aWatch(WATCHING, { measured: null, policy: null }));
    expect(essence(none).status).toHaveLength(1);
  });
});

describe("how what is not watched any more was doing", () => {
  const live: PromotionState = { kind: "live", since: NOW - 60 * MINUTE };

  it("says that it finished its watch, and whether it is still measured", () => {
    expect(essence(drawWatch(aWatch(live, { measured: null })))).toEqual({
      title: "✅ model-pymk 2026.11.22-3: live in production",
      status: [`Finished its watch ${at("13:00")}.`],
      buttons: [],
    });
    const guard = {
      ...{ every: 5 * MINUTE, window: 60 * MINUTE, checks: [aWatchCheck()], score: null },
      on: { failure: "ask", inconclusive: "ask", error: "ask" },
    } as const;
    const guarded = drawWatch(aWatch(live, { policy: policyWith({ guard }) }));
    expect(essence(guarded).status[1]).toBe("It is still measured: the last 1 h, every 5 min.");
    expect(textOf(drawWatch(aWatch(live, { policy: null })).blocks)).toContain(
      "live in production",
    );
  });

  it("says what became of it, with what went wrong then", () => {
    const failed: PromotionState = { kind: "failed", at: NOW, why: "no", known: true };
    const drawn = drawWatch(aWatch(failed, { measured: null, incident: anIncident() }));
    expect(essence(drawn)).toEqual({
      title: "📦 model-pymk 2026.11.22-3: was last watched in production",
      status: [
        "It is not watched any more: its promotion is failed.",
        `❌ Wrong since ${at("13:59")}: prediction success rate: 3 failures in a row (limit 3)`,
      ],
      buttons: [],
    });
    expect(textOf(drawn.blocks)).toContain("3 failures in a row");
  });

  it("is measured by nothing that is not configured", () => {
    const measured = [{ ...pending, check: "gone" }];
    const drawn = drawWatch(aWatch(WATCHING, { measured, policy: null }));
    expect(textOf(drawn.blocks)).toContain("*gone*");
  });
});
