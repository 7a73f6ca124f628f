import { LiteralScanner, type LiteralSyntax, type OpenLiteral } from "./literal-scanner.ts";
import { type ParsedQuery, type Placed, parseQueryTemplate } from "./query-template.ts";
import { asRegex } from "./re2.ts";

/** What the source puts into each request: a condition on `time`, and the length of a step. */
const FILLED_LATER = ["time", "step"] as const;

/** A `/` divides after a name, a number or a bracket that is closed; elsewhere a regular expression begins. */
const SYNTAX: LiteralSyntax = {
  quotes: "\"'",
  raw: "",
  comment: "--",
  isRegex: (before) =>
    !/[\w)"'/]\s*$/.test(before) || /\b(?:select|from|by|where|and|or)\s*$/i.test(before),
};

/**
 * Reads an InfluxQL template: one SELECT that has `{{time}}` as a condition of its WHERE and
 * `GROUP BY time({{step}})`. The other variables stand in `'…'`, `"…"` or `/…/`.
 */
export function parseInfluxql(source: string): ParsedQuery {
  if (source.includes("/*")) {
    const message = "must not have /* comments */; use -- instead";
    return { kind: "problem", message, offset: source.indexOf("/*") };
  }
  const scanner = new LiteralScanner(SYNTAX);
  const parsed = parseQueryTemplate(
    source,
    { read: (text) => scanner.read(text), place: (variable) => placeIn(scanner, variable) },
    FILLED_LATER,
  );
  if (parsed.kind === "problem") return parsed;
  const message = problemOf(source, scanner.code);
  return message === null ? parsed : { kind: "problem", message, offset: 0 };
}

/** A rendered query with what the source puts in. What stands in texts is left alone. */
export function fillInflux(
  rendered: string,
  values: { readonly [N in (typeof FILLED_LATER)[number]]: string },
): string {
  const scanner = new LiteralScanner(SYNTAX);
  let filled = "";
  for (const piece of rendered.split(/(\{\{(?:time|step)\}\})/)) {
    const name = FILLED_LATER.find((variable) => piece === `{{${variable}}}`);
    const text = name === undefined || scanner.literal !== null ? piece : values[name];
    scanner.read(text);
    filled += text;
  }
  return filled;
}

function placeIn(scanner: LiteralScanner, variable: string): Placed {
  const { literal } = scanner;
  if (variable === "time" || variable === "step") {
    if (literal === null && !scanner.isInComment) return { kind: "place", write: (value) => value };
    return { kind: "misplaced", message: `{{${variable}}} must not stand in quotes` };
  }
  if (literal !== null) return { kind: "place", write: (value) => inLiteral(value, literal) };
  const message = `{{${variable}}} must stand in quotes, e.g. "${variable}" = '{{${variable}}}'`;
  return { kind: "misplaced", message };
}

function inLiteral(value: string, { quote }: OpenLiteral): string {
  const exact = quote === "/" ? asRegex(value) : value.replaceAll("\\", "\\\\");
  return exact.replaceAll(quote, `\\${quote}`).replace(/\r\n?|\n/g, "\\n");
}

function problemOf(source: string, code: string): string | null {
  if (!/^\s*select\b/i.test(code)) return "must be a SELECT: anything else is no measurement";
  if (/;\s*\S/.test(code)) return "must be one statement";
  if (/\binto\b/i.test(code)) return "must not have INTO: a measurement writes nothing";
  if (!/\{\{\s*time\s*\}\}/.test(source)) return "lacks {{time}}, e.g. WHERE {{time}} AND …";
  return /\btime\(\s*\{\{\s*step\s*\}\}\s*\)/i.test(source)
    ? null
    : "lacks GROUP BY time({{step}})";
}
