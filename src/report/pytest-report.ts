import { z } from "zod";
import type { Check } from "../core/build.ts";
import { NamedMetrics } from "./named-metrics.ts";
import { parseJson } from "./parse-json.ts";
import { ok, problem, type Result } from "./result.ts";
import type { Tested } from "./tested.ts";

const count = z.int().min(0).default(0);

/** A count that is zero is left out by pytest-json-report. */
const schema = z.object({
  exitcode: z.int().optional(),
  summary: z.object({
    passed: count,
    failed: count,
    error: count,
    skipped: count,
    xfailed: count,
    xpassed: count,
    total: z.int().min(0).optional(),
  }),
  collectors: z.array(z.object({ outcome: z.string().optional() })).default([]),
  tests: z
    .array(
      z.object({
        metadata: z.record(z.string(), z.unknown()).optional(),
        user_properties: z.array(z.record(z.string(), z.unknown())).optional(),
      }),
    )
    .default([]),
});

/** pytest's own: what ended the run before all tests had run. */
const BROKEN: ReadonlyMap<number, string> = new Map([
  [2, "pytest was interrupted"],
  [3, "pytest had an internal error"],
  [4, "pytest was called wrongly"],
]);

/**
 * The report of pytest-json-report. An error is a failed test, and so is a file that could not be collected;
 * a test that was expected to fail and does (xfailed) did not run for its result, as in pytest's own JUnit
 * files; one that passes although it was expected to fail (xpassed) has passed, with a warning.
 */
export function readPytestReport(text: string): Result<Tested> {
  const parsed = parseJson(text);
  if (parsed.kind === "problem") return parsed;
  const read = schema.safeParse(parsed.value);
  if (!read.success)
    return problem("is no report of pytest-json-report: it has no summary of counts");
  const { summary, exitcode, collectors, tests } = read.data;
  const uncollected = collectors.filter(({ outcome }) => outcome === "failed").length;
  const counts = {
    passed: summary.passed + summary.xpassed,
    failed: summary.failed + summary.error + uncollected,
    skipped: summary.skipped + summary.xfailed,
  };
  const counted = counts.passed + counts.failed + counts.skipped - uncollected;
  if (summary.total !== undefined && counted !== summary.total) {
    return problem(`says that there are ${summary.total} tests, and what became of ${counted}`);
  }
  if (counted + uncollected === 0) {
    return problem("holds no tests: leave --pytest out if nothing was tested");
  }
  const metrics = new NamedMetrics();
  for (const { metadata, user_properties: properties } of tests) {
    for (const [name, value] of Object.entries(metadata ?? {})) metrics.add(name, value);
    for (const [name, value] of (properties ?? []).flatMap(Object.entries))
      metrics.add(name, value);
  }
  const found = metrics.result();
  if (found.kind === "problem") return found;
  return ok({
    tests: counts,
    metrics: found.value,
    checks: [...unexpected(summary.xpassed), ...broken(exitcode)],
  });
}

function unexpected(xpassed: number): readonly Check[] {
  if (xpassed === 0) return [];
  return [
    {
      name: "pytest: tests that were expected to fail",
      status: "warn",
      expected: "to fail",
      actual: `${xpassed} passed`,
    },
  ];
}

function broken(exitcode: number | undefined): readonly Check[] {
  const what = BROKEN.get(exitcode ?? 0);
  if (what === undefined) return [];
  return [
    {
      name: "pytest: all tests have run",
      status: "error",
      expected: "exit code 0 or 1",
      actual: `${what}: exit code ${exitcode}`,
    },
  ];
}
