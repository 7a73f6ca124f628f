import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneLine } from "../../src/effects/one-line.ts";

describe("text of another system becomes one line", () => {
  it.each([
    ["plain", "plain"],
    ["  a\r\n\r\n b\tc  ", "a b c"],
    ["\u001b[31mred\u001b[0m and \u001b[1;4mbold\u001b[m", "red and bold"],
    ["bell\u0007 null\u0000 next\u0085line\u2028", "bell null next line"],
    ["", ""],
  ])("%j", (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it("cut where it is too long, and not inside a character", () => {
    expect(oneLine("abcdef", 4)).toBe("abc…");
    expect(oneLine("abcd", 4)).toBe("abcd");
    expect(oneLine("ab😀cd", 4)).toBe("ab…");
  });

  it("for any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.integer({ min: 1, max: 50 }),
        (text, longest) => {
          const line = oneLine(text, longest);
          expect(line.length).toBeLessThanOrEqual(longest);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(line).toBe(line.trim());
        },
      ),
    );
  });
});
