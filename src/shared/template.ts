/** The values of a template's variables, all of them JSON; `params` holds the environment's `with`. */
export type TemplateValues = Readonly<Record<string, unknown>>;

/** Makes a value harmless in the place where it stands. @throws Error where no form of it is */
type Escape = (value: string) => string;

/** A text with `{{variables}}` whose names were checked when it was read. */
export interface Template {
  readonly source: string;
  /** The variables that it reads, each once, e.g. `version`, `params.region`. */
  readonly variables: readonly string[];
  /**
   * The text with every value in its place. A null or absent value is the empty text; a value that is
   * not a text stands as JSON.
   */
  render(values: TemplateValues, escaping: Escape): string;
}

export type ParsedTemplate<T = Template> =
  | { readonly kind: "template"; readonly template: T }
  | { readonly kind: "problem"; readonly message: string; readonly offset: number };

/** A piece of a template: text as it is, or the name of a variable. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string; readonly offset: number }
  | { readonly kind: "variable"; readonly name: string; readonly offset: number };

/** A verbatim `{{`, for systems that have braces of their own. */
const LITERAL_BRACES = '"{{"';
const NAME = /^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/;

/**
 * Reads a template. `allowed` names the variables it may use; `params` in it allows `params` as a whole
 * and any `params.<name>`. `{{"{{"}}` writes two braces.
 */
export function parseTemplate(source: string, allowed: readonly string[]): ParsedTemplate {
  const parsed = parseParts(source, allowed);
  if (parsed.kind === "problem") return parsed;
  const parts = parsed.template;
  return {
    kind: "template",
    template: {
      source,
      variables: variablesOf(parts),
      render: (values, escaping) =>
        parts
          .map((part) =>
            part.kind === "text" ? part.text : escaping(valueText(lookUp(part.name, values))),
          )
          .join(""),
    },
  };
}

/** The pieces of a template, for languages in which the place of a variable decides its form. */
export function parseParts(
  source: string,
  allowed: readonly string[],
): ParsedTemplate<readonly TemplatePart[]> {
  const parts: TemplatePart[] = [];
  let position = 0;
  while (position < source.length) {
    const open = source.indexOf("{{", position);
    if (open === -1) {
      parts.push({ kind: "text", text: source.slice(position), offset: position });
      break;
    }
    if (open > position) {
      parts.push({ kind: "text", text: source.slice(position, open), offset: position });
    }
    const literal = /^\{\{\s*"\{\{"\s*\}\}/.exec(source.slice(open));
    const close = literal === null ? source.indexOf("}}", open) : open + literal[0].length - 2;
    if (close === -1) {
      return { kind: "problem", message: "{{ without its }}", offset: open };
    }
    const name = source.slice(open + 2, close).trim();
    const part = parseVariable(name, open, allowed);
    if (part.kind === "problem") return part;
    parts.push(part);
    position = close + 2;
  }
  return { kind: "template", template: parts };
}

function parseVariable(
  name: string,
  offset: number,
  allowed: readonly string[],
): TemplatePart | { readonly kind: "problem"; readonly message: string; readonly offset: number } {
  if (name === LITERAL_BRACES) return { kind: "text", text: "{{", offset };
  if (NAME.test(name)) {
    const [root] = name.split(".");
    const known = allowed.includes(name) || (root === "params" && allowed.includes("params"));
    if (known) return { kind: "variable", name, offset };
  }
  const names = allowed.map((variable) => (variable === "params" ? "params.<name>" : variable));
  return {
    kind: "problem",
    message: `unknown variable {{${name}}}; there is ${names.join(", ")}`,
    offset,
  };
}

export function variablesOf(parts: readonly TemplatePart[]): readonly string[] {
  return [...new Set(parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])))];
}

/** The value of a variable; null where it has none. */
export function lookUp(name: string, values: TemplateValues): unknown {
  let value: unknown = values;
  for (const member of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, member)) return null;
    value = (value as Readonly<Record<string, unknown>>)[member] ?? null;
  }
  return value;
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
