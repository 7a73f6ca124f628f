import { parseTemplate, type Template } from "./template.ts";

/** JSON whose texts are templates. A rendered text stays a text: `"{{weight}}"` gives `"5"`. */
export type TemplateTree =
  | Template
  | null
  | boolean
  | number
  | readonly TemplateTree[]
  | { readonly [key: string]: TemplateTree };

interface TreeProblem {
  /** Where in the value: keys and indexes. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly offset: number;
}

export type ParsedTree =
  | { readonly kind: "tree"; readonly tree: TemplateTree }
  | { readonly kind: "problems"; readonly problems: readonly TreeProblem[] };

/** Reads the templates in a JSON value, all problems at once. */
export function parseTemplateTree(value: unknown, allowed: readonly string[]): ParsedTree {
  const problems: TreeProblem[] = [];
  const tree = read(value, [], (text, path) => {
    const parsed = parseTemplate(text, allowed);
    if (parsed.kind === "template") return parsed.template;
    problems.push({ path, message: parsed.message, offset: parsed.offset });
    return null;
  });
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "tree", tree };
}

function read(
  value: unknown,
  path: TreeProblem["path"],
  leaf: (text: string, path: TreeProblem["path"]) => Template | null,
): TemplateTree {
  if (typeof value === "string") return leaf(value, path);
  if (typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) {
    return value.map((member: unknown, index) => read(member, [...path, index], leaf));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, read(member, [...path, key], leaf)]),
  );
}
