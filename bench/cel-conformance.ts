/**
 * Runs the CEL conformance suite against the packages that Slipway could use, and prints how many tests
 * of each section each of them passes: `node bench/cel-conformance.ts`, with `--failures NAME` to list
 * what a candidate gets wrong over JSON values. The choice is in docs/decisions/0002-cel.md.
 */
import { bufbuild } from "./cel/bufbuild.ts";
import type { Candidate } from "./cel/candidate.ts";
import { celJs } from "./cel/cel-js.ts";
import { marcbachmann } from "./cel/marcbachmann.ts";
import { type ConformanceTest, conformanceTests } from "./cel/suite.ts";
import { sameValue } from "./cel/value.ts";

const CANDIDATES: readonly Candidate[] = [bufbuild, marcbachmann, celJs];

/** What gates, pass conditions and answers of deployers are written with. */
const USED = [
  "basic",
  "comparisons",
  "conversions",
  "fields",
  "fp_math",
  "integer_math",
  "lists",
  "logic",
  "macros",
  "parse",
  "plumbing",
  "string",
  "timestamps",
  "type_deductions",
];

interface Outcome {
  /** `refused`: it raised an error where it should have answered, which is safe; `wrong`: the reverse. */
  readonly result: "passed" | "refused" | "wrong";
  readonly detail: string;
}

function outcome(candidate: Candidate, test: ConformanceTest): Outcome {
  try {
    const actual = candidate.evaluate(test.input);
    const passed = test.expected.kind === "value" && sameValue(test.expected.value, actual);
    return { result: passed ? "passed" : "wrong", detail: text(actual) };
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { result: test.expected.kind === "error" ? "passed" : "refused", detail };
  }
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "bigint" ? `${member}n` : member,
  );
}

function infers(candidate: Candidate, test: ConformanceTest): boolean {
  try {
    return candidate.infer?.(test.input) === test.type;
  } catch {
    return false;
  }
}

function row(label: string, tests: readonly ConformanceTest[]): readonly string[] {
  return [
    label,
    ...CANDIDATES.map((candidate) => {
      const passed = tests.filter((test) => outcome(candidate, test).result === "passed").length;
      return `${passed}/${tests.length}`;
    }),
  ];
}

function wrongAnswers(tests: readonly ConformanceTest[]): readonly string[] {
  return [
    "of these, wrong answers",
    ...CANDIDATES.map((candidate) =>
      String(tests.filter((test) => outcome(candidate, test).result === "wrong").length),
    ),
  ];
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((cells) => (cells[column] ?? "").length)),
  );
  for (const cells of rows) {
    const line = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ");
    process.stdout.write(`| ${line} |\n`);
  }
}

function printFailures(candidate: Candidate, tests: readonly ConformanceTest[]): void {
  for (const test of tests) {
    const { result, detail } = outcome(candidate, test);
    if (result === "passed") continue;
    const wanted = test.expected.kind === "error" ? "an error" : text(test.expected.value);
    process.stdout.write(
      `${test.section}/${test.name}: ${result}\n  ${test.input.expr}\n  wanted ${wanted}\n  got ${detail}\n`,
    );
  }
}

const { tests, leftOut } = conformanceTests();
const used = tests.filter(({ section }) => USED.includes(section));
const overJson = used.filter((test) => test.overJson);
const rest = tests.filter(({ section }) => !USED.includes(section));
const named = process.argv[process.argv.indexOf("--failures") + 1];
const failing = process.argv.includes("--failures")
  ? CANDIDATES.find(({ name }) => name === named)
  : undefined;

if (failing !== undefined) {
  printFailures(failing, overJson);
} else {
  const typed = tests.filter(({ type }) => type !== null);
  printTable([
    ["section", ...CANDIDATES.map(({ name }) => name)],
    ["---", ...CANDIDATES.map(() => "---")],
    ...USED.map((section) =>
      row(
        section,
        used.filter((test) => test.section === section),
      ),
    ),
    row("all of these", used),
    row("checked, over JSON values", overJson),
    wrongAnswers(overJson),
    row("other sections", rest),
    [
      "static type inferred",
      ...CANDIDATES.map((candidate) =>
        candidate.infer === null
          ? "no checker"
          : `${typed.filter((test) => infers(candidate, test)).length}/${typed.length}`,
      ),
    ],
  ]);
  process.stdout.write(`left out, because they need Protocol Buffers messages: ${leftOut}\n`);
}
