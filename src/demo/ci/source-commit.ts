import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Who made it and when is the same always, so that the same sources are the same commit. */
const NOBODY = "Sample CI <ci@acme.test> 0 +0000";

/**
 * The id that git gives to a first commit of the files of a folder: 40 hexadecimal digits. Format:
 * https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
export async function commitOfSources(folder: string): Promise<string> {
  const tree = (await treeOf(folder)).toString("hex");
  const text = `tree ${tree}\nauthor ${NOBODY}\ncommitter ${NOBODY}\n\nSources\n`;
  return idOf("commit", Buffer.from(text)).toString("hex");
}

async function treeOf(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return line("40000", entry.name, await treeOf(path), "/");
      return line("100644", entry.name, idOf("blob", await readFile(path)), "");
    }),
  );
  // Git sorts by bytes, and folders as if their names ended in a slash.
  lines.sort((a, b) => Buffer.compare(a.sortedBy, b.sortedBy));
  return idOf("tree", Buffer.concat(lines.map(({ bytes }) => bytes)));
}

function line(mode: string, name: string, id: Buffer, ending: string) {
  return {
    sortedBy: Buffer.from(`${name}${ending}`),
    bytes: Buffer.concat([Buffer.from(`${mode} ${name}\0`), id]),
  };
}

function idOf(type: string, content: Buffer): Buffer {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest();
}
