import { expect, it } from "vitest";
import type { RecordedEvent } from "../../../src/ledger/ledger.ts";

export interface RuleCase {
  readonly name: string;
  readonly history: readonly RecordedEvent[];
  /** What the one violation says; null: nothing is wrong. */
  readonly wrong: string | null;
}

/** A test for each case: the rule holds on what may happen, and fails on what must not. */
export function checkRule(
  rule: (events: readonly RecordedEvent[]) => readonly string[],
  cases: readonly RuleCase[],
): void {
  it.each(cases)("$name", ({ history, wrong }) => {
    expect(rule(history)).toEqual(wrong === null ? [] : [expect.stringContaining(wrong)]);
  });
}
