/** Writes the JSON Schema of the configuration for editors: `npm run schema`. */
import { writeFileSync } from "node:fs";
import { configurationJsonSchema } from "../../src/config/schema/configuration.ts";

const file = new URL("../../docs/slipway.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
