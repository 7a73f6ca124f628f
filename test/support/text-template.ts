import type { Json } from "../../src/core/json.ts";
import type { Template } from "../../src/effects/template.ts";

/** A template as the configuration compiles it: `{{name}}` and `{{params.name}}`. */
export function template(source: string): Template {
  return {
    source,
    render: (variables, escapeValue) =>
      source.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_whole, path: string) => {
        const value = path
          .split(".")
          .reduce<Json | undefined>((parent, name) => memberOf(parent, name), { ...variables });
        if (value === null || value === undefined) return "";
        return escapeValue(typeof value === "object" ? JSON.stringify(value) : String(value));
      }),
  };
}

function memberOf(parent: Json | undefined, name: string): Json | undefined {
  if (parent === null || typeof parent !== "object" || Array.isArray(parent)) return undefined;
  return (parent as Readonly<Record<string, Json | undefined>>)[name];
}
