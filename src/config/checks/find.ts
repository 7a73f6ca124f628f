import type { Json } from "../../core/json.ts";
import type { Path } from "../problems.ts";

export interface Found {
  readonly path: Path;
  readonly value: Json;
}

/**
 * Everything at the places of a pattern, in which `*` stands for any key or index. Looks at what is
 * written, right or wrong, so that one mistake does not hide another.
 */
export function find(root: Json, pattern: readonly string[]): readonly Found[] {
  return pattern.reduce<readonly Found[]>(
    (found, step) => found.flatMap((parent) => membersAt(parent, step)),
    [{ path: [], value: root }],
  );
}

function membersAt({ path, value }: Found, step: string): readonly Found[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) {
    return step === "*"
      ? value.map((member: Json, index) => ({ path: [...path, index], value: member }))
      : [];
  }
  return Object.entries(value as Readonly<Record<string, Json>>)
    .filter(([key]) => step === "*" || step === key)
    .map(([key, member]) => ({ path: [...path, key], value: member }));
}

/** The keys of the map at a path of literal keys; none where there is no map. */
export function keysAt(root: Json, path: readonly string[]): readonly string[] {
  return find(root, [...path, "*"]).map((found) => String(found.path.at(-1)));
}

/** The text at `key` of something found; null when there is none. */
export function textAt(found: Found, key: string): string | null {
  const [member] = membersAt(found, key);
  return typeof member?.value === "string" ? member.value : null;
}
