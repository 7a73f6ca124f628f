/**
 * A value inside a string of PromQL, whichever quotes the query has: everything that could end the string,
 * or mean something outside of one, is a `\x` escape, which strings take and expressions do not.
 */
export function escapeForPromql(text: string): string {
  return text.replace(/[^\p{L}\p{N}_.:@/+-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
