/**
 * Freezes a JSON value and all in it, and gives it back. What is frozen already is frozen within: so a
 * value that shares most of itself with an earlier one costs only what is new.
 */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFrozen(member);
  return value;
}
