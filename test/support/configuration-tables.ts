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
  /** `#/$defs/<name>`: a map that stands in several places. */
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
}

/** One map of the configuration, as `docs/configuration.md` shows it. */
export interface ConfigurationTable {
  /** E.g. `components.<name>.gates[]`, `deployers.<name> http.start`; the top is `""`. */
  readonly path: string;
  /** A Markdown table: key, default, meaning. */
  readonly table: string;
}

/** A table for every map of the configuration, made from its schema; of one in several places the first. */
export function configurationTables(): readonly ConfigurationTable[] {
  const schema = configurationJsonSchema() as Schema;
  return tablesOf(schema, "", new Map(Object.entries(schema.$defs ?? {})));
}

function tablesOf(
  schema: Schema,
  path: string,
  shared: Map<string, Schema>,
): readonly ConfigurationTable[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice("#/$defs/".length);
    const definition = shared.get(name);
    shared.delete(name);
    return definition === undefined ? [] : tablesOf(definition, path, shared);
  }
  const [, choice] = schema.anyOf ?? [];
  if (choice?.properties !== undefined) return tablesOf(choice, path, shared);
  if (schema.oneOf !== undefined) {
    return schema.oneOf.flatMap((choice) =>
      tablesOf(choice, `${path} ${choice.properties?.type?.const ?? ""}`, shared),
    );
  }
  if (schema.items !== undefined) return tablesOf(schema.items, `${path}[]`, shared);
  if (schema.properties === undefined) {
    const { additionalProperties: entries } = schema;
    return typeof entries === "object" ? tablesOf(entries, `${path}.<name>`, shared) : [];
  }
  const rows = Object.entries(schema.properties).map(([key, member]) => {
    const value = schema.required?.includes(key) ? "required" : defaultText(member.default);
    return `| \`${key}\` | ${value} | ${member.description ?? ""} |`;
  });
  const table = ["| key | default | meaning |", "|---|---|---|", ...rows].join("\n");
  // Its queries are those of the check that it belongs to.
  if (path.endsWith(".compare.baseline")) return [{ path, table }];
  const inner = Object.entries(schema.properties).flatMap(([key, member]) =>
    tablesOf(member, path === "" ? key : `${path}.${key}`, shared),
  );
  return [{ path, table }, ...inner];
}

function defaultText(value: unknown): string {
  if (value === undefined) return "–";
  const empty = JSON.stringify(value) === "[]" || JSON.stringify(value) === "{}";
  if (empty) return "none";
  return `\`${typeof value === "object" ? JSON.stringify(value) : String(value)}\``;
}
