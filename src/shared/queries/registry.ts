import type { TemplateValues } from "../template.ts";
import { parseCloudwatch } from "./cloudwatch.ts";
import { parseDatadog } from "./datadog.ts";
import { parseGraphite } from "./graphite.ts";
import { parseInfluxql } from "./influxql.ts";
import { parseLogql } from "./logql.ts";
import { parsePromql } from "./promql.ts";
import type { ParsedQuery } from "./query-template.ts";
import { parseRequestPath } from "./request-path.ts";

const LANGUAGES = {
  promql: parsePromql,
  logql: parseLogql,
  datadog: parseDatadog,
  cloudwatch: parseCloudwatch,
  graphite: parseGraphite,
  influxql: parseInfluxql,
  "request-path": parseRequestPath,
} as const;

export type QueryLanguage = keyof typeof LANGUAGES;

/**
 * Reads a query template in a system's language: a template whose values cannot change what is asked, or what
 * is wrong with it and where.
 */
export function parseQuery(language: QueryLanguage, source: string): ParsedQuery {
  if (source.trim() === "") return { kind: "problem", message: "must not be empty", offset: 0 };
  return LANGUAGES[language](source);
}

/**
 * A query that was checked when the configuration was loaded, with its variables in their places.
 * @throws Error where the language has no way to write a value
 */
export function renderQuery(
  language: QueryLanguage,
  source: string,
  values: TemplateValues,
): string {
  const parsed = parseQuery(language, source);
  if (parsed.kind === "problem") throw new Error(`the query ${source}: ${parsed.message}`);
  return parsed.template.render(values);
}
