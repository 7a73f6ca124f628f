import { errorText } from "../shared/errors.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { ok, problem, type Result } from "./result.ts";

/** A JSON text of any kind, as a file of a job holds it: with a byte-order mark or without. */
export function parseAnyJson(text: string): Result<unknown> {
  // Assigning a member of this name would replace a prototype instead.
  if (text.includes("__proto__")) return problem("has a member named __proto__, which is refused");
  try {
    return ok(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch (error) {
    return problem(`is not JSON${whyNot(text, errorText(error))}`);
  }
}

/** Of the engine's own words only the place: the rest repeats what the file holds. */
function whyNot(text: string, said: string): string {
  if (/\b(?:NaN|Infinity)\b/.test(text)) {
    return ": NaN and Infinity are not JSON, leave such a metric out";
  }
  if (text.trim() === "") return ": it is empty";
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(said) ?? [];
  if (line !== undefined) return ` at line ${line}, column ${column}`;
  return said.startsWith("Unexpected end") ? ": it ends too early" : "";
}

export function parseJson(text: string): Result<JsonObject> {
  const parsed = parseAnyJson(text);
  if (parsed.kind === "problem") return parsed;
  return isJsonObject(parsed.value) ? ok(parsed.value) : problem("must be a JSON object");
}
