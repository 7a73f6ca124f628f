import { configurationJsonSchema } from "../../src/config/schema/configuration.ts";

/** The part of JSON Schema that the configuration uses. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
  readonly description?: string;
  readonly const?: string;
}

/** One map of the configuration, as `docs/configuration.md` shows it. */
export interface ConfigurationTable {
  /** E.g. `components.<name>.gates[]`, `deployers.<name> http.start`; the top is `""`. */
  readonly path: string;
  /** A Markdown table: key, default, meaning. */
  readonly table: string;
}

/** A table for every map of the configuration, made from its schema. */
export function configurationTables(): readonly ConfigurationTable[] {
  return tablesOf(configurationJsonSchema() as Schema, "");
}

function tablesOf(schema: Schema, path: string): readonly ConfigurationTable[] {
  if (schema.oneOf !== undefined) {
    return schema.oneOf.flatMap((choice) =>
      tablesOf(choice, `${path} ${choice.properties?.type?.const ?? ""}`),
    );
  }
  if (schema.items !== undefined) return tablesOf(schema.items, `${path}[]`);
  if (schema.properties === undefined) {
    const { additionalProperties: entries } = schema;
    return typeof entries === "object" ? tablesOf(entries, `${path}.<name>`) : [];
  }
  const rows = Object.entries(schema.properties).map(([key, member]) => {
    const value = schema.required?.includes(key) ? "required" : defaultText(member.default);
    return `| \`${key}\` | ${value} | ${member.description ?? ""} |`;
  });
  const table = ["| key | default | meaning |", "|---|---|---|", ...rows].join("\n");
  const inner = Object.entries(schema.properties).flatMap(([key, member]) =>
    tablesOf(member, path === "" ? key : `${path}.${key}`),
  );
  return [{ path, table }, ...inner];
}

function defaultText(value: unknown): string {
  if (value === undefined) return "–";
  const empty = JSON.stringify(value) === "[]" || JSON.stringify(value) === "{}";
  if (empty) return "none";
  return `\`${typeof value === "object" ? JSON.stringify(value) : String(value)}\``;
}
