import type { Json } from "../../core/json.ts";

type JsonObject = { readonly [key: string]: Json | undefined };

/** How one JSON object becomes another. Applied a second time it changes nothing. */
export interface JsonPatch {
  /** Members that are this now. */
  readonly set?: JsonObject;
  /** Members that are objects before and after, and changed within. */
  readonly within?: Readonly<Record<string, JsonPatch>>;
  /** Members that are gone. */
  readonly gone?: readonly string[];
}

/**
 * What must change so that `before` becomes `after`; null: nothing. Values that are the same object are not
 * looked into, so the cost is that of what changed. Arrays are taken as a whole.
 */
export function patchBetween(before: JsonObject, after: JsonObject): JsonPatch | null {
  const set: Record<string, Json> = bare();
  const within: Record<string, JsonPatch> = bare();
  for (const key of Object.keys(after)) {
    const old = own(before, key);
    const value = own(after, key);
    if (value === old || value === undefined) continue;
    if (!isObject(old) || !isObject(value)) {
      set[key] = value;
      continue;
    }
    const patch = patchBetween(old, value);
    if (patch !== null) within[key] = patch;
  }
  const gone = Object.keys(before).filter(
    (key) => own(before, key) !== undefined && own(after, key) === undefined,
  );
  const patch = {
    ...(isEmpty(set) ? {} : { set }),
    ...(isEmpty(within) ? {} : { within }),
    ...(gone.length === 0 ? {} : { gone }),
  };
  return isEmpty(patch) ? null : patch;
}

/** A new object; what the patch does not touch is shared with the old one. */
export function patched(before: JsonObject, { set, within, gone }: JsonPatch): JsonObject {
  const inner: Record<string, JsonObject> = bare();
  for (const [key, patch] of Object.entries(within ?? {})) {
    const old = own(before, key);
    inner[key] = patched(isObject(old) ? old : {}, patch);
  }
  return { ...without(before, gone ?? []), ...set, ...inner };
}

/** Not by `delete`, after which an object is slow for ever. */
function without(object: JsonObject, gone: readonly string[]): JsonObject {
  if (gone.length === 0) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !gone.includes(key)));
}

/** Keys come from outside: `constructor` and `__proto__` are names like any other. */
function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function bare<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}
