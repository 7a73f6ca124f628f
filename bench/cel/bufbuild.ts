import {
  type CelInput,
  celEnv,
  celUint,
  isCelError,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  parse,
  plan,
} from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { create } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import type { Candidate, CelCase } from "./candidate.ts";
import type { CelValue } from "./value.ts";

const NANOS = 1_000_000_000n;

/** `@bufbuild/cel`: a parser and an evaluator; its type checker is neither finished nor exported. */
export const bufbuild: Candidate = {
  name: "@bufbuild/cel",
  infer: null,
  evaluate(test: CelCase): CelValue {
    const env = celEnv({ namespace: test.container, funcs: [...strings] });
    const bindings = Object.fromEntries(
      [...test.bindings].map(([name, value]) => [name, toInput(value)]),
    );
    const result = plan(env, parse(test.expr))(bindings);
    if (isCelError(result)) throw result;
    return fromOutput(result);
  },
};

function toInput(value: CelValue): CelInput {
  switch (value.kind) {
    case "null":
      return null;
    case "uint":
      return celUint(value.value);
    case "list":
      return value.value.map(toInput);
    case "map":
      return new Map(value.value.map(([key, member]) => [toInput(key) as string, toInput(member)]));
    case "timestamp":
      return create(TimestampSchema, split(value.value));
    case "duration":
      return create(DurationSchema, split(value.value));
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

function split(nanoseconds: bigint): { readonly seconds: bigint; readonly nanos: number } {
  return { seconds: nanoseconds / NANOS, nanos: Number(nanoseconds % NANOS) };
}

function fromOutput(output: unknown): CelValue {
  if (output === null) return { kind: "null" };
  if (typeof output === "boolean") return { kind: "bool", value: output };
  if (typeof output === "bigint") return { kind: "int", value: output };
  if (typeof output === "number") return { kind: "double", value: output };
  if (typeof output === "string") return { kind: "string", value: output };
  if (output instanceof Uint8Array) return { kind: "bytes", value: output };
  if (isCelUint(output)) return { kind: "uint", value: output.value };
  if (isCelType(output)) return { kind: "type", value: output.name };
  if (isCelList(output)) return { kind: "list", value: [...output].map(fromOutput) };
  if (isCelMap(output)) {
    return {
      kind: "map",
      value: [...output].map(([key, member]) => [fromOutput(key), fromOutput(member)]),
    };
  }
  return fromMessage(
    output as { readonly desc?: { readonly typeName: string }; message?: unknown },
  );
}

function fromMessage(output: {
  readonly desc?: { readonly typeName: string };
  readonly message?: unknown;
}): CelValue {
  const message = output.message as { readonly seconds: bigint; readonly nanos: number };
  const name = output.desc?.typeName ?? "unknown";
  if (name !== "google.protobuf.Timestamp" && name !== "google.protobuf.Duration") {
    return { kind: "other", value: name };
  }
  const kind = name === "google.protobuf.Timestamp" ? "timestamp" : "duration";
  return { kind, value: message.seconds * NANOS + BigInt(message.nanos) };
}
