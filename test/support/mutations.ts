import fc from "fast-check";

type Path = readonly (string | number)[];

/** Every place in a value, the value itself included. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

/** Puts a value, takes one away, or gives one another name; leaves alone what has no such place. */
function mutate(value: unknown, [key, ...rest]: Path, change: Change): unknown {
  if (key === undefined) return change.kind === "remove" ? undefined : change.value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((member: unknown, index) =>
      index === key ? mutate(member, rest, change) : member,
    );
  }
  const renamed = change.kind === "rename" && rest.length === 0;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === key ? [renamed ? change.name : name, mutate(member, rest, change)] : [name, member],
    ),
  );
}

type Change =
  | { readonly kind: "put"; readonly value: unknown }
  | { readonly kind: "remove" }
  | { readonly kind: "rename"; readonly name: string; readonly value: unknown };

const NASTY = [
  "__proto__",
  "constructor",
  "toString",
  "",
  " ",
  "\u0000",
  "\ud800",
  "‮",
  "<!channel>",
  "x".repeat(3_000),
  -1,
  0,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  null,
  true,
  [],
  {},
  [[]],
];

const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...NASTY) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
);

/** Bodies of the right shape with something wrong in them, and bodies with some bytes changed. */
export function mutations(body: Buffer): fc.Arbitrary<Buffer> {
  const json = jsonOf(body);
  const path = fc.constantFrom(...pathsOf(json));
  const change: fc.Arbitrary<Change> = fc.oneof(
    nasty.map((value) => ({ kind: "put", value }) as const),
    fc.constant({ kind: "remove" } as const),
    fc.tuple(fc.string(), nasty).map(([name, value]) => ({ kind: "rename", name, value }) as const),
  );
  const shaped = fc.array(fc.tuple(path, change), { minLength: 1, maxLength: 2 }).map((changes) => {
    const mutated = changes.reduce((value, [place, how]) => mutate(value, place, how), json);
    return Buffer.from(JSON.stringify(mutated) ?? "");
  });
  const bytes = fc
    .array(fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) => {
      const changed = Buffer.from(body);
      for (const [index, byte] of changes) changed[index] = byte;
      return changed;
    });
  const cut = fc.nat(body.length - 1).map((length) => body.subarray(0, length));
  return fc.oneof(
    { weight: 6, arbitrary: shaped },
    { weight: 3, arbitrary: bytes },
    { weight: 1, arbitrary: cut },
  );
}

/** What is no JSON is mutated as bytes alone. */
function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString("latin1");
  }
}
