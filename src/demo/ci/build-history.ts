import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const recordSchema = z.object({
  version: z.string(),
  outcome: z.enum(["success", "failure", "error"]),
  /** The snapshot a model was trained on as it is; null for any other build. */
  snapshot: z.string().nullable(),
});

/** What the sample CI remembers of a build. */
type BuildRecord = z.infer<typeof recordSchema>;

/** The builds of one component, each in a folder named by its version. */
export interface BuildHistory {
  folderOf(version: string): string;
  /** Every version that was begun, also one whose job was cut off: a version is never used twice. */
  begun(): Promise<readonly string[]>;
  all(): Promise<readonly BuildRecord[]>;
  add(record: BuildRecord): Promise<void>;
}

export function createBuildHistory(folder: string): BuildHistory {
  return {
    folderOf: (version) => join(folder, version),
    begun: () => readdir(folder).catch(() => []),
    all: async () => {
      const names = await readdir(folder).catch(() => []);
      const texts = await Promise.all(
        names.map((name) => readFile(join(folder, name, "build.json"), "utf8").catch(() => null)),
      );
      return texts.flatMap((text) => (text === null ? [] : [recordSchema.parse(JSON.parse(text))]));
    },
    add: async (record) => {
      await mkdir(join(folder, record.version), { recursive: true });
      await writeFile(join(folder, record.version, "build.json"), `${JSON.stringify(record)}\n`);
    },
  };
}
