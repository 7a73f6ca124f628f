import type { SyntaxNode } from "@lezer/common";
import { METRIC_NAME } from "../labels.ts";
import type { Matcher, Selector } from "./expression.ts";
import { parseString } from "./literals.ts";
import { childNodes, parseError, type Source, textOf } from "./source.ts";

/** @throws QueryError for a pattern that cannot be compiled, and for a selector that selects everything */
export function parseSelector(source: Source, node: SyntaxNode): Selector {
  const parts = childNodes(node);
  const name = parts.find((part) => part.name === "Identifier");
  const list = parts.find((part) => part.name === "LabelMatchers");
  const matchers = (list === undefined ? [] : childNodes(list)).map((part) =>
    parseMatcher(source, part),
  );
  if (name !== undefined) {
    if (matchers.some(({ label }) => label === METRIC_NAME)) {
      throw parseError(source, node.from, "metric name must not be set twice");
    }
    matchers.unshift(equality(METRIC_NAME, textOf(source, name)));
  }
  if (matchers.every((matcher) => matcher.matches(""))) {
    throw parseError(
      source,
      node.from,
      "vector selector must contain at least one non-empty matcher",
    );
  }
  return { kind: "selector", matchers };
}

function parseMatcher(source: Source, node: SyntaxNode): Matcher {
  const [name, operator, literal] = childNodes(node);
  if (node.name !== "UnquotedLabelMatcher" || !name || !operator || !literal) {
    throw parseError(source, node.from, "the sample metrics server knows no quoted label names");
  }
  const label = textOf(source, name);
  const value = parseString(textOf(source, literal));
  if (value === null) throw parseError(source, literal.from, "string with a wrong quote or escape");
  switch (textOf(source, operator)) {
    case "=":
      return equality(label, value);
    case "!=":
      return { label, matches: (found) => found !== value };
    case "=~":
      return { label, matches: compile(source, literal, value) };
    case "!~": {
      const matches = compile(source, literal, value);
      return { label, matches: (found) => !matches(found) };
    }
    default:
      throw parseError(source, operator.from, `unknown match operator ${textOf(source, operator)}`);
  }
}

function equality(label: string, value: string): Matcher {
  return { label, matches: (found) => found === value };
}

/**
 * Matches the whole value, `.` also a line break, as Prometheus does. The syntax is JavaScript's; with
 * the `u` flag what RE2 alone knows is an error instead of something else.
 */
function compile(source: Source, node: SyntaxNode, pattern: string): (value: string) => boolean {
  try {
    const expression = new RegExp(`^(?:${pattern})$`, "su");
    return (value) => expression.test(value);
  } catch {
    throw parseError(source, node.from, `"${pattern}" is not a regular expression known here`);
  }
}
