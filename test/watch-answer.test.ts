import { describe, expect, it } from "vitest";
import type { Promotion, PromotionState } from "../src/core/promotion.ts";
import type { LookRequest } from "../src/effects/charts/watch-look.ts";
import { createWatchAnswer } from "../src/watch-answer.ts";
import { textOf } from "./cards/expected.ts";
import {
  aComponentPolicy,
  aComponentState,
  anAssessment,
  anEnvironmentState,
  anIncident,
  aRelease,
  inState,
  MINUTE,
  NOW,
} from "./support/builders.ts";
import { emptyPolicy } from "./support/effect-states.ts";
import { fakeChartDesk } from "./support/fake-chart-desk.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { createFakeStateReader } from "./support/fake-state-reader.ts";

const component = "model-pymk";
const WATCHING: PromotionState = {
  kind: "watching",
  from: NOW - 5 * MINUTE,
  until: NOW + 25 * MINUTE,
  checks: [],
};
const LIVE: PromotionState = { kind: "live", since: NOW - 60 * MINUTE };
const ROLLED_BACK: PromotionState = {
  kind: "rolled-back",
  at: NOW,
  to: "model-pymk@1",
  trigger: "automatic",
};

async function ask(
  promotion: Promotion | null,
  options: { readonly environment?: string; readonly refuses?: boolean } = {},
) {
  const release = aRelease({ promotions: promotion === null ? [] : [promotion] });
  const isLive = promotion?.state.kind === "live";
  const isActive = promotion?.state.kind === "watching";
  const state = aComponentState({
    releases: [release],
    environments: [
      anEnvironmentState("production", {
        live: isLive ? release.id : null,
        active: isActive ? (promotion?.id ?? null) : null,
      }),
    ],
  });
  const asked: LookRequest[] = [];
  const charts = fakeChartDesk({ refuses: options.refuses ?? false });
  const answer = createWatchAnswer({
    state: createFakeStateReader(
      state,
      emptyPolicy({ components: { [component]: aComponentPolicy() } }),
    ),
    look: {
      look: async (request) => {
        asked.push(request);
        const assessment = anAssessment({ verdict: "pending", sentence: "no limit has tripped" });
        return [{ assessment, series: null }];
      },
    },
    charts,
    clock: createFakeClock(NOW),
  });
  const message = await answer({ component, environment: options.environment ?? null });
  return { text: `${message.text}\n${textOf(message.blocks)}`, asked, drawn: charts.shown.length };
}

describe("/release COMPONENT watch", () => {
  it("measures what is watched at that moment, and draws it", async () => {
    const { text, asked, drawn } = await ask(inState(WATCHING, { incident: null }));
    expect(text).toContain("being watched in production");
    expect(text).toContain("no limit has tripped");
    expect(asked[0]?.window).toMatchObject({ from: NOW - 5 * MINUTE, to: NOW });
    expect(drawn).toBe(1);
  });

  it("says so where the picture could not be shown", async () => {
    const { text } = await ask(inState(WATCHING, { incident: null }), { refuses: true });
    expect(text).toContain("The chart could not be shown: /readyz says why.");
  });

  it("measures nothing of what is live and not guarded", async () => {
    const { text, asked } = await ask(inState(LIVE, { incident: null }));
    expect(text).toContain("live in production");
    expect(text).toContain("Nothing is measured at present");
    expect(asked).toEqual([]);
  });

  it("shows what went wrong in what was watched last", async () => {
    const { text } = await ask(inState(ROLLED_BACK, { incident: anIncident() }));
    expect(text).toContain("was last watched in production");
    expect(text).toContain("3 failures in a row (limit 3)");
  });

  it("says where there is nothing, and which environments there are", async () => {
    expect((await ask(null)).text).toContain(
      "Nothing of model-pymk is watched, and nothing has been.",
    );
    expect((await ask(null, { environment: "production" })).text).toContain(
      "is watched in production, and nothing has been.",
    );
    expect((await ask(null, { environment: "moon" })).text).toContain(
      "model-pymk has no environment “moon”: it has staging, production.",
    );
  });
});
