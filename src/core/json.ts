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
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
