import {
  lookUp,
  type ParsedTemplate,
  parseParts,
  type TemplatePart,
  type TemplateValues,
  valueText,
  variablesOf,
} from "./template.ts";

/** What a watch's query may use. */
const QUERY_VARIABLES = ["component", "version", "environment", "previous"] as const;

/** A PromQL query with variables inside its quoted texts. */
export interface PromqlTemplate {
  readonly source: string;
  readonly variables: readonly string[];
  /** Values are escaped for the quotes they stand in, and for `=~` and `!~` as exact text. */
  render(values: TemplateValues): string;
}

/** A query that was checked when the configuration was loaded, with its variables in their places. */
export function renderPromql(query: string, values: TemplateValues): string {
  const parsed = parsePromqlTemplate(query);
  if (parsed.kind === "problem") throw new Error(`the query ${query}: ${parsed.message}`);
  return parsed.template.render(values);
}

type Quote = '"' | "'" | "`";

interface Place {
  readonly quote: Quote;
  readonly regex: boolean;
}

/**
 * Reads a query template. A variable anywhere but between `"…"` or `'…'` is a problem: there a value
 * could change what is asked.
 */
export function parsePromqlTemplate(source: string): ParsedTemplate<PromqlTemplate> {
  const parsed = parseParts(source, QUERY_VARIABLES);
  if (parsed.kind === "problem") return parsed;
  const scanner = new QuoteScanner();
  const placed: { readonly part: TemplatePart; readonly place: Place | null }[] = [];
  for (const part of parsed.template) {
    if (part.kind === "text") scanner.read(part.text);
    const place = part.kind === "variable" ? scanner.place : null;
    if (part.kind === "variable" && (place === null || place.quote === "`")) {
      const message = `{{${part.name}}} must stand in quotes, e.g. version="{{version}}"`;
      return { kind: "problem", message, offset: part.offset };
    }
    placed.push({ part, place });
  }
  return {
    kind: "template",
    template: {
      source,
      variables: variablesOf(parsed.template),
      render: (values) =>
        placed
          .map(({ part, place }) =>
            part.kind === "text" ? part.text : escaped(valueText(lookUp(part.name, values)), place),
          )
          .join(""),
    },
  };
}

function escaped(value: string, place: Place | null): string {
  const exact = place?.regex === true ? asRegex(value) : value;
  return inQuotes(exact, place?.quote ?? '"');
}

/** A regular expression in RE2's syntax that matches exactly this text. */
function asRegex(value: string): string {
  return value.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

/** For the inside of a PromQL text, whose escapes are those of Go. */
function inQuotes(value: string, quote: Quote): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

/** Follows the quotes and comments of PromQL through a text. */
class QuoteScanner {
  /** The quotes that are open; null outside of quotes. */
  place: Place | null = null;
  #comment = false;
  #escaped = false;
  /** What was read before the quotes, for the operator in front of them. */
  #before = "";

  read(text: string): void {
    for (const character of text) this.#step(character);
  }

  #step(character: string): void {
    if (this.#comment) {
      this.#comment = character !== "\n";
    } else if (this.place === null) {
      if (character === "#") this.#comment = true;
      else if (character === '"' || character === "'" || character === "`") {
        this.place = { quote: character, regex: /[=!]~\s*$/.test(this.#before) };
        this.#before = "";
      } else this.#before = (this.#before + character).slice(-20);
    } else if (this.#escaped) {
      this.#escaped = false;
    } else if (character === "\\" && this.place.quote !== "`") {
      this.#escaped = true;
    } else if (character === this.place.quote) {
      this.place = null;
    }
  }
}
