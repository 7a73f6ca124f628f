import { describe, expect, it } from "vitest";
import {
  parseButtonValue,
  printButtonValue,
  REASON_MODALS,
  type ReasonKind,
} from "../../src/cards/ids.ts";
import { LIMITS } from "../../src/cards/limits.ts";
import { drawReasonModal } from "../../src/cards/reason-modal.ts";
import { checkModal } from "../../src/demo/block-kit.ts";
import { section } from "./expected.ts";

const VALUE = {
  component: "model-pymk",
  version: "2026.11.22-3",
  environment: "production",
  digest: null,
} as const;

const plain = (text: string) => ({ type: "plain_text", text, emoji: false });

describe("a modal that asks for a reason", () => {
  it("says what will happen, and wants more than nothing", () => {
    const modal = drawReasonModal("rollback", VALUE);
    expect({ ...modal, blocks: modal.blocks.map((block) => ({ ...block })) }).toEqual({
      type: "modal",
      callback_id: "reason.rollback",
      private_metadata: '["model-pymk","2026.11.22-3","production",null]',
      title: plain("Roll back"),
      submit: plain("Roll back"),
      close: plain("Cancel"),
      blocks: [
        section(
          "*production* returns at once from *model-pymk 2026.11.22-3* to the last release that finished its watch there. No freeze and no hold delays it.",
        ),
        {
          type: "input",
          block_id: "reason",
          label: plain("Reason"),
          hint: plain("It is shown on the card and kept in the ledger."),
          element: {
            type: "plain_text_input",
            action_id: "reason.text",
            multiline: true,
            min_length: 3,
            max_length: 1000,
            focus_on_load: true,
          },
        },
      ],
    });
  });

  it.each([
    {
      kind: "reject",
      effect:
        "*model-pymk 2026.11.22-3* is not deployed to *production*. Nobody else is asked about it any more.",
    },
    {
      kind: "stop",
      effect:
        "*model-pymk 2026.11.22-3* is stopped on its way to *production*. What is deployed already is not undone: roll back for that.",
    },
    {
      kind: "override",
      effect:
        "*model-pymk 2026.11.22-3* stays in *production* although its measurements did not pass. Unless it was revoked, it becomes what *production* returns to.",
    },
    {
      kind: "falseAlarm",
      effect:
        "The breach of *model-pymk 2026.11.22-3* in *production* is recorded as a false alarm, and is not counted as a failed change. What runs there stays as it is. A hold that an automatic rollback placed is lifted.",
    },
  ] as const)("to $kind says what will happen", ({ kind, effect }) => {
    const modal = drawReasonModal(kind, VALUE);
    expect(modal.blocks[0]).toEqual(section(effect));
  });

  it.each(Object.keys(REASON_MODALS) as readonly ReasonKind[])(
    "to %s can be read again",
    (kind) => {
      const modal = drawReasonModal(kind, { ...VALUE, environment: null });
      expect(checkModal(modal)).toEqual([]);
      expect(modal.callback_id).toBe(REASON_MODALS[kind]);
      expect(parseButtonValue(modal.private_metadata)).toEqual({
        ...VALUE,
        environment: null,
      });
    },
  );

  it("holds whatever a button could hold", () => {
    const value = { ...VALUE, version: '"'.repeat(900) };
    expect(printButtonValue(value).length).toBeLessThanOrEqual(LIMITS.button.value);
    expect(checkModal(drawReasonModal("stop", value))).toEqual([]);
  });
});
