/**
 * Freezes a JSON value and all in it, and gives it back. What is frozen already is frozen within: so a
 * value that shares most of itself with an earlier one costs only what is new.
 */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // Nothing is inherited in JSON, and to list the members first takes twice the time.
  for (const key in value) deepFrozen(value[key]);
  return value;
}
