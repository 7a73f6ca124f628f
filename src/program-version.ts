import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const described = z.object({ version: z.string() });

/** The version of this program, as its package says. */
export function programVersion(): string {
  const path = join(import.meta.dirname, "../package.json");
  return described.parse(JSON.parse(readFileSync(path, "utf8"))).version;
}
