import { isJsonObject, type JsonObject } from "./json-object.ts";
import { ok, problem, type Result } from "./result.ts";

/** A JSON text of any kind, as a file of a job holds it: with a byte-order mark or without. */
export function parseAnyJson(text: string): Result<unknown> {
  // Assigning a member of this name would replace a prototype instead.
  if (text.includes("__proto__")) return problem("has a member named __proto__, which is refused");
  try {
    return ok(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    return problem(
      /\b(?:NaN|Infinity)\b/.test(text)
        ? "is not JSON: NaN and Infinity are not JSON, leave such a metric out"
        : "is not JSON",
    );
  }
}

export function parseJson(text: string): Result<JsonObject> {
  const parsed = parseAnyJson(text);
  if (parsed.kind === "problem") return parsed;
  return isJsonObject(parsed.value) ? ok(parsed.value) : problem("must be a JSON object");
}
