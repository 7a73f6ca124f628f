import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, distinctly, holds, signed } from "../../../src/cards/text/number.ts";

describe("a number", () => {
  it.each([
    [0.8132, "0.8132"],
    [0.813249, "0.8132"],
    [21.4, "21.4"],
    [1234.5678, "1,234.57"],
    [81_233_411, "81,233,411"],
    [0, "0"],
    [-0.5, "−0.5"],
    [1e-9, "1.000e-9"],
    [1.5e300, "1.500e+300"],
    [Number.NaN, "not a number"],
    [Number.POSITIVE_INFINITY, "infinite"],
    [Number.NEGATIVE_INFINITY, "−infinite"],
  ])("%d is %s", (value, shown) => {
    expect(decimal(value)).toBe(shown);
  });
});

describe("a difference", () => {
  it.each([
    [0.0031, "+0.0031"],
    [-12, "−12"],
    [0, "±0"],
  ])("%d is %s", (value, shown) => {
    expect(signed(value)).toBe(shown);
  });
});

describe("numbers that are compared", () => {
  it("have the digits it takes to tell them apart", () => {
    const print = distinctly([0.79996, 0.8]);
    expect([0.79996, 0.8].map(print)).toEqual(["0.79996", "0.8"]);
  });

  it("are different texts if they are different numbers", () => {
    const number = fc.double({ noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const print = distinctly([a, b]);
        expect(print(a) === print(b)).toBe(a === b);
      }),
    );
  });
});

describe("a comparison holds", () => {
  it.each([
    [1, ">=", 1, true],
    [1, ">=", 2, false],
    [2, ">", 1, true],
    [1, ">", 1, false],
    [1, "<=", 1, true],
    [2, "<=", 1, false],
    [1, "<", 2, true],
    [1, "<", 1, false],
    [1, "==", 1, true],
    [1, "==", 2, false],
    [1, "!=", 2, true],
    [1, "!=", 1, false],
  ] as const)("%d %s %d: %s", (actual, operator, limit, result) => {
    expect(holds(actual, operator, limit)).toBe(result);
  });
});
