import type { CelValue } from "./value.ts";

/** One test of the conformance suite, as a candidate needs it. */
export interface CelCase {
  readonly expr: string;
  readonly container: string;
  /** Declared variables by name; the type as CEL writes it, e.g. `map(string, int)`. */
  readonly types: ReadonlyMap<string, CelTypeName>;
  readonly bindings: ReadonlyMap<string, CelValue>;
}

/** A declared type: a name, and the types it is made of. */
export interface CelTypeName {
  readonly name: string;
  readonly of: readonly CelTypeName[];
}

export interface Candidate {
  readonly name: string;
  /** Parses, checks where it can, evaluates. @throws where the candidate reports an error */
  evaluate(test: CelCase): CelValue;
  /** The type that the candidate infers without evaluating; null: it has no type checker. */
  infer: ((test: CelCase) => string) | null;
}
