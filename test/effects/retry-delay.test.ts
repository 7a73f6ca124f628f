import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../src/effects/retry-after.ts";
import { exponentialDelay } from "../../src/effects/retry-delay.ts";

describe("the delay before another attempt", () => {
  it("doubles up to a limit, half of it left to chance", () => {
    const delays = (random: number) =>
      [1, 2, 3, 4, 5].map(exponentialDelay({ first: 1_000, longest: 6_000, random: () => random }));
    expect(delays(0)).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
    expect(delays(0.5)).toEqual([750, 1_500, 3_000, 4_500, 4_500]);
    expect(delays(0.999_999)).toEqual([1_000, 2_000, 4_000, 6_000, 6_000]);
  });

  it("is within its bounds for any attempt, however many there were", () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), chance, (attempt, random) => {
        const delay = exponentialDelay({ first: 1_000, longest: 60_000, random: () => random })(
          attempt,
        );
        expect(delay).toBeGreaterThanOrEqual(500);
        expect(delay).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});

describe("Retry-After", () => {
  const NOW = Date.UTC(2026, 10, 22, 12);
  it.each([
    ["120", 120_000],
    [" 5 ", 5_000],
    ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["soon", null],
    ["", null],
    [undefined, null],
  ])("%s", (value, wait) => {
    expect(parseRetryAfter(value, NOW)).toBe(wait);
  });
});
