import { describe, expect, it } from "vitest";
import { type AuditEntry, type AuditView, drawAudit } from "../../src/cards/audit.ts";
import { SLIPWAY } from "../../src/core/actor.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import { aRelease, NOW } from "../support/builders.ts";
import { at, header, section, textOf, withoutIds } from "./expected.ts";

const LEA = { kind: "person", id: "U0LEA", name: "lea" } as const;
const CI = { kind: "system", name: "ci" } as const;
const HEAD = "3f".repeat(32);
const PROMOTION = "model-pymk@1.2.0/production/1";
const WHOLE = { kind: "whole", events: 3, head: HEAD, exported: 0 } as const;

function entry(version: number, event: AuditEntry["event"], by: AuditEntry["by"] = SLIPWAY) {
  return { version, at: NOW, by, event };
}

const ENTRIES: readonly AuditEntry[] = [
  entry(3, { type: "PromotionRejected", promotion: PROMOTION, reason: "not <!here> today" }, LEA),
  entry(2, {
    type: "PromotionFailed",
    promotion: PROMOTION,
    why: "exit 1",
    known: true,
    incident: null,
  }),
  entry(1, { type: "CardWithheld", release: "model-pymk@1.2.0" }, CI),
];

function draw(overrides: Partial<AuditView> = {}) {
  const view = { component: "model-pymk", entries: ENTRIES, chain: WHOLE, older: null };
  const message = drawAudit({ ...view, ...overrides });
  expect(checkMessage(message)).toEqual([]);
  return message;
}

describe("the record of a component", () => {
  it("says what was recorded, when, and by whom, and that nobody has changed it", () => {
    const message = draw();
    expect(message.text).toBe("Record of model-pymk");
    expect(withoutIds(message.blocks)).toEqual([
      header("Record of model-pymk"),
      expect.objectContaining({ type: "context" }),
      section(
        "The newest first:",
        `• 3 · ${at("14:00")} · <@U0LEA> · *promotion rejected* · ${PROMOTION} · “not &lt;!here&gt; today”`,
        `• 2 · ${at("14:00")} · Slipway · *promotion failed* · ${PROMOTION} · “exit 1”`,
        `• 1 · ${at("14:00")} · ci · *card withheld* · model-pymk@1.2.0`,
      ),
      expect.objectContaining({ type: "context" }),
    ]);
    expect(textOf(message.blocks)).toContain(
      "✅ The hash chain is whole: 3 events, the last one `3f3f3f3f3f3f`.",
    );
    expect(textOf(message.blocks)).toContain("There are no earlier ones.");
  });

  it.each<[AuditEntry["event"], string]>([
    [{ type: "ReleaseRestored", release: aRelease({ id: "m@1" }) }, "*release restored* · m@1"],
    [
      { type: "RolledBack", environment: "production", rollback: "r1" },
      "*rolled back* · production",
    ],
    [{ type: "HoldLifted", environment: null }, "*hold lifted*"],
    [{ type: "FreezeLifted" }, "*freeze lifted*"],
  ])("names what %j is about", (event, words) => {
    const text = textOf(draw({ entries: [entry(1, event)] }).blocks);
    expect(text.split("\n").find((line) => line.startsWith("• "))).toBe(
      `• 1 · ${at("14:00")} · Slipway · ${words}`,
    );
  });

  it("says how to see what was before, and what is not kept here", () => {
    const older = "/release audit model-pymk before 3";
    const text = textOf(draw({ older, chain: { ...WHOLE, exported: 7 } }).blocks);
    expect(text).toContain(`Earlier ones: \`${older}\``);
    expect(text).toContain("; those up to number 7 were exported before.");
  });

  it("says first that it is broken, and goes on to show what there is", () => {
    const sentence = "entry 2 of component/model-pymk is not what was written";
    const text = textOf(draw({ chain: { kind: "broken", sentence } }).blocks);
    expect(text).toContain(`❌ *The hash chain is broken*: ${sentence}. Whoever runs Slipway`);
    expect(text).toContain("*promotion rejected*");
  });

  it("says that there is none yet", () => {
    const text = textOf(draw({ entries: [], chain: { ...WHOLE, events: 0 } }).blocks);
    expect(text).toContain("Nothing has been recorded of it yet.");
    expect(text).not.toContain("earlier");
  });

  it("is as short as Slack wants it, whatever is in it", () => {
    const long = "<&>".repeat(900);
    const entries = Array.from({ length: 60 }, (_none, index) =>
      entry(index, { type: "PromotionCancelled", promotion: long, reason: long }, LEA),
    );
    draw({ component: long, entries, older: long, chain: { kind: "broken", sentence: long } });
  });
});
