import { describe, expect, it } from "vitest";
import { drawDigest } from "../../src/cards/digest.ts";
import type { PromotionState } from "../../src/core/promotion.ts";
import {
  ANA,
  aComponentPolicy,
  aComponentState,
  aFreeze,
  anEnvironmentState,
  aRelease,
  HOUR,
  inState,
  MINUTE,
  NOW,
} from "../support/builders.ts";
import { at, context, header, section, withoutIds } from "./expected.ts";

const OLD = "model-pymk@2026.11.15-1";

function digestOf(states: readonly PromotionState[], freeze = aFreeze({ until: 0 })) {
  const promotions = states.map((state, attempt) => inState(state, { attempt }));
  const state = aComponentState({
    releases: [aRelease({ promotions })],
    environments: [anEnvironmentState("production", { live: OLD })],
  });
  return drawDigest({
    components: [{ state, policy: aComponentPolicy() }],
    freeze,
    since: NOW - 2 * HOUR,
    now: NOW,
  });
}

const NOW_SECTION = section(
  "*Now*",
  "*model-pymk* · staging runs nothing of ours yet · production runs 2026.11.15-1",
);
const HINT = context("`/release` shows this at any time.");

describe("the daily summary", () => {
  it("says what happened, the latest first, and what runs now", () => {
    const { text, blocks } = digestOf([
      { kind: "live", since: NOW - HOUR },
      { kind: "rolled-back", at: NOW, to: OLD, trigger: "automatic" },
      { kind: "failed", at: NOW - 10 * MINUTE, why: "x", known: true },
      { kind: "rejected", by: ANA, at: NOW - 20 * MINUTE, reason: "no" },
      { kind: "live", since: NOW - 3 * HOUR },
      { kind: "expired", at: NOW },
    ]);
    expect(text).toBe("Daily summary: 1 went live, 1 rolled back, 1 failed, 1 rejected");
    expect(withoutIds(blocks)).toEqual([
      header("Daily summary: 1 went live, 1 rolled back, 1 failed, 1 rejected"),
      section(
        `*Since ${at("12:00")}*`,
        `↩️ *model-pymk* 2026.11.22-3 was rolled back in *production* ${at("14:00")}`,
        `❌ *model-pymk* 2026.11.22-3 failed in *production* ${at("13:50")}`,
        `🚫 *model-pymk* 2026.11.22-3 was rejected in *production* ${at("13:40")}`,
        `✅ *model-pymk* 2026.11.22-3 went live in *production* ${at("13:00")}`,
      ),
      NOW_SECTION,
      HINT,
    ]);
  });

  it("says that nothing happened", () => {
    expect(withoutIds(digestOf([]).blocks)).toEqual([
      header("Daily summary: nothing happened"),
      NOW_SECTION,
      HINT,
    ]);
  });

  it("begins with a freeze over everything", () => {
    expect(withoutIds(digestOf([], aFreeze()).blocks)[1]).toEqual(
      section(`❄️ Frozen until ${at("16:00")} by <@U0RAJ4X2P>: data centre maintenance`),
    );
  });

  it("shows no freeze where there is none", () => {
    const { blocks } = drawDigest({ components: [], freeze: null, since: 0, now: NOW });
    expect(withoutIds(blocks)).toEqual([header("Daily summary: nothing happened"), HINT]);
  });
});
