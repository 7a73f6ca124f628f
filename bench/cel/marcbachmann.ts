import { Environment } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import type { Candidate, CelCase, CelTypeName } from "./candidate.ts";
import type { CelValue } from "./value.ts";

const NANOS = 1_000_000_000n;
const NANOS_PER_MILLISECOND = 1_000_000n;

/** `@marcbachmann/cel-js`: parser, type checker, evaluator. */
export const marcbachmann: Candidate = {
  name: "@marcbachmann/cel-js",
  infer(test: CelCase): string {
    const result = environmentFor(test).check(test.expr);
    if (!result.valid) throw result.error ?? new Error("not valid");
    return result.type ?? "dyn";
  },
  evaluate(test: CelCase): CelValue {
    const bindings = Object.fromEntries(
      [...test.bindings].map(([name, value]) => [name, toInput(value)]),
    );
    return fromOutput(environmentFor(test).evaluate(test.expr, bindings));
  },
};

function environmentFor(test: CelCase): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: test.types.size === 0,
    homogeneousAggregateLiterals: false,
  });
  for (const [name, type] of test.types) env.registerVariable(name, typeName(type));
  return env;
}

function typeName(type: CelTypeName): string {
  return type.of.length === 0 ? type.name : `${type.name}<${type.of.map(typeName).join(", ")}>`;
}

function toInput(value: CelValue): unknown {
  switch (value.kind) {
    case "null":
      return null;
    case "uint":
      return new UnsignedInt(value.value);
    case "list":
      return value.value.map(toInput);
    case "map":
      return new Map(value.value.map(([key, member]) => [toInput(key), toInput(member)]));
    case "timestamp":
      return new Date(Number(value.value / NANOS_PER_MILLISECOND));
    case "duration":
      return new Duration(value.value / NANOS, Number(value.value % NANOS));
    case "type":
    case "other":
      throw new Error(`no input of kind ${value.kind}`);
    case "bool":
    case "int":
    case "double":
    case "number":
    case "string":
    case "bytes":
      return value.value;
  }
}

function fromOutput(output: unknown): CelValue {
  if (output === null) return { kind: "null" };
  if (typeof output === "boolean") return { kind: "bool", value: output };
  if (typeof output === "bigint") return { kind: "int", value: output };
  if (typeof output === "number") return { kind: "double", value: output };
  if (typeof output === "string") return { kind: "string", value: output };
  if (output instanceof Uint8Array) return { kind: "bytes", value: output };
  if (output instanceof UnsignedInt) return { kind: "uint", value: output.value };
  if (output instanceof Date) {
    return { kind: "timestamp", value: BigInt(output.getTime()) * NANOS_PER_MILLISECOND };
  }
  if (output instanceof Duration) {
    return { kind: "duration", value: output.seconds * NANOS + BigInt(output.nanos) };
  }
  if (Array.isArray(output)) return { kind: "list", value: output.map(fromOutput) };
  const entries = output instanceof Map ? [...output] : plainEntries(output);
  if (entries !== null) {
    return {
      kind: "map",
      value: entries.map(([key, member]) => [fromOutput(key), fromOutput(member)]),
    };
  }
  return isType(output)
    ? { kind: "type", value: output.name === "null" ? "null_type" : output.name }
    : { kind: "other", value: String(output) };
}

function plainEntries(output: unknown): readonly [unknown, unknown][] | null {
  if (typeof output !== "object" || output === null) return null;
  const prototype: unknown = Object.getPrototypeOf(output);
  return prototype === Object.prototype || prototype === null ? Object.entries(output) : null;
}

function isType(output: unknown): output is { readonly name: string } {
  return output?.constructor?.name === "Type";
}
