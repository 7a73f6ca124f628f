import { parseTemplate, type Template } from "../../src/shared/template.ts";

/** A template as the configuration compiles it, which may read whatever it names. */
export function template(source: string): Template {
  const named = [...source.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map((match) => match[1] ?? "");
  const parsed = parseTemplate(source, named);
  if (parsed.kind === "problem") throw new Error(parsed.message);
  return parsed.template;
}
