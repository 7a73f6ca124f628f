import fc from "fast-check";

type Value = Readonly<Record<string, unknown>>;

/**
 * An object that JSON can print: also such as JSON prints as something else, and with names that mean
 * something to JavaScript.
 */
export const recordableValue: fc.Arbitrary<Value> = fc.letrec<{
  readonly object: Value;
  readonly value: unknown;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom<unknown>(undefined, Number.NaN, -0, Number.POSITIVE_INFINITY, Symbol("s")),
    fc.date({ noInvalidDate: true }),
    fc.constant(() => "a function"),
    fc.constant(new Map([[1, 2]])),
    fc.constant({ toJSON: () => ({ printed: -0 }) }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.sparseArray(tie("value"), { maxNumElements: 2, maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(
    fc.oneof(fc.constantFrom("a", "1", "toString"), fc.string({ maxLength: 3 })),
    tie("value"),
    { maxKeys: 4 },
  ),
})).object;
