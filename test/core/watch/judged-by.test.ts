import { expect, it } from "vitest";
import { isJudgedBy } from "../../../src/core/watch/judged-by.ts";
import { aWatchCheck } from "../../support/builders.ts";
import { atLeast } from "../../support/expressions.ts";

const pass = atLeast("value", 0.97);
const fail = atLeast("value", 5);

it.each([
  { name: "its pass condition", check: { pass, fail: null }, condition: "value >= 0.97" },
  { name: "its fail condition", check: { pass: null, fail }, condition: "not (value >= 5)" },
  { name: "both", check: { pass, fail }, condition: "value >= 0.97, and not (value >= 5)" },
  {
    name: "its pass condition beside a comparison",
    check: { pass, fail: null },
    condition: "value >= 0.97, and not worse than the version beside it",
  },
])("an assessment by $name is by the check as it is", ({ check, condition }) => {
  expect(isJudgedBy(aWatchCheck(check), condition)).toBe(true);
});

it.each([
  { name: "another one", check: { pass, fail: null }, condition: "value >= 0.9" },
  { name: "a longer one", check: { pass, fail: null }, condition: "value >= 0.975" },
  { name: "none", check: { pass: null, fail: null }, condition: "" },
])("an assessment by $name is not", ({ check, condition }) => {
  expect(isJudgedBy(aWatchCheck(check), condition)).toBe(false);
});
