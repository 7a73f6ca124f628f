import { expect, it } from "vitest";
import { plainMessage } from "../../src/shared/plain-message.ts";

it("shows a sentence as it is, whatever is in it", () => {
  const sentence = "<!channel> *now* & <https://evil.test|here>";
  expect(plainMessage(sentence)).toEqual({
    text: "&lt;!channel&gt; *now* &amp; &lt;https://evil.test|here&gt;",
    blocks: [{ type: "section", text: { type: "plain_text", text: sentence, emoji: false } }],
  });
});

it("cuts what is longer than Slack takes, between characters", () => {
  const [block] = plainMessage("🚀".repeat(2_000)).blocks;
  expect(block?.text.text).toBe(`${"🚀".repeat(1_499)}…`);
  const [whole] = plainMessage("x".repeat(3_000)).blocks;
  expect(whole?.text.text).toHaveLength(3_000);
});
