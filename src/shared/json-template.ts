import type { Json } from "../core/json.ts";
import { asItIs } from "./escape.ts";
import { lookUp, parseTemplate, type Template, type TemplateValues } from "./template.ts";

/** A JSON value whose texts are templates. */
export interface JsonTemplate {
  readonly variables: readonly string[];
  /**
   * Every text rendered; numbers in a text stay text (`"{{weight}}"` gives `"5"`). A text that is
   * nothing but `{{params}}` or `{{params.<name>}}` becomes that value itself, of whatever type.
   */
  render(values: TemplateValues): Json;
}

export interface JsonTemplateProblem {
  /** Where in the value: keys and indexes. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly offset: number;
}

type Node =
  | { readonly kind: "template"; readonly template: Template }
  | { readonly kind: "param"; readonly name: string }
  | { readonly kind: "list"; readonly members: readonly Node[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, Node])[] }
  | { readonly kind: "value"; readonly value: Json };

const WHOLE_PARAM = /^\{\{\s*(params(?:\.[\w-]+)*)\s*\}\}$/;

/** Reads the templates in a value, all problems at once. */
export function parseJsonTemplate(
  value: Json,
  allowed: readonly string[],
): { readonly template: JsonTemplate; readonly problems: readonly JsonTemplateProblem[] } {
  const problems: JsonTemplateProblem[] = [];
  const variables = new Set<string>();

  const read = (member: Json, path: readonly (string | number)[]): Node => {
    if (typeof member === "string") {
      const parsed = parseTemplate(member, allowed);
      if (parsed.kind === "problem") {
        problems.push({ path, message: parsed.message, offset: parsed.offset });
        return { kind: "value", value: null };
      }
      for (const name of parsed.template.variables) variables.add(name);
      const name = WHOLE_PARAM.exec(member)?.[1];
      return name === undefined ? parsed : { kind: "param", name };
    }
    if (member === null || typeof member !== "object") return { kind: "value", value: member };
    if (Array.isArray(member)) {
      const members = member.map((item: Json, index) => read(item, [...path, index]));
      return { kind: "list", members };
    }
    const entries = Object.entries(member as Readonly<Record<string, Json>>);
    const members = entries.map(([key, item]) => [key, read(item, [...path, key])] as const);
    return { kind: "object", members };
  };

  const root = read(value, []);
  return {
    template: { variables: [...variables], render: (values) => renderNode(root, values) },
    problems,
  };
}

function renderNode(node: Node, values: TemplateValues): Json {
  switch (node.kind) {
    case "value":
      return node.value;
    case "template":
      return node.template.render(values, asItIs);
    case "param":
      return lookUp(node.name, values);
    case "list":
      return node.members.map((member) => renderNode(member, values));
    case "object":
      return Object.fromEntries(
        node.members.map(([key, member]) => [key, renderNode(member, values)]),
      );
  }
}
