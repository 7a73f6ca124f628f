import type { Type } from "@bufbuild/cel-spec/cel/expr/checked_pb.js";
import { getConformanceSuite, type IncrementalTest } from "@bufbuild/cel-spec/testdata/tests.js";
import type { CelCase, CelTypeName } from "./candidate.ts";
import { type CelValue, fromProto, holdsMessage } from "./value.ts";

/** What a test of the suite asks for. */
type Expectation =
  | { readonly kind: "value"; readonly value: CelValue }
  | { readonly kind: "error" };

export interface ConformanceTest {
  readonly section: string;
  readonly name: string;
  readonly input: CelCase;
  readonly expected: Expectation;
  /** The static type, where the test names one. */
  readonly type: string | null;
  /** Checked before it is evaluated, and only over what JSON can hold: what Slipway does. */
  readonly overJson: boolean;
}

/** Messages other than the two that CEL itself needs. */
const MESSAGES =
  /TestAllTypes|google\.protobuf\.(?!Timestamp|Duration)|NestedEnum|GlobalEnum|NullValue/;
/** Unsigned integers, bytes, times and durations, as literals or by conversion. */
const BEYOND_JSON =
  /\d[uU]\b|\b[bB][rR]?["']|\b[rR][bB]["']|\b(?:uint|bytes|timestamp|duration)\b|google\.protobuf/;
const JSON_KINDS = ["null", "bool", "int", "double", "string", "list", "map"];
const PRIMITIVES = ["", "bool", "int", "uint", "double", "string", "bytes"];

/**
 * The tests that need no Protocol Buffers messages: Slipway's values are JSON.
 * `leftOut` is how many need them.
 */
export function conformanceTests(): {
  readonly tests: readonly ConformanceTest[];
  readonly leftOut: number;
} {
  const all = getConformanceSuite().suites.flatMap((section) =>
    section.suites.flatMap((group) =>
      group.tests.map((test) => ({ section: section.name, group: group.name, test })),
    ),
  );
  const tests = all.flatMap(({ section, group, test }) => {
    const read = readTest(section, `${group}/${test.name}`, test);
    return read === null ? [] : [read];
  });
  return { tests, leftOut: all.length - tests.length };
}

function readTest(section: string, name: string, test: IncrementalTest): ConformanceTest | null {
  const { expr, container, typeEnv, bindings, resultMatcher } = test.original;
  if (MESSAGES.test(expr) || MESSAGES.test(container)) return null;
  const types = new Map<string, CelTypeName>();
  for (const { name: variable, declKind } of typeEnv) {
    if (declKind.case !== "ident") return null;
    const type = declKind.value.type === undefined ? null : declaredType(declKind.value.type);
    if (type === null) return null;
    types.set(variable, type);
  }
  const values = new Map<string, CelValue>();
  for (const [variable, binding] of Object.entries(bindings)) {
    if (binding.kind.case !== "value") return null;
    values.set(variable, fromProto(binding.kind.value));
  }
  const expected = expectation(resultMatcher);
  if (expected === null || [...values.values()].some(holdsMessage)) return null;
  if (expected.kind === "value" && holdsMessage(expected.value)) return null;
  const type = resultMatcher.case === "typedResult" ? resultMatcher.value.deducedType : undefined;
  const deduced = type === undefined ? null : declaredType(type);
  if (type !== undefined && deduced === null) return null;
  return {
    section,
    name,
    input: { expr, container, types, bindings: values },
    expected,
    type: deduced === null ? null : typeText(deduced),
    overJson:
      !test.original.disableCheck &&
      !BEYOND_JSON.test(expr) &&
      [...values.values(), ...(expected.kind === "value" ? [expected.value] : [])].every(isJson),
  };
}

function isJson(value: CelValue): boolean {
  if (value.kind === "list") return value.value.every(isJson);
  if (value.kind === "map") return value.value.flat().every(isJson);
  return JSON_KINDS.includes(value.kind);
}

function expectation(matcher: IncrementalTest["original"]["resultMatcher"]): Expectation | null {
  switch (matcher.case) {
    case "value":
      return { kind: "value", value: fromProto(matcher.value) };
    case "typedResult":
      return matcher.value.result === undefined
        ? null
        : { kind: "value", value: fromProto(matcher.value.result) };
    case "evalError":
    case "anyEvalErrors":
      return { kind: "error" };
    // The suite's reader takes an absent matcher for `true`.
    case undefined:
      return { kind: "value", value: { kind: "bool", value: true } };
    case "unknown":
    case "anyUnknowns":
      return null;
  }
}

function declaredType(type: Type): CelTypeName | null {
  const { typeKind } = type;
  if (typeKind.case === "dyn") return { name: "dyn", of: [] };
  if (typeKind.case === "null") return { name: "null", of: [] };
  if (typeKind.case === "primitive") {
    return { name: PRIMITIVES[typeKind.value] ?? "dyn", of: [] };
  }
  if (typeKind.case === "listType") return made("list", [typeKind.value.elemType]);
  return typeKind.case === "mapType"
    ? made("map", [typeKind.value.keyType, typeKind.value.valueType])
    : null;
}

function made(name: string, parts: readonly (Type | undefined)[]): CelTypeName | null {
  const of = parts.map((part) => (part === undefined ? null : declaredType(part)));
  return of.every((part) => part !== null) ? { name, of } : null;
}

function typeText(type: CelTypeName): string {
  return type.of.length === 0 ? type.name : `${type.name}<${type.of.map(typeText).join(", ")}>`;
}
