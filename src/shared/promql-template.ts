import { parsePromql } from "./queries/promql.ts";
import { renderQuery } from "./queries/registry.ts";
import type { TemplateValues } from "./template.ts";

export const parsePromqlTemplate = parsePromql;

/** A query that was checked when the configuration was loaded, with its variables in their places. */
export function renderPromql(query: string, values: TemplateValues): string {
  return renderQuery("promql", query, values);
}
