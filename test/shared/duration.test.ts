import { expect, it } from "vitest";
import { parseDuration } from "../../src/shared/duration.ts";

it.each([
  { text: "500ms", milliseconds: 500 },
  { text: "30s", milliseconds: 30_000 },
  { text: "10m", milliseconds: 600_000 },
  { text: "24h", milliseconds: 86_400_000 },
  { text: "7d", milliseconds: 604_800_000 },
])("$text is $milliseconds ms", ({ text, milliseconds }) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(["", "0s", "1", "h", "1.5h", "-1h", "1h30m", "1 h", "1H", "9999999999d", "constructor"])(
  "“%s” is not a length of time",
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
