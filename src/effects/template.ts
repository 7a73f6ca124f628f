import type { Json } from "../core/json.ts";

/** What a template may read, by name; `params.region` reads a member. */
export type TemplateVariables = Readonly<Record<string, Json>>;

/** A text with `{{names}}` in it, checked when the configuration was loaded. */
export interface Template {
  readonly source: string;
  /** Each value passes through `escapeValue` on its way into the text; null and absent values are empty. */
  render(variables: TemplateVariables, escapeValue: (text: string) => string): string;
}
