import { describe, expect, it } from "vitest";
import { repositoryOf } from "../../src/shared/repository-url.ts";
import { numberIn, numbersAmong } from "../../src/shared/sent-numbers.ts";

describe("the repository that an address names", () => {
  for (const [address, name] of [
    ["https://github.com/acme/pymk.git", "acme/pymk"],
    ["https://user:token@github.com/acme/pymk", "acme/pymk"],
    ["git@github.com:acme/pymk.git", "acme/pymk"],
    ["ssh://git@gitlab.example:2222/ml/teams/pymk.git/", "ml/teams/pymk"],
    ["git+https://github.com/acme/pymk", "acme/pymk"],
    ["acme/pymk", null],
    ["pymk", null],
    ["https://github.com/", null],
    ["https://github.com/acme//pymk", null],
    ["file:///srv/acme/pymk", null],
    ["javascript:acme/pymk", null],
    ["", null],
    [`acme/${"x".repeat(200)}`, null],
  ] as const) {
    it(`of ${address.slice(0, 50) || "nothing"} is ${name ?? "not known"}`, () => {
      expect(repositoryOf(address)).toBe(name);
    });
  }
});

describe("a number that was sent", () => {
  for (const [value, number] of [
    [0.5, 0.5],
    ["0.9671", 0.9671],
    [" -1e-3 ", -0.001],
    ["17abc", null],
    ["0x11", null],
    ["", null],
    ["NaN", null],
    ["1e999", null],
    [Number.NaN, null],
    [null, null],
    [true, null],
  ] as const) {
    it(`of ${JSON.stringify(value)} is ${number ?? "none"}`, () => {
      expect(numberIn(value)).toBe(number);
    });
  }

  it("is a metric under a name that can be held, and one of 500", () => {
    expect(
      numbersAmong([
        ["auc", "0.9"],
        ["auc", 0.8],
        ["__proto__", 1],
        ["", 1],
        ["a\u0000", 1],
        ["state", "done"],
      ]),
    ).toEqual({ metrics: { auc: 0.8 }, leftOut: ["__proto__", "", "a\u0000", "state"] });
    const many = Array.from({ length: 501 }, (_, index) => [`m${index}`, index] as const);
    expect(numbersAmong(many).leftOut).toEqual(["m500"]);
  });
});
