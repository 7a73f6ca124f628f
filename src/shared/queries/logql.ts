import { LiteralScanner, type OpenLiteral } from "./literal-scanner.ts";
import { type ParsedQuery, type Placed, parseQueryTemplate } from "./query-template.ts";
import { asRegex, asRegexInBackticks, inGoQuotes } from "./re2.ts";

/** A matcher, a label filter or a line filter, and what `or` adds to a line filter. */
const COMPARED = /(\|=|\|~|!=|!~|=~|==?)\s*(?:(?:""|``)\s*or\s*)*$/;
/** Stages whose texts are Go templates: a value with braces would be one. */
const FORMATTED = /\|\s*(?:line_format|label_format)\b[^|]*$/;

/**
 * Reads a LogQL template. A variable stands in a text that something is compared with, nowhere else.
 * Values are escaped for the quotes they stand in, and for `=~`, `!~` and `|~` as exact text.
 */
export function parseLogql(source: string): ParsedQuery {
  const scanner = new LiteralScanner({ quotes: '"`', raw: "`", comment: "#" });
  return parseQueryTemplate(source, {
    read: (text) => scanner.read(text),
    place: (variable) => placeIn(scanner.literal, variable),
  });
}

function placeIn(literal: OpenLiteral | null, variable: string): Placed {
  const example = `e.g. {${variable}="{{${variable}}}"} or |= "{{${variable}}}"`;
  const operator = literal === null ? undefined : COMPARED.exec(literal.before)?.[1];
  if (literal === null || operator === undefined || FORMATTED.test(literal.before)) {
    const message = `{{${variable}}} must stand in quotes after =, !=, =~, !~, |= or |~, ${example}`;
    return { kind: "misplaced", message };
  }
  const isRegex = operator.endsWith("~");
  if (literal.quote === "`") {
    if (isRegex) return { kind: "place", write: asRegexInBackticks };
    const message = `{{${variable}}} cannot be escaped in backticks; write "…", ${example}`;
    return { kind: "misplaced", message };
  }
  return {
    kind: "place",
    write: (value) => inGoQuotes(isRegex ? asRegex(value) : value, '"'),
  };
}
