import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export const ROOT = join(import.meta.dirname, "../..");

/** A YAML tree that is only looked at. Absent members read as undefined all the way down. */
export type Tree = { readonly [name: string]: Tree } & Iterable<Tree>;

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The documents of a text. @throws Error where it is not YAML */
export function documentsIn(text: string): readonly Tree[] {
  return parseAllDocuments(text).map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    return document.toJS() as Tree;
  });
}

/** The one document of a file, by its path from the root of the repository. */
export function readYaml(path: string): Tree {
  const [document] = documentsIn(readText(path));
  if (document === undefined) throw new Error(`${path} is empty`);
  return document;
}

/** Paths of all files under a folder, from the root of the repository. */
export function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

/** Arguments of the last instruction of this name in the Dockerfile. */
export function inDockerfile(instruction: string): string {
  const lines = readText("Dockerfile").replaceAll("\\\n", " ").split("\n");
  const found = lines.findLast((line) => line.startsWith(`${instruction} `));
  return found?.slice(instruction.length + 1).trim() ?? "";
}

/** Variables that the image sets. */
export function imageEnvironment(): Readonly<Record<string, string>> {
  const pairs = inDockerfile("ENV").split(/\s+/);
  return Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string]));
}
