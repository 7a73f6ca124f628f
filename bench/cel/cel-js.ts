import { evaluate } from "cel-js";
import type { Candidate, CelCase } from "./candidate.ts";
import type { CelValue } from "./value.ts";

/** `cel-js`: an evaluator without types of its own: every number is a JavaScript number. */
export const celJs: Candidate = {
  name: "cel-js",
  infer: null,
  evaluate(test: CelCase): CelValue {
    const bindings = Object.fromEntries(
      [...test.bindings].map(([name, value]) => [name, toInput(value)]),
    );
    return fromOutput(evaluate(test.expr, bindings));
  },
};

function toInput(value: CelValue): unknown {
  switch (value.kind) {
    case "null":
      return null;
    case "int":
    case "uint":
      return Number(value.value);
    case "list":
      return value.value.map(toInput);
    case "map":
      return Object.fromEntries(
        value.value.map(([key, member]) => [String(toInput(key)), toInput(member)]),
      );
    case "timestamp":
      return new Date(Number(value.value / 1_000_000n));
    case "duration":
    case "type":
    case "other":
      throw new Error(`no input of kind ${value.kind}`);
    case "bool":
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
  if (typeof output === "number") return { kind: "number", value: output };
  if (typeof output === "string") return { kind: "string", value: output };
  if (output instanceof Uint8Array) return { kind: "bytes", value: output };
  if (output instanceof Date) {
    return { kind: "timestamp", value: BigInt(output.getTime()) * 1_000_000n };
  }
  if (Array.isArray(output)) return { kind: "list", value: output.map(fromOutput) };
  if (typeof output === "object") {
    return {
      kind: "map",
      value: Object.entries(output).map(([key, member]) => [fromOutput(key), fromOutput(member)]),
    };
  }
  return { kind: "other", value: String(output) };
}
