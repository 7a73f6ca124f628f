import { type ParsedTemplate, parseParts, type TemplateValues } from "../template.ts";
import { LiteralScanner } from "./literal-scanner.ts";
import {
  type ParsedQuery,
  parseQueryTemplate,
  QUERY_VARIABLES,
  type QueryTemplate,
} from "./query-template.ts";

/**
 * Reads a template for CloudWatch: an expression (metric math, SEARCH, Metrics Insights), or the JSON list of
 * `MetricDataQueries` that GetMetricData takes. In an expression a variable stands in quotes; in JSON in any
 * text, and in an `Expression` of it in quotes.
 */
export function parseCloudwatch(source: string): ParsedQuery {
  return source.trimStart().startsWith("[") ? parseJson(source) : parseExpression(source);
}

/** Texts in expressions have no documented escapes: what would need one cannot be asked for. */
const UNWRITABLE = /["'\\`\p{Cc}]/u;

function parseExpression(source: string): ParsedQuery {
  const scanner = new LiteralScanner({ quotes: "\"'", raw: "\"'", comment: null });
  return parseQueryTemplate(source, {
    read: (text) => scanner.read(text),
    place: (variable) => {
      if (scanner.literal !== null)
        return { kind: "place", write: (value) => plain(variable, value) };
      const message = `{{${variable}}} must stand in quotes, e.g. SEARCH('… ${variable}="{{${variable}}}"', 'Sum')`;
      return { kind: "misplaced", message };
    },
  });
}

function plain(variable: string, value: string): string {
  if (!UNWRITABLE.test(value)) return value;
  throw new Error(
    `CloudWatch cannot be asked for the ${variable} ${JSON.stringify(value)}: its expressions hold no quotes, backslashes or line breaks`,
  );
}

type Tree =
  | { readonly kind: "text"; readonly template: QueryTemplate }
  | { readonly kind: "list"; readonly members: readonly Tree[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, Tree])[] }
  | { readonly kind: "scalar"; readonly value: unknown };

function parseJson(source: string): ParsedQuery {
  const parsed = parseParts(source, QUERY_VARIABLES);
  if (parsed.kind === "problem") return parsed;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    const message = "begins with [ and is not JSON; in JSON a variable stands inside of a text";
    return { kind: "problem", message, offset: 0 };
  }
  const problems: { readonly message: string; readonly offset: number }[] = [];
  const tree = treeOf(value, (text, key) => {
    const read = key === "Expression" ? parseExpression(text) : parseText(text);
    if (read.kind === "template") return read.template;
    problems.push({ message: read.message, offset: Math.max(0, source.indexOf(text)) });
    return null;
  });
  const [problem] = problems;
  if (problem !== undefined) return { kind: "problem", ...problem };
  const variables = parsed.template.flatMap((part) =>
    part.kind === "variable" ? [part.name] : [],
  );
  return {
    kind: "template",
    template: {
      source,
      variables: [...new Set(variables)],
      render: (values) => JSON.stringify(filled(tree, values)),
    },
  };
}

function parseText(source: string): ParsedTemplate<QueryTemplate> {
  const write = (value: string) => value;
  return parseQueryTemplate(source, { read: () => {}, place: () => ({ kind: "place", write }) });
}

function treeOf(
  value: unknown,
  leaf: (text: string, key: string) => QueryTemplate | null,
  key = "",
): Tree {
  if (typeof value === "string") {
    const template = leaf(value, key);
    return template === null ? { kind: "scalar", value } : { kind: "text", template };
  }
  if (Array.isArray(value)) {
    return { kind: "list", members: value.map((member: unknown) => treeOf(member, leaf, key)) };
  }
  if (typeof value !== "object" || value === null) return { kind: "scalar", value };
  const members = Object.entries(value).map(
    ([name, member]) => [name, treeOf(member, leaf, name)] as const,
  );
  return { kind: "object", members };
}

function filled(tree: Tree, values: TemplateValues): unknown {
  switch (tree.kind) {
    case "text":
      return tree.template.render(values);
    case "list":
      return tree.members.map((member) => filled(member, values));
    case "object":
      return Object.fromEntries(
        tree.members.map(([name, member]) => [name, filled(member, values)]),
      );
    case "scalar":
      return tree.value;
  }
}
