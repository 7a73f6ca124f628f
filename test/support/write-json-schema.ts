/** Writes the JSON Schema of the configuration for editors, and the tables of its manual: `npm run schema`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationJsonSchema } from "../../src/config/schema/configuration.ts";
import { configurationTables } from "./configuration-tables.ts";

const file = new URL("../../docs/slipway.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);

const MANUAL = join(import.meta.dirname, "../../docs/configuration.md");

/** The tables of the manual, made anew where they stand; a new map's stands behind the one before it. */
let manual = readFileSync(MANUAL, "utf8");
let end = 0;
for (const { path, table } of configurationTables()) {
  const heading = `\`${path}\``;
  const found = path === "" ? 0 : manual.indexOf(heading);
  const start = found === -1 ? -1 : manual.indexOf("| key | default | meaning |", found);
  if (start === -1) {
    const added = `\n\n${heading}\n\n${table}`;
    manual = manual.slice(0, end) + added + manual.slice(end);
    end += added.length;
    continue;
  }
  const after = manual.slice(start).search(/\n(?!\|)/);
  manual = manual.slice(0, start) + table + manual.slice(start + after);
  end = start + table.length;
}
writeFileSync(MANUAL, manual);
