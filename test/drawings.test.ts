import { describe, expect, it } from "vitest";
import type { Incident } from "../src/core/promotion.ts";
import type { Release } from "../src/core/release.ts";
import { drawMessage } from "../src/drawings.ts";
import { essence } from "./cards/expected.ts";
import { aView } from "./cards/views.ts";
import { anIncident, aPromotion, NOW } from "./support/builders.ts";

const PROMOTION = "model-pymk@2026.11.22-3/production/1";
const FIRST = `alert:${PROMOTION}`;
const GUARDS = `alert:${PROMOTION}#1`;
const POSTED = { channel: "C1", ts: "1.1" };

/** What an announcement of a live release shows, by its key; null: nothing. */
async function drawn(
  key: string,
  incident: Incident | null,
  messages: Release["messages"] = { [FIRST]: POSTED },
) {
  const promotion = aPromotion({ state: { kind: "live", since: NOW }, incident });
  const view = aView({ promotions: [promotion], drawn: { messages } });
  const message = await drawMessage(key, view, async () => []);
  return message === null ? null : essence(message);
}

const guards = (overrides: Partial<Incident> = {}) =>
  anIncident({ phase: "guard", number: 1, ...overrides });

describe("the announcement of an incident", () => {
  it("is drawn while it is one, posted or not", async () => {
    expect(await drawn(GUARDS, guards(), {})).toMatchObject({
      title: "🚨 model-pymk 2026.11.22-3: failing in production",
      buttons: ["Override", "False alarm"],
    });
  });

  it("says that it is over when the watch has passed after all", async () => {
    expect(await drawn(FIRST, null)).toMatchObject({
      title: "✅ model-pymk 2026.11.22-3: live in production after all",
      buttons: [],
    });
  });

  it("says that it is over when it has recovered", async () => {
    const posted = { [GUARDS]: POSTED };
    expect(await drawn(GUARDS, guards({ closed: "recovered" }), posted)).toMatchObject({
      title: "✅ model-pymk 2026.11.22-3: good again in production",
    });
  });

  it("is not that of another incident", async () => {
    expect(await drawn(FIRST, guards())).toMatchObject({
      title: "✅ model-pymk 2026.11.22-3: live in production after all",
    });
  });

  it.each([
    ["it is over", GUARDS, guards({ closed: "recovered" })],
    ["it is another's", FIRST, guards()],
    ["there is none", FIRST, null],
  ])("that was never posted is not posted when %s", async (_when, key, incident) => {
    expect(await drawn(key, incident, {})).toBeNull();
  });

  it("of an unknown promotion shows nothing", async () => {
    expect(await drawn("alert:model-pymk@1/production/1", guards())).toBeNull();
  });
});
