import type { z } from "zod";
import type { Json } from "../core/json.ts";
import { closest, didYouMean } from "./did-you-mean.ts";
import type { Path, Problem } from "./problems.ts";
import type { ConfigurationTree } from "./yaml/merge.ts";

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

/** The problems of one issue of a schema, each where it stands. */
export function problemsOf(issue: Issue, tree: ConfigurationTree): readonly Problem[] {
  const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => atKey([...path, key], unknownKey(key, issue.message), tree));
  }
  if (issue.code === "invalid_key") {
    return [atKey(path, issue.issues[0]?.message ?? issue.message, tree)];
  }
  const value = valueAt(tree.value, path);
  if (value === undefined) {
    const wanted = expectation(issue);
    const next = isOwnText(issue.message) ? issue.message : `write ${wanted}`;
    return [atKey(path, wanted === null ? "is missing" : `is missing; ${next}`, tree)];
  }
  const offset: unknown = issue.code === "custom" ? issue.params?.offset : undefined;
  const positions = tree.positionsOf(path);
  const place = typeof offset === "number" ? positions.within(offset) : positions.value;
  return [{ place, path, message: messageOf(issue, value) }];
}

function atKey(path: Path, message: string, tree: ConfigurationTree): Problem {
  const { key, value } = tree.positionsOf(path);
  return { place: key ?? value, path, message };
}

function unknownKey(key: string, known: string): string {
  const suggestion = closest(key, known.split(", "));
  return suggestion === null
    ? `unknown key; there is ${known}`
    : `unknown key; did you mean ${suggestion}?`;
}

function messageOf(issue: Issue, value: Json): string {
  if (issue.code === "invalid_union" && !isOwnText(issue.message)) {
    return `unknown type ${JSON.stringify(value)}${hint(value, optionsOf(issue))}; there is ${optionsOf(issue).join(", ")}`;
  }
  if (isOwnText(issue.message)) return issue.message;
  const wanted = expectation(issue);
  if (issue.code === "invalid_type" && wanted !== null) {
    return `must be ${wanted}, and this is ${kindOf(value)}`;
  }
  if (issue.code === "invalid_value") {
    return `must be ${wanted}${hint(value, issue.values.map(String))}`;
  }
  if (issue.code === "too_small") return `must be at least ${issue.minimum}`;
  if (issue.code === "too_big") return `must be at most ${issue.maximum}`;
  return issue.message;
}

function hint(value: Json, candidates: readonly string[]): string {
  return typeof value === "string" ? didYouMean(value, candidates) : "";
}

/** A text of the schemas, as opposed to one of zod's own. */
function isOwnText(message: string): boolean {
  return !/^(?:Invalid|Too) /.test(message);
}

/** What should have been written; null when the issue does not say. */
function expectation(issue: Issue): string | null {
  if (issue.code === "invalid_type") return KINDS[issue.expected] ?? null;
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  return issue.code === "invalid_union" ? optionsOf(issue).join(" or ") : null;
}

function optionsOf(issue: Extract<Issue, { code: "invalid_union" }>): readonly string[] {
  return "options" in issue ? (issue.options ?? []).map(String) : [];
}

function kindOf(value: Json): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return KINDS[typeof value] ?? typeof value;
}

/** The value at a path; undefined where nothing is written. */
export function valueAt(root: Json, path: Path): Json | undefined {
  let value: Json | undefined = root;
  for (const key of path) {
    if (value === null || typeof value !== "object") return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string | number, Json | undefined>>)[key];
  }
  return value;
}
