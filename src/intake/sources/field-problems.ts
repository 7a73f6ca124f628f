import type { z } from "zod";

const SHOWN = 5;
const LONGEST_NAME = 80;

/**
 * What is wrong with which field, in one line: `run.id: is missing; metrcs: unknown field`. `input` is
 * what was parsed; nothing of it but the names of fields is repeated.
 */
export function fieldProblems(error: z.ZodError, input: unknown): string {
  const problems = error.issues.flatMap((issue) => problemsOf(issue, input));
  const shown = problems.slice(0, SHOWN);
  const more = problems.length - shown.length;
  return more > 0 ? `${shown.join("; ")}; and ${more} more` : shown.join("; ");
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): readonly string[] {
  const field = fieldName(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${fieldName([...issue.path, key])}: unknown field`);
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => `${field}: its name ${message}`);
  }
  if (issue.path.length > 0 && valueAt(input, issue.path) === undefined) {
    return [`${field}: is missing`];
  }
  return [`${field}: ${issue.message.replace(/^Invalid input: /, "")}`];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    input,
  );
}

/** `commit.sha`, `checks[2].name`, `metrics["a b"]`; `the body` for the whole. */
function fieldName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the body";
  return path.reduce<string>((name, part) => {
    if (typeof part === "number") return `${name}[${part}]`;
    const text = String(part).slice(0, LONGEST_NAME);
    if (!/^[A-Za-z_]\w*$/.test(text)) return `${name}[${JSON.stringify(text)}]`;
    return name === "" ? text : `${name}.${text}`;
  }, "");
}
