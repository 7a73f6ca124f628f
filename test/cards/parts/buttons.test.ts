import { describe, expect, it } from "vitest";
import { parseButtonValue } from "../../../src/cards/ids.ts";
import type { Block } from "../../../src/cards/message.ts";
import { buttonPart } from "../../../src/cards/parts/buttons.ts";
import type { Offer } from "../../../src/core/offer.ts";
import { aRelease } from "../../support/builders.ts";
import { context, textOf } from "../expected.ts";

interface Shown {
  readonly type: string;
  readonly style?: string;
  readonly value: string;
  readonly text: { readonly text: string };
}

function drawn(
  offers: readonly Offer[],
  overrides: Partial<Parameters<typeof buttonPart>[0]> = {},
): readonly Block[] {
  const input = {
    component: "model-pymk",
    release: aRelease(),
    offers,
    environment: "production",
    details: true,
    ...overrides,
  };
  return buttonPart(input).forms[0] ?? [];
}

/** `label (style)` of each button, row by row. */
function rows(blocks: readonly Block[]): readonly (readonly string[])[] {
  return blocks
    .filter(({ type }) => type === "actions")
    .map(({ elements }) =>
      (elements as readonly Shown[]).map(
        ({ text, style }) => `${text.text}${style === undefined ? "" : ` (${style})`}`,
      ),
    );
}

const offer = (kind: Exclude<Offer["kind"], "approve">, environment = "production"): Offer => ({
  kind,
  environment,
});

describe("buttons", () => {
  it("are in one order, with one primary, and red where something is taken back", () => {
    const offers = (["stop", "override", "rollback", "reject", "retry", "promote"] as const).map(
      (kind) => offer(kind),
    );
    const approve: Offer = { kind: "approve", environment: "production", digest: "c0ffee" };
    expect(rows(drawn([...offers, approve]))).toEqual([
      [
        "Approve (primary)",
        "Promote to production",
        "Retry",
        "Reject (danger)",
        "Roll back (danger)",
        "Override",
        "Stop",
        "Details",
      ],
    ]);
  });

  it("of several environments are in rows of their own, those of the title first", () => {
    const blocks = drawn([offer("rollback", "staging"), offer("rollback"), offer("promote")]);
    expect(rows(blocks)).toEqual([
      ["Promote to production (primary)", "Roll back (danger)", "Details"],
      ["Roll back (danger)"],
    ]);
    expect(blocks.map(({ type }) => type)).toEqual(["context", "actions", "context", "actions"]);
    expect(blocks[0]).toEqual(context("In *production*:"));
    expect(blocks[2]).toEqual(context("In *staging*:"));
  });

  it("name their environment where the title is about another", () => {
    const blocks = drawn([offer("rollback", "staging")]);
    expect(blocks[0]).toEqual(context("In *staging*:"));
  });

  it("that name their environment need no heading", () => {
    const blocks = drawn([offer("promote", "production")], { environment: "staging" });
    expect(blocks.map(({ type }) => type)).toEqual(["actions"]);
  });

  it("are only drawn once, and only for as many environments as fit", () => {
    const offers = Array.from({ length: 9 }, (_, index) => offer("stop", `env ${index}`));
    expect(rows(drawn([...offers, ...offers]))).toEqual([
      ["Stop", "Details"],
      ...Array.from({ length: 5 }, () => ["Stop"]),
    ]);
  });

  it("carry what they are about, and the digest only where it is bound", () => {
    const digest = "c0ffee0123456789abcdef";
    const blocks = drawn([{ kind: "approve", environment: "production", digest }, offer("reject")]);
    const values = blocks.flatMap(({ elements }) =>
      (elements as readonly Shown[]).map(({ value }) => parseButtonValue(value)),
    );
    const about = { component: "model-pymk", version: "2026.11.22-3" };
    expect(values).toEqual([
      { ...about, environment: "production", digest: "c0ffee0123456789" },
      { ...about, environment: "production", digest: null },
      { ...about, environment: null, digest: null },
    ]);
  });

  it("are left out, and it is said, where names are too long for Slack to keep", () => {
    const release = aRelease({ version: "v".repeat(1990) });
    const blocks = drawn([offer("stop")], { release });
    expect(rows(blocks)).toEqual([]);
    expect(textOf(blocks)).toBe(
      "Some buttons are left out: the names are too long for Slack. Use `/release model-pymk`.",
    );
  });

  it("keep those whose names are short enough", () => {
    const release = aRelease({ version: "v".repeat(1960) });
    const blocks = drawn([offer("stop", "e".repeat(100))], { release });
    expect(rows(blocks)).toEqual([["Details"]]);
  });

  it("are none where nothing is offered and nobody asks for Details", () => {
    expect(drawn([], { details: false })).toEqual([]);
  });
});
