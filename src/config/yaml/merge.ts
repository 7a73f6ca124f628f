import type { Json } from "../../core/json.ts";
import type { Path, Place, Problem } from "../problems.ts";
import type { Positions } from "./positions.ts";
import type { YamlTree } from "./yaml-tree.ts";

/** The whole configuration, from one file or several. */
export interface ConfigurationTree {
  readonly value: Json;
  /** As it is written: without any secret. */
  readonly source: Json;
  readonly secrets: readonly string[];
  readonly problems: readonly Problem[];
  positionsOf(path: Path): Positions;
}

/** Sections to which every file of a folder may add entries of its own. */
const SHARED_SECTIONS = ["sources", "metrics", "deployers", "components"];

function ownerKey(path: Path): string {
  return JSON.stringify(path);
}

type Members = Readonly<Record<string, Json | undefined>>;

/**
 * Puts the files of a folder together. A key that two of them define is a problem that names both
 * places; only the named entries of `sources`, `metrics`, `deployers` and `components` add up.
 */
export function mergeTrees(trees: readonly YamlTree[]): ConfigurationTree {
  const owners = new Map<string, YamlTree>();
  const problems = trees.flatMap((tree) => tree.problems);
  const claim = (path: Path, tree: YamlTree): void => {
    const key = ownerKey(path);
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, tree);
    else problems.push(twice(path, tree, owner));
  };
  for (const tree of trees) {
    if (membersOf(tree.value) === null) {
      const place = tree.positionsOf([])?.value ?? topOf(tree);
      problems.push({ place, path: [], message: "must be a map of keys, such as components:" });
    }
    for (const [section, value] of Object.entries(membersOf(tree.value) ?? {})) {
      const entries = SHARED_SECTIONS.includes(section) ? membersOf(value ?? null) : null;
      if (entries === null) claim([section], tree);
      else for (const name of Object.keys(entries)) claim([section, name], tree);
    }
  }
  return {
    value: merged(trees.map(({ value }) => value)),
    source: merged(trees.map(({ source }) => source)),
    secrets: trees.flatMap(({ secrets }) => secrets),
    problems,
    positionsOf: (path) => positionsIn(trees, owners, path),
  };
}

function merged(values: readonly Json[]): Json {
  const result: Record<string, Json> = {};
  for (const value of values) {
    for (const [section, content] of Object.entries(membersOf(value) ?? {})) {
      const present = membersOf(result[section] ?? null);
      const added = membersOf(content ?? null);
      const adds = SHARED_SECTIONS.includes(section) && present !== null && added !== null;
      // In the order of the files; where two define an entry, which is reported, the first one stays.
      if (adds) result[section] = { ...present, ...added, ...present };
      else result[section] ??= content ?? null;
    }
  }
  return result;
}

/** The positions of a path, or of the nearest thing above it that is written somewhere. */
function positionsIn(
  trees: readonly YamlTree[],
  owners: ReadonlyMap<string, YamlTree>,
  path: Path,
): Positions {
  const owner = owners.get(ownerKey(path.slice(0, 2))) ?? owners.get(ownerKey(path.slice(0, 1)));
  for (let length = path.length; length >= 0; length--) {
    const above = path.slice(0, length);
    for (const tree of owner === undefined ? trees : [owner]) {
      const found = tree.positionsOf(above);
      if (found !== null) return found;
    }
  }
  const place = trees[0] === undefined ? { file: "", line: 1, column: 1 } : topOf(trees[0]);
  return { key: null, value: place, within: () => place };
}

function twice(path: Path, tree: YamlTree, owner: YamlTree): Problem {
  const at = (of: YamlTree): Place => of.positionsOf(path)?.key ?? topOf(of);
  const { file, line, column } = at(owner);
  return {
    place: at(tree),
    path,
    message: `also defined at ${file}:${line}:${column}; keep one of them`,
  };
}

function topOf(tree: YamlTree): Place {
  return { file: tree.file, line: 1, column: 1 };
}

function membersOf(value: Json): Members | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  return value as Members;
}
