import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../fixtures");

export function fixtureBytes(path: string): Buffer {
  return readFileSync(join(FOLDER, path));
}

export function fixtureJson(path: string): unknown {
  return JSON.parse(fixtureBytes(path).toString("utf8"));
}

type Path = readonly (string | number)[];

/** A copy of a JSON value with one member set, or taken away where `value` is undefined. */
export function withMember(json: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(json)) {
    return json.map((member, index) => (index === key ? withMember(member, rest, value) : member));
  }
  const record = { ...(json as Record<string, unknown>) };
  const member = withMember(record[key], rest, value);
  if (member === undefined) delete record[key];
  else record[key] = member;
  return record;
}
