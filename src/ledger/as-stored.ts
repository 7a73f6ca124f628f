/**
 * The value as a store gives it back after its way through JSON, frozen with all that is in it. Where JSON
 * changes nothing it is the very same object, so that who committed it finds it again when it loads, and
 * keeping it costs only what is new: what is frozen came this way before. Only what JSON does change is
 * copied: members that are undefined, NaN, minus zero, dates, whatever is not plain data.
 * @throws TypeError where JSON cannot print it
 */
export function asStored<T>(value: T): T {
  return stored(value) as T;
}

function stored(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // The sum of minus zero and zero is zero.
      return Number.isFinite(value) ? value + 0 : null;
    case "object":
      return value === null || Object.isFrozen(value) ? value : storedObject(value);
    default:
      return throughJson(value);
  }
}

function storedObject(value: object): unknown {
  if (Array.isArray(value)) return storedList(value);
  if (!isPlain(value)) return stored(throughJson(value));
  // Of a plain object only its own members are enumerated.
  for (const key in value) {
    const member = value[key];
    if (!Object.is(stored(member), member) || member === undefined) return changedMembers(value);
  }
  return Object.freeze(value);
}

function changedMembers(value: Readonly<Record<string, unknown>>): unknown {
  const members = Object.entries(value).map(([key, member]) => [key, stored(member)] as const);
  return Object.freeze(Object.fromEntries(members.filter(([, member]) => member !== undefined)));
}

function storedList(list: readonly unknown[]): unknown {
  // By index, because a hole is null in JSON.
  for (let index = 0; index < list.length; index += 1) {
    const element = list[index];
    if (!Object.is(stored(element) ?? null, element)) {
      return Object.freeze(Array.from(list, (one) => stored(one) ?? null));
    }
  }
  return Object.freeze(list);
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  return Object.getPrototypeOf(value) === Object.prototype && !("toJSON" in value);
}

/** undefined: it has no place in JSON. */
function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}
