import { describe, expect, it } from "vitest";
import { drawOverview } from "../../src/cards/overview.ts";
import type { ComponentView } from "../../src/cards/view.ts";
import type { Promotion } from "../../src/core/promotion.ts";
import {
  aComponentPolicy,
  aComponentState,
  aFreeze,
  aHold,
  anEnvironmentPolicy,
  anEnvironmentState,
  anIncident,
  anOperation,
  aPromotion,
  aRelease,
  HOUR,
  inState,
  NOW,
} from "../support/builders.ts";
import { at, context, header, section, textOf, withoutIds } from "./expected.ts";

function aComponent(
  component: string,
  promotions: readonly Promotion[] = [],
  overrides: Parameters<typeof aComponentState>[0] = {},
): ComponentView {
  const id = `${component}@2026.11.22-3`;
  const release = aRelease({
    id,
    promotions: promotions.map((promotion) => ({ ...promotion, release: id })),
  });
  return {
    state: aComponentState({ component, releases: [release], ...overrides }),
    policy: aComponentPolicy({ name: component }),
  };
}

const EMPTY = "staging runs nothing of ours yet · production runs nothing of ours yet";
const HINT = context("`/release COMPONENT` shows its newest card, `/release help` all commands.");
const FAILING = inState(
  { kind: "watching", from: NOW, until: NOW + HOUR, checks: [] },
  { incident: anIncident() },
);

describe("the overview", () => {
  it("shows what runs where and what goes on, the most urgent first", () => {
    const { text, blocks } = drawOverview({
      components: [
        aComponent("a-quiet", [], {
          environments: [anEnvironmentState("staging", { live: "a-quiet@7" })],
        }),
        aComponent("b-moving", [inState({ kind: "deploying", operation: anOperation() })]),
        aComponent("c-waiting", [aPromotion()]),
        aComponent("d-failing", [FAILING, inState({ kind: "rolling-back", since: NOW, to: "x" })]),
      ],
      freeze: null,
      now: NOW,
    });
    expect(text).toBe("🚨 2 incidents in 4 components");
    expect(withoutIds(blocks)).toEqual([
      header("🚨 2 incidents in 4 components"),
      section(
        `*d-failing* · ${EMPTY}`,
        "🚨 Incident: 2026.11.22-3 is being watched in *production*",
        "🚨 Incident: 2026.11.22-3 is being rolled back in *production*",
      ),
      section(
        `*c-waiting* · ${EMPTY}`,
        "⏳ Waiting: 2026.11.22-3 waits for approval in *production*",
      ),
      section(
        `*b-moving* · ${EMPTY}`,
        "🚀 Under way: 2026.11.22-3 is being deployed in *production*",
      ),
      section("*a-quiet* · staging runs 7 · production runs nothing of ours yet"),
      HINT,
    ]);
  });

  it("shows what is frozen and held", () => {
    const { blocks } = drawOverview({
      components: [
        aComponent("svc-feed", [], {
          freeze: aFreeze({ reason: "audit" }),
          holds: [aHold({ environment: null })],
        }),
      ],
      freeze: aFreeze(),
      now: NOW,
    });
    expect(withoutIds(blocks)).toEqual([
      header("1 component, nothing waits for you"),
      section(`❄️ Frozen until ${at("16:00")} by <@U0RAJ4X2P>: data centre maintenance`),
      section(
        `*svc-feed* · ${EMPTY}`,
        `❄️ Frozen until ${at("16:00")} by <@U0RAJ4X2P>: audit`,
        `🔒 Held everywhere by <@U024BE7LH> ${at("13:00")}: the feature store is being moved`,
      ),
      HINT,
    ]);
  });

  it("counts a failed promotion as an incident, as long as nothing newer was tried", () => {
    const failed = inState({ kind: "failed", at: NOW, why: "x", known: true });
    const later = aPromotion({ requestedAt: NOW, state: { kind: "live", since: NOW } });
    const titleOf = (...promotions: readonly Promotion[]) =>
      drawOverview({ components: [aComponent("a", promotions)], freeze: null, now: NOW }).text;
    expect(titleOf(failed)).toBe("🚨 1 incident in 1 component");
    expect(titleOf(later, failed)).toBe("1 component, nothing waits for you");
  });

  it("counts the approvals that are needed", () => {
    const components = [aComponent("a", [aPromotion()]), aComponent("b")];
    expect(drawOverview({ components, freeze: aFreeze({ until: NOW }), now: NOW }).text).toBe(
      "⏳ 2 components, 1 approval needed",
    );
  });

  it("says where components come from when there are none", () => {
    expect(withoutIds(drawOverview({ components: [], freeze: null, now: NOW }).blocks)).toEqual([
      header("0 components, nothing waits for you"),
      context("Components are configured in `slipway.yml`."),
    ]);
  });

  it("orders equals by their name, and counts those that it does not show", () => {
    const components = Array.from({ length: 42 }, (_, index) => aComponent(`c${99 - index}`));
    const text = textOf(drawOverview({ components, freeze: null, now: NOW }).blocks);
    expect(text).toContain(`*c58* · ${EMPTY}\n*c59*`);
    expect(text).toContain("and 2 more components");
  });

  it("shortens what a component has too much of", () => {
    const busy = aComponent(
      "busy",
      Array.from({ length: 6 }, () => aPromotion()),
    );
    const environments = Array.from({ length: 6 }, (_, index) => anEnvironmentPolicy(`e${index}`));
    const components = [{ ...busy, policy: aComponentPolicy({ environments }) }];
    const text = textOf(drawOverview({ components, freeze: null, now: NOW }).blocks);
    expect(text).toContain("e3 runs nothing of ours yet · and 2 more\n");
    expect(text).toContain("and 2 more lines");
  });
});
