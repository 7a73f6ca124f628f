import type { Check, Metrics, TestCounts } from "../core/build.ts";

/** What a file of test results holds. */
export interface Tested {
  readonly tests: TestCounts;
  /** Numbers that the tests recorded. */
  readonly metrics: Metrics;
  /** What is neither passed nor failed, and should be looked at. */
  readonly checks: readonly Check[];
}

export function sumOf(a: TestCounts, b: TestCounts): TestCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}
