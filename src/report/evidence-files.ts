import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Check, Metrics, TestCounts } from "../core/build.ts";
import { errorText } from "../shared/errors.ts";
import { readChecks } from "./checks-file.ts";
import { readJunit } from "./junit-file.ts";
import { type Measured, readMetrics } from "./metrics-file.ts";
import { metricsOfFolder } from "./mlflow-metrics.ts";
import { readPytestReport } from "./pytest-report.ts";
import { ok, problem, type Result } from "./result.ts";
import { sumOf, type Tested } from "./tested.ts";

/** The files that the flags name. */
export interface EvidenceFlags {
  readonly metrics: readonly string[];
  readonly junit: readonly string[];
  readonly pytest: readonly string[];
  readonly checks: readonly string[];
}

export interface Evidence {
  readonly metrics: Metrics;
  readonly slices: Readonly<Record<string, Metrics>>;
  /** null: no test results were given, which is not the same as none failed. */
  readonly tests: TestCounts | null;
  readonly checks: readonly Check[];
  /** For people: what was left out. */
  readonly notes: readonly string[];
}

/**
 * What all files say together. The same name in two of them is a problem: which one counts?
 * Relative names begin at `directory`.
 */
export async function readEvidence(
  flags: EvidenceFlags,
  directory: string,
): Promise<Result<Evidence>> {
  const metrics: Record<string, number> = {};
  const slices: Record<string, Metrics> = {};
  const checks: Check[] = [];
  const notes: string[] = [];
  let tests: TestCounts | null = null;

  const kinds: readonly (readonly [keyof EvidenceFlags, Reader])[] = [
    ["metrics", readMeasured],
    ["junit", async (path) => tested(await readJunit(createReadStream(path, "utf8")))],
    ["pytest", async (path) => tested(readPytestReport(await readFile(path, "utf8")))],
    ["checks", async (path) => checked(readChecks(await readFile(path, "utf8")))],
  ];
  for (const [kind, read] of kinds) {
    for (const file of flags[kind]) {
      const said = `--${kind} ${file}`;
      const found = await read(resolve(directory, file)).catch((error: unknown) =>
        problem(errorText(error)),
      );
      if (found.kind === "problem") return problem(`${said}: ${found.problem}`);
      const part = kind === "pytest" ? ofFile(found.value, file, checks) : found.value;
      const twice =
        common(metrics, part.metrics) ??
        common(slices, part.slices) ??
        part.checks.find(({ name }) => checks.some((one) => one.name === name))?.name;
      if (twice !== undefined) return problem(`${said}: ${twice} is in an earlier file too`);
      Object.assign(metrics, part.metrics);
      Object.assign(slices, part.slices);
      checks.push(...part.checks);
      notes.push(...part.notes.map((note) => `${file}: ${note}`));
      if (part.tests !== null) tests = tests === null ? part.tests : sumOf(tests, part.tests);
    }
  }
  return ok({ metrics, slices, tests, checks, notes });
}

type Reader = (path: string) => Promise<Result<Evidence>>;

const NOTHING: Evidence = { metrics: {}, slices: {}, tests: null, checks: [], notes: [] };

async function readMeasured(path: string): Promise<Result<Evidence>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EISDIR") throw error;
    return null;
  });
  if (text === null) {
    const found = await metricsOfFolder(path);
    return found.kind === "problem" ? found : ok({ ...NOTHING, metrics: found.value });
  }
  if (/\.md$/i.test(path)) {
    return problem(
      "is a page for people, as CML writes it: give the metrics file it was made from",
    );
  }
  const read = readMetrics(text, /\.ya?ml$/i.test(path) ? "yaml" : "json");
  return read.kind === "problem" ? read : ok(measured(read.value));
}

function measured({ metrics, slices, leftOut, note }: Measured): Evidence {
  const left =
    leftOut.length === 0
      ? []
      : [`only numbers are metrics, so these were left out: ${leftOut.join(", ")}`];
  return { ...NOTHING, metrics, slices, notes: [...left, ...(note === undefined ? [] : [note])] };
}

function tested(read: Result<Tested>): Result<Evidence> {
  return read.kind === "problem" ? read : ok({ ...NOTHING, ...read.value });
}

function checked(read: Result<readonly Check[]>): Result<Evidence> {
  return read.kind === "problem" ? read : ok({ ...NOTHING, checks: read.value });
}

/** Each run of pytest has the same things to say: of several, by the names of their files. */
function ofFile(evidence: Evidence, file: string, taken: readonly Check[]): Evidence {
  return {
    ...evidence,
    checks: evidence.checks.map((check) =>
      taken.some(({ name }) => name === check.name)
        ? { ...check, name: `${check.name} (${file})` }
        : check,
    ),
  };
}

function common(a: object, b: object): string | undefined {
  return Object.keys(b).find((name) => Object.hasOwn(a, name));
}
