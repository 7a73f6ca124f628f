import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const FILE_NAME = /^[a-z0-9][a-z0-9.-]*$/;
const bundleSchema = z.strictObject({ files: z.record(z.string().regex(FILE_NAME), z.string()) });

/** The named files of a folder as one text: what a build of the service publishes. */
export async function packBundle(folder: string, names: readonly string[]): Promise<string> {
  const files: Record<string, string> = {};
  for (const name of names.toSorted()) files[name] = await readFile(join(folder, name), "utf8");
  return `${JSON.stringify({ files }, null, 2)}\n`;
}

/** @throws Error when the text is not a bundle, or names a file outside the folder */
export async function unpackBundle(text: string, folder: string): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error("the bundle is not JSON", { cause: error });
  }
  const parsed = bundleSchema.safeParse(json);
  if (!parsed.success) throw new Error("the bundle is not one of files by plain names");
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(parsed.data.files)) {
    await writeFile(join(folder, name), content);
  }
}
