import { withMember } from "./intake-fixture.ts";

type Path = readonly (string | number)[];

/**
 * A JSON body as another process would write it: its members the other way round, and spread over lines; and
 * with what is not of the fact, but of its delivery, changed. Places that the body does not have are passed over.
 */
export function retold(body: Buffer, ...changes: readonly (readonly [Path, unknown])[]): Buffer {
  const sent: unknown = JSON.parse(body.toString());
  const changed = changes.reduce<unknown>(
    (json, [path, value]) => (hasPlace(json, path) ? withMember(json, path, value) : json),
    sent,
  );
  return Buffer.from(JSON.stringify(reversed(changed), null, 4));
}

/** Whether a member could be there: the object that it would be a member of is. */
function hasPlace(json: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (typeof json !== "object" || json === null) return false;
  const record = json as Readonly<Record<string | number, unknown>>;
  return rest.length === 0 ? !Array.isArray(json) : hasPlace(record[key], rest);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const);
  return Object.fromEntries(entries.reverse());
}
