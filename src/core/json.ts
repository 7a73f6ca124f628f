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
  return JSON.stringify(value, (_key, member: Json) => sortKeys(member));
}

function sortKeys(member: Json): Json {
  if (member === null || typeof member !== "object" || Array.isArray(member)) return member;
  const entries = Object.entries(member as Readonly<Record<string, Json>>);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
