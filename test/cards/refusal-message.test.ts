import { describe, expect, it } from "vitest";
import { drawRefusal } from "../../src/cards/refusal-message.ts";
import { REFUSAL_CODES } from "../../src/core/refusal.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import { context, section, withoutIds } from "./expected.ts";

describe("a refusal", () => {
  it("says why nothing was changed, and what to do", () => {
    const { text, blocks } = drawRefusal({
      code: "own_change",
      sentence: "<Dana> is the author of model-pymk@2: somebody else has to approve it",
    });
    const why =
      "🚫 Not done: &lt;Dana&gt; is the author of model-pymk@2: somebody else has to approve it";
    expect(text).toBe(why);
    expect(withoutIds(blocks)).toEqual([
      section(why),
      context("Ask somebody else who may approve."),
    ]);
  });

  it.each(REFUSAL_CODES)("with %s says what to do", (code) => {
    const message = drawRefusal({ code, sentence: "it is so" });
    expect(checkMessage(message)).toEqual([]);
    expect(message.blocks.length).toBe(2);
  });
});
