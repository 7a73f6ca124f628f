import type { Value as ProtoValue } from "@bufbuild/cel-spec/cel/expr/value_pb.js";
import { createRegistry } from "@bufbuild/protobuf";
import {
  type Any,
  anyUnpack,
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";

/** A CEL value in a form that belongs to none of the candidates. */
export type CelValue =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int" | "uint"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  /** A candidate that has one type of number only. */
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "type"; readonly value: string }
  /** In nanoseconds. */
  | { readonly kind: "timestamp" | "duration"; readonly value: bigint }
  | { readonly kind: "list"; readonly value: readonly CelValue[] }
  | { readonly kind: "map"; readonly value: readonly (readonly [CelValue, CelValue])[] }
  /** A Protocol Buffers message, or something that a candidate made up. */
  | { readonly kind: "other"; readonly value: string };

const WELL_KNOWN = createRegistry(TimestampSchema, DurationSchema);
const NANOS = 1_000_000_000n;

export function fromProto(value: ProtoValue): CelValue {
  const { kind } = value;
  switch (kind.case) {
    case "nullValue":
      return { kind: "null" };
    case "boolValue":
      return { kind: "bool", value: kind.value };
    case "int64Value":
      return { kind: "int", value: kind.value };
    case "uint64Value":
      return { kind: "uint", value: kind.value };
    case "doubleValue":
      return { kind: "double", value: kind.value };
    case "stringValue":
      return { kind: "string", value: kind.value };
    case "bytesValue":
      return { kind: "bytes", value: kind.value };
    case "typeValue":
      return { kind: "type", value: kind.value };
    case "listValue":
      return { kind: "list", value: kind.value.values.map(fromProto) };
    case "mapValue":
      return {
        kind: "map",
        value: kind.value.entries.flatMap(({ key, value: member }) =>
          key === undefined || member === undefined ? [] : [[fromProto(key), fromProto(member)]],
        ),
      };
    case "objectValue":
      return fromAny(kind.value);
    case "enumValue":
    case undefined:
      return { kind: "other", value: String(kind.case) };
  }
}

function fromAny(any: Any): CelValue {
  const message = anyUnpack(any, WELL_KNOWN);
  if (message?.$typeName === "google.protobuf.Timestamp") {
    const { seconds, nanos } = message as Timestamp;
    return { kind: "timestamp", value: seconds * NANOS + BigInt(nanos) };
  }
  if (message?.$typeName === "google.protobuf.Duration") {
    const { seconds, nanos } = message as Duration;
    return { kind: "duration", value: seconds * NANOS + BigInt(nanos) };
  }
  return { kind: "other", value: any.typeUrl };
}

/** Same type and same value; a list in order, a map in any order, NaN equal to NaN. */
export function sameValue(expected: CelValue, actual: CelValue): boolean {
  if (actual.kind === "number") return sameNumber(expected, actual.value);
  if (expected.kind === "list" && actual.kind === "list") {
    return (
      expected.value.length === actual.value.length &&
      expected.value.every((member, index) => {
        const other = actual.value[index];
        return other !== undefined && sameValue(member, other);
      })
    );
  }
  if (expected.kind === "map" && actual.kind === "map") {
    return (
      expected.value.length === actual.value.length &&
      expected.value.every(([key, member]) =>
        actual.value.some(([k, other]) => sameValue(key, k) && sameValue(member, other)),
      )
    );
  }
  if (expected.kind === "bytes" && actual.kind === "bytes") {
    return Buffer.compare(expected.value, actual.value) === 0;
  }
  if (expected.kind !== actual.kind) return false;
  if (expected.kind === "null" || actual.kind === "null") return true;
  return Object.is(expected.value, actual.value) || expected.value === actual.value;
}

function sameNumber(expected: CelValue, actual: number): boolean {
  if (expected.kind !== "int" && expected.kind !== "uint" && expected.kind !== "double") {
    return false;
  }
  return Object.is(Number(expected.value), actual) || Number(expected.value) === actual;
}

/** Whether a value holds a message, anywhere inside. */
export function holdsMessage(value: CelValue): boolean {
  if (value.kind === "other") return true;
  if (value.kind === "list") return value.value.some(holdsMessage);
  if (value.kind === "map") return value.value.flat().some(holdsMessage);
  return false;
}
