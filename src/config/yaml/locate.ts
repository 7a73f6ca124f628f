import { isMap, isScalar, isSeq, type Node, type Scalar } from "yaml";
import type { Path } from "../problems.ts";
import { type Positions, placeAt, placeWithin, type Ruler } from "./positions.ts";

/** What has been read of a file, to find again where a part of it is written. */
export interface Written {
  readonly ruler: Ruler;
  readonly contents: Node | null;
  /** What an alias stands for; any other node is itself. Null: an alias of nothing. */
  readonly resolve: (node: Node) => Node | null;
  /** Scalars into which a variable was put: the file does not show where a character of them stands. */
  readonly filledIn: ReadonlySet<Node>;
}

/** Where a path is written; null: nowhere. Only what has a problem is looked for. */
export function locate(written: Written, path: Path): Positions | null {
  const { ruler, resolve, filledIn } = written;
  let present: Member = { value: written.contents, keyOffset: null };
  for (const step of path) {
    const node: Node | null = present.value === null ? null : resolve(present.value);
    const member = memberOf(node, step);
    if (member === null) return null;
    present = member;
  }
  const { value: found, keyOffset } = present;
  const value = placeAt(ruler, found?.range?.[0] ?? keyOffset ?? 0);
  const key = keyOffset === null ? null : placeAt(ruler, keyOffset);
  const node = found === null ? null : resolve(found);
  const text = isText(node) && !filledIn.has(node) ? node : null;
  return {
    key,
    value,
    within: (offset) => (text === null ? value : placeWithin(ruler, text, text.value, offset)),
  };
}

interface Member {
  readonly value: Node | null;
  /** Null for the members of a list. */
  readonly keyOffset: number | null;
}

function memberOf(node: Node | null, step: string | number): Member | null {
  if (isSeq<Node>(node) && typeof step === "number") {
    const item = node.items[step];
    return item === undefined ? null : { value: item, keyOffset: null };
  }
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = node.items.find(({ key }) => keyText(key) === step);
  return pair === undefined ? null : { value: pair.value, keyOffset: offsetOf(pair.key) };
}

function isText(node: Node | null): node is Scalar<string> {
  return isScalar(node) && typeof node.value === "string";
}

/** The key as the name of a member; null where it is none. */
export function keyText(key: Node): string | null {
  const value = isScalar(key) ? key.value : null;
  const name = typeof value === "number" ? String(value) : value;
  return typeof name === "string" && name !== "" && name !== "__proto__" ? name : null;
}

export function offsetOf(key: Node): number {
  return key.range?.[0] ?? 0;
}
