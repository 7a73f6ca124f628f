import {
  lookUp,
  type ParsedTemplate,
  parseParts,
  type TemplatePart,
  type TemplateValues,
  valueText,
  variablesOf,
} from "../template.ts";

/** What a watch's query may use. */
export const QUERY_VARIABLES = ["component", "version", "environment", "previous"] as const;

/** A query in some system's language with variables in places where a value cannot change what is asked. */
export interface QueryTemplate {
  readonly source: string;
  /** Those of the watch that it reads, each once. */
  readonly variables: readonly string[];
  /**
   * The query with its values, each escaped for the place where it stands.
   * @throws Error where the language has no way to write a value in that place
   */
  render(values: TemplateValues): string;
}

export type ParsedQuery = ParsedTemplate<QueryTemplate>;

/** A variable's value as it is written in its place. */
export type Writer = (value: string) => string;

/** Where a variable stands: how its value is written there, or why it may not stand there. */
export type Placed =
  | { readonly kind: "place"; readonly write: Writer }
  | { readonly kind: "misplaced"; readonly message: string };

/** How a language is read: text goes in from left to right, and a place is asked for at each variable. */
export interface PlaceReader {
  read(text: string): void;
  place(variable: string): Placed;
}

interface PlacedPart {
  readonly part: TemplatePart;
  /** null: text. */
  readonly write: Writer | null;
}

/**
 * Reads a query template. `filledLater` are variables that the source of the metrics puts in itself, in each
 * request: they stay as they are, as `{{name}}`.
 */
export function parseQueryTemplate(
  source: string,
  reader: PlaceReader,
  filledLater: readonly string[] = [],
): ParsedQuery {
  const parsed = parseParts(source, [...QUERY_VARIABLES, ...filledLater]);
  if (parsed.kind === "problem") return parsed;
  const placed: PlacedPart[] = [];
  for (const part of parsed.template) {
    if (part.kind === "text") {
      reader.read(part.text);
      placed.push({ part, write: null });
      continue;
    }
    const place = reader.place(part.name);
    if (place.kind === "misplaced") {
      return { kind: "problem", message: place.message, offset: part.offset };
    }
    placed.push({ part, write: place.write });
  }
  const later = new Set(filledLater);
  return {
    kind: "template",
    template: {
      source,
      variables: variablesOf(parsed.template).filter((name) => !later.has(name)),
      render: (values) => placed.map((one) => written(one, values, later)).join(""),
    },
  };
}

function written(
  { part, write }: PlacedPart,
  values: TemplateValues,
  later: ReadonlySet<string>,
): string {
  if (part.kind === "text") return part.text;
  if (later.has(part.name)) return `{{${part.name}}}`;
  const value = valueText(lookUp(part.name, values));
  return write === null ? value : write(value);
}
