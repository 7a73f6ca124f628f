import { describe, expect, it } from "vitest";
import { readChecks } from "../../src/report/checks-file.ts";

function read(value: unknown) {
  const result = readChecks(typeof value === "string" ? value : JSON.stringify(value));
  return result.kind === "ok" ? result.value : result.problem;
}

describe("a list of checks", () => {
  it("is taken as it is, with numbers as texts", () => {
    expect(
      read([
        { name: "null rate", status: "pass", expected: "< 1%", actual: 0.2 },
        { name: "fresh", status: "error", actual: null },
      ]),
    ).toEqual([
      { name: "null rate", status: "pass", expected: "< 1%", actual: "0.2" },
      { name: "fresh", status: "error", expected: null, actual: null },
    ]);
  });

  it.each([
    ["is not JSON", "NaN", /^is not JSON/],
    ["is empty", [], "holds no checks: leave --checks out if nothing was checked"],
    ["is a text", '"x"', /^must be a JSON list of checks, or a validation result/],
    ["has another status", [{ name: "a", status: "ok" }], /^0\.status: a check is \{name, status/],
    ["has an unknown member", [{ name: "a", status: "pass", level: 1 }], /^0: a check is .*level/],
    [
      "has a name twice",
      [
        { name: "a", status: "pass" },
        { name: "a", status: "fail" },
      ],
      "1.name: a is there twice",
    ],
  ])("is a problem where it %s", (_name, value, message) => {
    if (typeof message === "string") expect(read(value)).toBe(message);
    else expect(read(value)).toMatch(message);
  });
});

describe("a validation result of Great Expectations", () => {
  const result = (type: string, kwargs: object, rest: object) => ({
    success: true,
    expectation_config: { expectation_type: type, kwargs },
    ...rest,
  });

  it("becomes a check for each expectation", () => {
    expect(
      read({
        success: false,
        statistics: { evaluated_expectations: 4 },
        results: [
          result(
            "expect_column_values_to_not_be_null",
            { column: "user_id", mostly: 0.99, batch_id: "x" },
            { result: { element_count: 10, unexpected_percent: 0.5 } },
          ),
          result(
            "expect_table_row_count_to_be_between",
            { min_value: 1000, max_value: null },
            { success: false, result: { observed_value: 12 } },
          ),
          result("expect_column_mean_to_be_between", { column: "age" }, { success: null }),
          result(
            "expect_column_to_exist",
            { column: "gone" },
            {
              success: false,
              exception_info: { raised_exception: true, exception_message: "no such\ncolumn" },
            },
          ),
        ],
      }),
    ).toEqual([
      {
        name: "expect_column_values_to_not_be_null(user_id)",
        status: "pass",
        expected: "mostly 0.99",
        actual: "0.5 % unexpected",
      },
      {
        name: "expect_table_row_count_to_be_between",
        status: "fail",
        expected: "min_value 1000, max_value null",
        actual: "12",
      },
      {
        name: "expect_column_mean_to_be_between(age)",
        status: "error",
        expected: null,
        actual: null,
      },
      {
        name: "expect_column_to_exist(gone)",
        status: "error",
        expected: null,
        actual: "no such column",
      },
    ]);
  });

  it("may be of version 1, several of one kind, and inside a checkpoint's result", () => {
    const one = (success: boolean, rest: object = {}) => ({
      success,
      expectation_config: {
        type: "expect_column_pair_values_to_be_equal",
        kwargs: { column_A: "a", column_B: "b" },
      },
      ...rest,
    });
    const raised = { exception_info: { "('x',)": { raised_exception: true } } };
    const quiet = { exception_info: { raised_exception: true }, result: {} };
    expect(
      read({
        run_results: {
          first: { results: [one(true), one(false, { result: { observed_value: { q: [1] } } })] },
          second: { validation_result: { results: [one(true, raised), one(true, quiet)] } },
        },
      }),
    ).toEqual([
      {
        name: "expect_column_pair_values_to_be_equal(a, b)",
        status: "pass",
        expected: null,
        actual: null,
      },
      {
        name: "expect_column_pair_values_to_be_equal(a, b) #2",
        status: "fail",
        expected: null,
        actual: '{"q":[1]}',
      },
      {
        name: "expect_column_pair_values_to_be_equal(a, b) #3",
        status: "error",
        expected: null,
        actual: null,
      },
      {
        name: "expect_column_pair_values_to_be_equal(a, b) #4",
        status: "error",
        expected: null,
        actual: "an exception was raised",
      },
    ]);
  });

  it.each([
    ["has no results", { success: true }, /^is no validation result of Great Expectations/],
    ["has a run without results", { run_results: { a: 1 } }, /^is no validation result/],
    [
      "has a result of nothing",
      { results: [{ success: true }] },
      /without the type of its expectation/,
    ],
    ["has a result that is none", { results: [1] }, /without the type of its expectation/],
    ["has no expectation at all", { results: [] }, /^holds no checks/],
  ])("is a problem where it %s", (_name, value, message) => {
    expect(read(value)).toMatch(message);
  });
});
