import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const FILE = resolve(import.meta.dirname, "../../src/demo/slipway.yml");

const configurationSchema = z.object({
  deployers: z.record(
    z.string(),
    z.object({
      start: z.object({
        headers: z.record(z.string(), z.string()),
        body: z.record(z.string(), z.string()),
      }),
    }),
  ),
  components: z.record(
    z.string(),
    z.object({
      gates: z.array(z.object({ check: z.string() })),
      environments: z.record(
        z.string(),
        z.object({
          deploy: z.object({ use: z.string() }),
          watch: z
            .object({
              checks: z.array(
                z.object({
                  name: z.string(),
                  query: z.string().optional(),
                  ratio: z.object({ bad: z.string(), total: z.string() }).optional(),
                }),
              ),
            })
            .optional(),
        }),
      ),
    }),
  ),
});

/** What the tests of the sample world need of `src/demo/slipway.yml`. */
export const demoConfiguration = configurationSchema.parse(parse(readFileSync(FILE, "utf8")));

/** A template with its variables replaced as they are; the product's own templates escape values. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template needs ${name}: ${template}`);
    return value;
  });
}
