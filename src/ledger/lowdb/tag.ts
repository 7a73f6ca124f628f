/** The tag of a tagged union, by the name of its member; null: it is none. */
export function tagOf(value: unknown, member: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  const tag: unknown = Reflect.get(value, member);
  return typeof tag === "string" ? tag : null;
}
