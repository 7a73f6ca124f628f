import { LiteralScanner, type OpenLiteral } from "./literal-scanner.ts";
import { type ParsedQuery, type Placed, parseQueryTemplate } from "./query-template.ts";
import { asRegex } from "./re2.ts";

/**
 * Reads a template of a Graphite target. In a path a value is one node: every character but letters, digits,
 * `_` and `-` becomes `_`, so that `2.3.0` is `2_3_0`. In a text, as of `seriesByTag`, it stays as it is, and
 * after `=~` and `!=~` it is exact text.
 */
export function parseGraphite(source: string): ParsedQuery {
  // A backslash escapes nothing in Graphite's texts.
  const scanner = new LiteralScanner({ quotes: "\"'", raw: "\"'", comment: null });
  return parseQueryTemplate(source, {
    read: (text) => scanner.read(text),
    place: (variable) => placeIn(scanner.literal, variable),
  });
}

function placeIn(literal: OpenLiteral | null, variable: string): Placed {
  if (literal === null) return { kind: "place", write: asNode };
  const isRegex = /=~[^,]*$/.test(literal.text);
  return {
    kind: "place",
    write: (value) => {
      if (/["'\\\p{Cc}]/u.test(value)) {
        throw new Error(
          `Graphite cannot be asked for the ${variable} ${JSON.stringify(value)}: its texts hold no quotes, backslashes or line breaks`,
        );
      }
      return isRegex ? asRegex(value) : value;
    },
  };
}

function asNode(value: string): string {
  return value.replace(/[^A-Za-z0-9_-]/g, "_");
}
