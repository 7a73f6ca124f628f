import { describe, expect, it } from "vitest";
import { drawAlert } from "../../src/cards/alert-card.ts";
import { drawHistory } from "../../src/cards/history.ts";
import { drawOverview } from "../../src/cards/overview.ts";
import { drawReleaseCard } from "../../src/cards/release-card.ts";
import type { EnvironmentState } from "../../src/core/component.ts";
import type { Closing, Confirmation, ConfirmationOutcome, Guard } from "../../src/core/guard.ts";
import type { Offer } from "../../src/core/offer.ts";
import type { ComponentPolicy } from "../../src/core/policy.ts";
import type { Incident, Promotion } from "../../src/core/promotion.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import {
  ANA,
  aComponentPolicy,
  aComponentState,
  anAssessment,
  anEnvironmentPolicy,
  anEnvironmentState,
  anIncident,
  aRelease,
  aWatchCheck,
  aWatchPolicy,
  HOUR,
  inState,
  MINUTE,
  NOW,
} from "../support/builders.ts";
import { aGuard } from "../support/policies.ts";
import { at, essence, textOf } from "./expected.ts";
import { aView, CHAMPION } from "./views.ts";

/** What cards say of a release after its first watch. */

const ID = "model-pymk@2026.11.22-3";
const HERE: Partial<EnvironmentState> = { live: ID, serving: ID, good: [CHAMPION.id] };

const GUARD: Guard = { since: NOW - HOUR, deployedAt: NOW - HOUR, checks: [], unsureSince: null };

function awaiting(outcome: ConfirmationOutcome | null): Confirmation {
  return { from: NOW + HOUR, until: NOW + 2 * HOUR, checks: [], outcome };
}

const live = (overrides: Partial<Promotion> = {}) =>
  inState({ kind: "live", since: NOW - HOUR }, overrides);

type OfferKind = Exclude<Offer["kind"], "approve">;
const offers = (...kinds: readonly OfferKind[]): readonly Offer[] =>
  kinds.map((kind) => ({ kind, environment: "production" }));

function guardedPolicy(): ComponentPolicy {
  const guard = aGuard({ checks: [aWatchCheck()] });
  const watch = aWatchPolicy({ guard });
  return aComponentPolicy({ environments: [anEnvironmentPolicy("production", { watch })] });
}

function viewOf(promotion: Promotion, production = HERE) {
  const view = aView({ promotions: [promotion], policy: guardedPolicy() });
  const state = aComponentState({
    releases: [CHAMPION, aRelease({ promotions: [promotion] })],
    environments: [anEnvironmentState("production", production)],
  });
  return { ...view, state };
}

const guardIncident = (overrides: Partial<Incident> = {}) =>
  anIncident({ phase: "guard", number: 1, ...overrides });

describe("the card of a live release", () => {
  const statusOf = (promotion: Promotion, production = HERE) =>
    essence(drawReleaseCard(viewOf(promotion, production))).status;
  const since = `Live since ${at("13:00")}.`;

  it("says that it is guarded, and how often it is measured", () => {
    expect(statusOf(live({ guard: GUARD }))).toEqual([
      since,
      `🛡️ Guarded since ${at("13:00")}: measured every 5 min.`,
    ]);
    expect(statusOf(live({ guard: null }))).toEqual([since]);
  });

  it.each([
    ["of the component", null],
    ["of the environment", aComponentPolicy({ environments: [] })],
  ])("says no more than that where the configuration %s is gone", (_what, policy) => {
    const view = { ...viewOf(live({ guard: GUARD })), policy };
    expect(essence(drawReleaseCard(view)).status).toContain(`🛡️ Guarded since ${at("13:00")}.`);
  });

  it.each<readonly [string, ConfirmationOutcome | null, string]>([
    [
      "good provisionally",
      null,
      `⏳ Good provisionally until ${at("16:00")}: what comes later is measured from ${at("15:00")} on.`,
    ],
    ["confirmed", { kind: "confirmed", at: NOW }, `✅ Confirmed ${at("14:00")}.`],
    [
      "revoked",
      { kind: "revoked", at: NOW, why: "recall: 0.61" },
      `🚨 Revoked ${at("14:00")}, and never returned to again: recall: 0.61`,
    ],
    [
      "kept without a confirmation",
      { kind: "kept", at: NOW },
      `⚠️ Not confirmed by ${at("16:00")}, and kept by a person.`,
    ],
    [
      "never confirmed",
      { kind: "dropped", at: NOW, why: "it was rolled back" },
      "❔ Never confirmed: it was rolled back",
    ],
  ])("says that it is %s, also when it has been replaced", (_what, outcome, line) => {
    const promotion = live({ confirmation: awaiting(outcome) });
    expect(statusOf(promotion)).toEqual([since, line]);
    expect(statusOf(promotion, { live: CHAMPION.id, serving: CHAMPION.id })).toEqual([
      `It was live from ${at("13:00")}; now 2026.11.15-1 is.`,
      line,
    ]);
  });

  it("that fails says so first, with what is asked and what its guard sees now", () => {
    const failing = live({
      guard: { ...GUARD, checks: [anAssessment()] },
      incident: guardIncident(),
    });
    const view = { ...viewOf(failing), offers: offers("override", "rollback") };
    const card = drawReleaseCard(view);
    expect(essence(card)).toEqual({
      title: "🚨 model-pymk 2026.11.22-3: failing in production",
      status: [
        "*Asked of you:* Roll back, or override to keep it.",
        "❌ Failing: *prediction success rate*, 3 failures in a row (limit 3)",
        `Known since ${at("13:59")}.`,
        since,
        `🛡️ Guarded since ${at("13:00")}: measured every 5 min.`,
      ],
      buttons: ["Roll back", "Override", "Details"],
    });
    expect(checkMessage(card)).toEqual([]);
  });

  it.each<readonly [Partial<Incident>, string]>([
    [
      { kind: "undecided" },
      "❓ model-pymk 2026.11.22-3: live in production, and nobody can say how it is",
    ],
    [
      { kind: "no-target" },
      "🚨 model-pymk 2026.11.22-3: failing in production, nothing to return to",
    ],
    [{ phase: "confirmation" }, "🚨 model-pymk 2026.11.22-3: revoked in production"],
    [
      { phase: "confirmation", kind: "undecided" },
      "❓ model-pymk 2026.11.22-3: not confirmed in production",
    ],
    [{ closed: "kept" }, "✅ model-pymk 2026.11.22-3: live in production"],
  ])("%o has its own title", (overrides, title) => {
    const card = drawReleaseCard(viewOf(live({ incident: guardIncident(overrides) })));
    expect(essence(card).title).toBe(title);
  });

  it("comes before what waits elsewhere while it fails", () => {
    const failing = live({ incident: guardIncident() });
    const waiting = inState(
      { kind: "awaiting-approval", since: NOW, expiresAt: null },
      { id: `${ID}/canary/1`, environment: "canary" },
    );
    const view = viewOf(failing);
    const release = { ...view.release, promotions: [failing, waiting] };
    expect(essence(drawReleaseCard({ ...view, release })).title).toContain("failing in production");
  });
});

describe("the announcement of what is live", () => {
  const alertOf = (promotion: Promotion, ...kinds: readonly OfferKind[]) =>
    drawAlert({ ...viewOf(promotion), promotion, offers: offers(...kinds), told: [] });

  it("asks, offers the ways out, and to say that there is no breach", () => {
    const failing = live({ incident: guardIncident(), confirmation: awaiting(null) });
    const alert = alertOf(failing, "rollback", "override", "falseAlarm", "stop");
    expect(essence(alert)).toEqual({
      title: "🚨 model-pymk 2026.11.22-3: failing in production",
      status: [
        "*Asked of you:* Roll back, or override to keep it.",
        `❌ Wrong since ${at("13:59")}: prediction success rate: 3 failures in a row (limit 3)`,
        "*production* runs this release.",
        `⏳ Good provisionally until ${at("16:00")}: what comes later is measured from ${at("15:00")} on.`,
        "Slipway changes nothing until somebody decides. It goes on being measured.",
      ],
      buttons: ["Roll back", "Override", "False alarm"],
    });
    // The samples are judged by the condition of the guard.
    expect(textOf(alert.blocks)).toContain("fail");
    expect(checkMessage(alert)).toEqual([]);
  });

  it("that nobody can measure says that it is over by itself", () => {
    const unsure = live({ incident: guardIncident({ kind: "undecided" }) });
    expect(essence(alertOf(unsure, "override")).status).toContain(
      "It is over by itself when it can be measured again, and is good.",
    );
  });

  it("that is only announced asks for nothing", () => {
    const told = live({ incident: guardIncident({ action: "announce" }) });
    expect(essence(alertOf(told)).status).toContain(
      "It is only announced. It goes on being measured.",
    );
  });

  it.each<readonly [Closing, string]>([
    ["recovered", "✅ model-pymk 2026.11.22-3: good again in production"],
    ["replaced", "📦 model-pymk 2026.11.22-3: replaced in production"],
    ["dropped", "📦 model-pymk 2026.11.22-3: no longer measured in production"],
    ["kept", "⚠️ model-pymk 2026.11.22-3: kept in production by override"],
  ])("that is over (%s) says so, and asks nobody", (closed, title) => {
    const over = live({
      incident: guardIncident({ closed }),
      overridden: closed === "kept" ? { by: ANA, at: NOW, reason: "logs are clean" } : null,
    });
    const alert = alertOf(over, "rollback", "falseAlarm");
    expect(essence(alert)).toMatchObject({ title, buttons: ["False alarm"] });
  });

  it("that was called a false alarm says by whom", () => {
    const falseAlarm = { by: ANA, at: NOW, reason: "the scrape job was moved", check: null };
    const labelled = live({ incident: guardIncident({ falseAlarm }) });
    expect(textOf(alertOf(labelled).blocks)).toContain(
      `called a false alarm by <@U024BE7LH> ${at("14:00")}: the scrape job was moved`,
    );
  });
});

describe("one line about a release", () => {
  const historyLine = (promotion: Promotion, production: Partial<EnvironmentState>) => {
    const release = aRelease({ promotions: [promotion] });
    const state = aComponentState({
      releases: [release],
      environments: [anEnvironmentState("production", production)],
    });
    const view = { state, policy: null, releases: [release], older: null, charts: [], now: NOW };
    return textOf(drawHistory(view).blocks);
  };

  it.each<readonly [ConfirmationOutcome | null, string]>([
    [null, "good provisionally"],
    [{ kind: "confirmed", at: NOW }, "confirmed"],
    [{ kind: "revoked", at: NOW, why: "x" }, "revoked"],
    [{ kind: "kept", at: NOW }, "never confirmed"],
    [{ kind: "dropped", at: NOW, why: "x" }, "never confirmed"],
  ])("%o says how far it is proven", (outcome, words) => {
    const promotion = live({ confirmation: awaiting(outcome) });
    expect(historyLine(promotion, HERE)).toContain(`runs in production, ${words}`);
    expect(historyLine(promotion, { live: CHAMPION.id })).toContain(
      `was live, ${words} in production`,
    );
  });

  it("says no such thing of what is still watched, or needs no proof", () => {
    const watching = inState({ kind: "watching", from: NOW, until: NOW, checks: [] });
    expect(historyLine(watching, HERE)).toContain("runs in production ·");
    expect(historyLine(live(), HERE)).toContain("runs in production ·");
  });

  it("counts what fails while it is live among the incidents", () => {
    const release = aRelease({ promotions: [live({ incident: guardIncident() })] });
    const state = aComponentState({
      releases: [release],
      environments: [anEnvironmentState("production", HERE)],
    });
    const components = [{ state, policy: guardedPolicy() }];
    const { text } = drawOverview({ components, freeze: null, now: NOW + MINUTE });
    expect(text).toBe("🚨 1 incident in 1 component");
  });
});
