import { type ParsedQuery, parseQueryTemplate } from "./query-template.ts";

const LONGEST_TAG = 200;

/**
 * Reads a template of a Datadog metrics query. A variable stands in the braces that filter by tags, as in
 * `sum:errors{version:{{version}}}.as_count()`.
 */
export function parseDatadog(source: string): ParsedQuery {
  let depth = 0;
  return parseQueryTemplate(source, {
    read: (text) => {
      for (const character of text) {
        if (character === "{") depth += 1;
        if (character === "}") depth = Math.max(0, depth - 1);
      }
    },
    place: (variable) => {
      if (depth > 0) return { kind: "place", write: asTagValue };
      const message = `{{${variable}}} must stand in the braces of a filter, e.g. {${variable}:{{${variable}}}}`;
      return { kind: "misplaced", message };
    },
  });
}

/** As Datadog itself keeps the value of a tag: in lower case, and what a tag cannot hold as `_`. */
function asTagValue(value: string): string {
  return value
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\-:./]/gu, "_")
    .slice(0, LONGEST_TAG);
}
