import { z } from "zod";
import type { Check } from "../core/build.ts";
import { expectationChecks } from "./great-expectations.ts";
import { isJsonObject } from "./json-object.ts";
import { parseAnyJson } from "./parse-json.ts";
import { ok, problem, type Result } from "./result.ts";

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const listed = z.strictObject({
  name: z.string().min(1),
  status: z.enum(["pass", "warn", "fail", "skip", "error"]),
  expected: text.nullish(),
  actual: text.nullish(),
});

/**
 * Assertions about data: a list of `{name, status, expected, actual}`, or the validation result of Great
 * Expectations. An empty list is a problem: nothing was checked.
 */
export function readChecks(content: string): Result<readonly Check[]> {
  const parsed = parseAnyJson(content);
  if (parsed.kind === "problem") return parsed;
  const { value } = parsed;
  const checks = Array.isArray(value)
    ? readList(value)
    : isJsonObject(value)
      ? expectationChecks(value)
      : problem("must be a JSON list of checks, or a validation result of Great Expectations");
  if (checks.kind === "problem") return checks;
  return checks.value.length === 0
    ? problem("holds no checks: leave --checks out if nothing was checked")
    : ok(checks.value);
}

function readList(items: readonly unknown[]): Result<readonly Check[]> {
  const checks: Check[] = [];
  const names = new Set<string>();
  for (const [index, item] of items.entries()) {
    const read = listed.safeParse(item);
    if (!read.success) {
      const [issue] = read.error.issues;
      const path = [index, ...(issue?.path ?? [])].join(".");
      return problem(`${path}: a check is {name, status, expected, actual}: ${issue?.message}`);
    }
    const { name, status, expected, actual } = read.data;
    if (names.has(name)) return problem(`${index}.name: ${name} is there twice`);
    names.add(name);
    checks.push({ name, status, expected: expected ?? null, actual: actual ?? null });
  }
  return ok(checks);
}
