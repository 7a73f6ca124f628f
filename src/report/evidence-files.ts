import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Metrics, TestCounts } from "../core/build.ts";
import { errorText } from "../shared/errors.ts";
import { countTests } from "./junit-file.ts";
import { readMetrics } from "./metrics-file.ts";
import { ok, problem, type Result } from "./result.ts";

export interface MeasuredFiles {
  readonly metrics: Metrics;
  readonly slices: Readonly<Record<string, Metrics>>;
  /** For people: what was left out. */
  readonly notes: readonly string[];
}

/** The numbers of several files together. The same name in two of them is a problem: which one counts? */
export async function readMetricsFiles(
  files: readonly string[],
  directory: string,
): Promise<Result<MeasuredFiles>> {
  const metrics: Record<string, number> = {};
  const slices: Record<string, Metrics> = {};
  const notes: string[] = [];
  for (const file of files) {
    let text: string;
    try {
      text = await readFile(resolve(directory, file), "utf8");
    } catch (error) {
      return problem(`--metrics ${file}: ${errorText(error)}`);
    }
    const read = readMetrics(text);
    if (read.kind === "problem") return problem(`--metrics ${file}: ${read.problem}`);
    const { leftOut, ...measured } = read.value;
    const twice = common(metrics, measured.metrics) ?? common(slices, measured.slices);
    if (twice !== null) return problem(`--metrics ${file}: ${twice} is in an earlier file too`);
    Object.assign(metrics, measured.metrics);
    Object.assign(slices, measured.slices);
    if (leftOut.length > 0) {
      notes.push(
        `${file}: only numbers are metrics, so these were left out: ${leftOut.join(", ")}`,
      );
    }
  }
  return ok({ metrics, slices, notes });
}

function common(a: object, b: object): string | null {
  return Object.keys(b).find((name) => Object.hasOwn(a, name)) ?? null;
}

/** The tests of several files together; null where there is no file. */
export async function readJunitFiles(
  files: readonly string[],
  directory: string,
): Promise<Result<TestCounts | null>> {
  if (files.length === 0) return ok(null);
  let total: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const counted = await countFile(resolve(directory, file));
    if (counted.kind === "problem") return problem(`--junit ${file}: ${counted.problem}`);
    const { passed, failed, skipped } = counted.value;
    total = {
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    };
  }
  return ok(total);
}

async function countFile(path: string): Promise<Result<TestCounts>> {
  try {
    return await countTests(createReadStream(path, "utf8"));
  } catch (error) {
    return problem(errorText(error));
  }
}
