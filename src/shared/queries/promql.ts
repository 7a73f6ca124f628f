import { LiteralScanner, type OpenLiteral } from "./literal-scanner.ts";
import { type ParsedQuery, type Placed, parseQueryTemplate } from "./query-template.ts";
import { asRegex, asRegexInBackticks, inGoQuotes } from "./re2.ts";

/**
 * Reads a PromQL template. A variable anywhere but inside a text is a problem: there a value could change
 * what is asked. Values are escaped for the quotes they stand in, and for `=~` and `!~` as exact text.
 */
export function parsePromql(source: string): ParsedQuery {
  const scanner = new LiteralScanner({ quotes: "\"'`", raw: "`", comment: "#" });
  return parseQueryTemplate(source, {
    read: (text) => scanner.read(text),
    place: (variable) => placeIn(scanner.literal, variable),
  });
}

function placeIn(literal: OpenLiteral | null, variable: string): Placed {
  const isRegex = literal !== null && /[=!]~\s*$/.test(literal.before);
  if (literal?.quote === "`" && isRegex) return { kind: "place", write: asRegexInBackticks };
  if (literal === null || literal.quote === "`") {
    const message = `{{${variable}}} must stand in quotes, e.g. ${variable}="{{${variable}}}"`;
    return { kind: "misplaced", message };
  }
  const { quote } = literal;
  return {
    kind: "place",
    write: (value) => inGoQuotes(isRegex ? asRegex(value) : value, quote),
  };
}
