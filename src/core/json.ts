/** A value that survives JSON unchanged: what state, events and jobs are made of. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Milliseconds since the Unix epoch. Core never reads a clock: instants arrive in the input. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Milliseconds = number;

/**
 * JSON text with the keys of every object in code-unit order, so that equal values give equal text
 * (RFC 8785's ordering; numbers and strings as JSON.stringify prints them).
 * Members that are `undefined` are left out, as JSON.stringify does.
 */
export function canonicalJson(value: Json): string {
  // JSON.stringify keeps the order of keys: a copy in order takes half the time of putting text together.
  const ordered = inOrder(value);
  return ordered === undefined ? textOf(value) : JSON.stringify(ordered);
}

/** A copy with its keys in order; undefined where no object can hold them in that order. */
function inOrder(value: Json): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) {
    const members: Json[] = [];
    for (const member of value) {
      const ordered = inOrder(member);
      if (ordered === undefined) return undefined;
      members.push(ordered);
    }
    return members;
  }
  const members: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    const ordered = hasOwnPlace(key) ? undefined : inOrder(member);
    if (ordered === undefined) return undefined;
    members[key] = ordered;
  }
  return members;
}

/** Objects hold keys that are numbers before all others, and `__proto__` is no key in an assignment. */
function hasOwnPlace(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first >= CODE_OF_0 && first <= CODE_OF_9) || key === "__proto__";
}

const CODE_OF_0 = 0x30;
const CODE_OF_9 = 0x39;

function textOf(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(textOf).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${textOf(member)}`);
  }
  return `{${members.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
