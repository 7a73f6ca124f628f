import type { Check } from "../core/build.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { ok, problem, type Result } from "./result.ts";

/** What a report may hold of one text. */
const LONGEST = 300;
/** What says which data is meant, and not what is expected of it. */
const ABOUT = new Set(["column", "column_A", "column_B", "column_list", "column_set", "batch_id"]);

/**
 * The checks of a validation result, or of a checkpoint result that holds several. An expectation that
 * could not be evaluated is an error, whatever `success` says.
 */
export function expectationChecks(value: JsonObject): Result<readonly Check[]> {
  const validations = validationsOf(value);
  if (validations === null) {
    return problem("is no validation result of Great Expectations: it has no list of results");
  }
  const taken = new Map<string, number>();
  const checks: Check[] = [];
  for (const result of validations.flat()) {
    const check = isJsonObject(result) ? checkOf(result) : null;
    if (check === null) {
      return problem("holds a result without the type of its expectation");
    }
    const times = (taken.get(check.name) ?? 0) + 1;
    taken.set(check.name, times);
    checks.push(times === 1 ? check : { ...check, name: `${check.name} #${times}` });
  }
  return ok(checks);
}

function validationsOf(value: JsonObject): readonly (readonly unknown[])[] | null {
  const runs = isJsonObject(value.run_results) ? Object.values(value.run_results) : [value];
  const found = runs.map((run) => {
    const validation = isJsonObject(run) ? (run.validation_result ?? run) : null;
    const results = isJsonObject(validation) ? validation.results : null;
    return Array.isArray(results) ? (results as readonly unknown[]) : null;
  });
  return found.every((results) => results !== null) ? found : null;
}

function checkOf(result: JsonObject): Check | null {
  const config = isJsonObject(result.expectation_config) ? result.expectation_config : {};
  // From 1.0 on it is called `type`.
  const type = config.expectation_type ?? config.type;
  if (typeof type !== "string" || type === "") return null;
  const kwargs = isJsonObject(config.kwargs) ? config.kwargs : {};
  const columns = [kwargs.column, kwargs.column_A, kwargs.column_B].filter(
    (column) => typeof column === "string",
  );
  const expected = Object.entries(kwargs)
    .filter(([name]) => !ABOUT.has(name))
    .map(([name, value]) => `${name} ${shown(value)}`);
  return {
    name: columns.length === 0 ? type : `${type}(${columns.join(", ")})`.slice(0, LONGEST),
    status: statusOf(result),
    expected: expected.length === 0 ? null : expected.join(", ").slice(0, LONGEST),
    actual: actualOf(result),
  };
}

function statusOf({ success, exception_info: exception }: JsonObject): Check["status"] {
  if (isJsonObject(exception) && raised(exception)) return "error";
  if (success === true) return "pass";
  return success === false ? "fail" : "error";
}

/** One exception, or one for each metric that the expectation needs. */
function raised(exception: JsonObject): boolean {
  return (
    exception.raised_exception === true ||
    Object.values(exception).some((one) => isJsonObject(one) && one.raised_exception === true)
  );
}

function actualOf({ result, exception_info: exception }: JsonObject): string | null {
  if (isJsonObject(exception) && exception.raised_exception === true) {
    return shown(exception.exception_message ?? "an exception was raised");
  }
  if (!isJsonObject(result)) return null;
  const { observed_value: observed, unexpected_percent: percent } = result;
  if (observed !== undefined && observed !== null) return shown(observed);
  return typeof percent === "number" ? `${percent} % unexpected` : null;
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}
