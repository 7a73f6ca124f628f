import { describe, expect, it } from "vitest";
import { readPytestReport } from "../../src/report/pytest-report.ts";
import { fixtureBytes } from "../support/intake-fixture.ts";

function read(value: unknown) {
  const result = readPytestReport(typeof value === "string" ? value : JSON.stringify(value));
  return result.kind === "ok" ? result.value : result.problem;
}

describe("a report of pytest-json-report", () => {
  it("is read with zero counts left out, its errors failed, and the metrics that tests recorded", () => {
    expect(read(fixtureBytes("pytest-json-report/report.constructed.json").toString())).toEqual({
      tests: { passed: 1, failed: 2, skipped: 1 },
      metrics: { auc: 0.9671 },
      checks: [],
    });
    expect(read({ summary: { passed: 3 }, exitcode: 0 })).toEqual({
      tests: { passed: 3, failed: 0, skipped: 0 },
      metrics: {},
      checks: [],
    });
  });

  it("counts what was expected to fail and does as skipped, and warns of what passes instead", () => {
    expect(read({ summary: { passed: 1, xfailed: 2, xpassed: 3, total: 6 } })).toEqual({
      tests: { passed: 4, failed: 0, skipped: 2 },
      metrics: {},
      checks: [
        {
          name: "pytest: tests that were expected to fail",
          status: "warn",
          expected: "to fail",
          actual: "3 passed",
        },
      ],
    });
  });

  it("counts files that could not be collected as failed", () => {
    const collectors = [{ outcome: "passed" }, { outcome: "failed" }, {}];
    expect(read({ exitcode: 2, summary: { total: 0 }, collectors })).toEqual({
      tests: { passed: 0, failed: 1, skipped: 0 },
      metrics: {},
      checks: [
        {
          name: "pytest: all tests have run",
          status: "error",
          expected: "exit code 0 or 1",
          actual: "pytest was interrupted: exit code 2",
        },
      ],
    });
  });

  it("takes metrics of user properties too", () => {
    const tests = [{ user_properties: [{ "metric.f1": 0.5 }, { other: 1 }] }, {}];
    expect(read({ summary: { passed: 1 }, tests })).toMatchObject({ metrics: { f1: 0.5 } });
  });

  it.each([
    ["not JSON", "<xml/>", "is not JSON"],
    [
      "another JSON",
      { passed: 3 },
      "is no report of pytest-json-report: it has no summary of counts",
    ],
    [
      "empty",
      { summary: { total: 0 }, exitcode: 5 },
      "holds no tests: leave --pytest out if nothing was tested",
    ],
    [
      "of outcomes that it does not name",
      { summary: { passed: 3, rerun: 1, total: 4 } },
      "says that there are 4 tests, and what became of 3",
    ],
    [
      "with a metric that is no number",
      { summary: { passed: 1 }, tests: [{ metadata: { "metric.auc": "high" } }] },
      "metric.auc: high is not a finite number",
    ],
  ])("is a problem where it is %s", (_name, value, message) => {
    expect(read(value)).toBe(message);
  });
});
