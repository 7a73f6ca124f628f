import type { Environment } from "@marcbachmann/cel-js";
import type { Json } from "../../core/json.ts";

/** The type of a variable, as the type checker sees it and as JSON is converted to it. */
export type CelType =
  | "string"
  | "int"
  | "double"
  | "bool"
  /** Not known before it is there, e.g. the body of an answer. */
  | "dyn"
  | { readonly kind: "list"; readonly of: CelType }
  /** With string keys. */
  | { readonly kind: "map"; readonly of: CelType }
  | ObjectType;

/** An object whose members are known: a mistyped one is found when the configuration loads. */
export interface ObjectType {
  readonly kind: "object";
  readonly name: string;
  readonly members: Readonly<Record<string, CelType>>;
  /** The class of its values: the evaluator knows a type by its class. */
  readonly Value: new () => object;
}

export function listOf(of: CelType): CelType {
  return { kind: "list", of };
}

export function mapOf(of: CelType): CelType {
  return { kind: "map", of };
}

export function objectType(name: string, members: Readonly<Record<string, CelType>>): ObjectType {
  return { kind: "object", name, members, Value: class {} };
}

/** How the evaluator writes a type. */
function typeName(type: CelType): string {
  if (typeof type === "string") return type;
  if (type.kind === "object") return type.name;
  return type.kind === "list" ? `list<${typeName(type.of)}>` : `map<string, ${typeName(type.of)}>`;
}

/** Every object type inside a type, the innermost first. */
export function objectTypes(type: CelType): readonly ObjectType[] {
  if (typeof type === "string") return [];
  if (type.kind !== "object") return objectTypes(type.of);
  return [...Object.values(type.members).flatMap(objectTypes), type];
}

/** Makes variables of these types known to an environment. */
export function declare(
  environment: Environment,
  variables: Readonly<Record<string, CelType>>,
): void {
  const objects = new Map(
    Object.values(variables)
      .flatMap(objectTypes)
      .map((type) => [type.name, type]),
  );
  for (const { name, members, Value } of objects.values()) {
    const fields = Object.fromEntries(
      Object.entries(members).map(([member, type]) => [member, typeName(type)]),
    );
    environment.registerType(name, { ctor: Value, fields });
  }
  for (const [name, type] of Object.entries(variables)) {
    environment.registerVariable(name, typeName(type));
  }
}

/** No report that a person could read holds more values. */
const MOST_VALUES = 20_000;

/** How much there is to look at: what an evaluation can cost depends on it. */
export class Size {
  /** Members of the largest list or map. */
  members = 0;
  /** Characters of the longest text. */
  text = 0;
  #values = 0;

  /** @throws Error before too many values are converted */
  addMembers(count: number): void {
    this.members = Math.max(this.members, count);
    this.#values += count;
    if (this.#values > MOST_VALUES)
      throw new Error(`more than ${MOST_VALUES} values to go through`);
  }

  addText(length: number): void {
    this.text = Math.max(this.text, length);
  }
}

/**
 * A JSON value as the evaluator wants it. Absent and `null` members of known objects are left out, so
 * that reading one is "missing".
 * @throws Error that names the path, when a value is not of the type
 */
export function toCel(value: Json, type: CelType, path: string, size: Size): unknown {
  if (type === "dyn") return toDyn(value, size);
  if (typeof type === "string") return toScalar(value, type, path, size);
  if (type.kind === "list") {
    if (!Array.isArray(value)) throw new Error(`${path} is not a list`);
    size.addMembers(value.length);
    return value.map((member: Json, index) => toCel(member, type.of, `${path}[${index}]`, size));
  }
  if (!isObject(value)) throw new Error(`${path} is not an object`);
  if (type.kind === "map") {
    size.addMembers(Object.keys(value).length);
    const entries = Object.entries(value).filter(([, member]) => present(member));
    return new Map(
      entries.map(([key, member]) => [
        key,
        toCel(member ?? null, type.of, `${path}[${JSON.stringify(key)}]`, size),
      ]),
    );
  }
  const members = Object.entries(type.members).flatMap(([name, of]) => {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    return present(member) ? [[name, toCel(member, of, `${path}.${name}`, size)]] : [];
  });
  return Object.assign(new type.Value(), Object.fromEntries(members));
}

function toScalar(
  value: Json,
  type: "string" | "int" | "double" | "bool",
  path: string,
  size: Size,
): unknown {
  if (type === "string" && typeof value === "string") {
    size.addText(value.length);
    return value;
  }
  if (type === "bool" && typeof value === "boolean") return value;
  if (type === "double" && typeof value === "number") return value;
  if (type === "int" && typeof value === "number" && Number.isSafeInteger(value)) {
    return BigInt(value);
  }
  throw new Error(`${path} is not ${type === "int" ? "a whole number" : `a ${type}`}`);
}

function toDyn(value: Json, size: Size): unknown {
  if (typeof value === "string") size.addText(value.length);
  if (Array.isArray(value)) {
    size.addMembers(value.length);
    return value.map((member: Json) => toDyn(member, size));
  }
  if (!isObject(value)) return value;
  size.addMembers(Object.keys(value).length);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(entries.map(([key, member]) => [key, toDyn(member ?? null, size)]));
}

/**
 * A result as JSON; a whole number becomes a JSON number.
 * @throws Error for what JSON does not have
 */
export function fromCel(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [String(key), fromCel(member)]));
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromCel(member)]));
  }
  throw new Error("its result has no form in JSON");
}

function isObject(value: Json): value is { readonly [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function present(value: Json | undefined): value is Json {
  return value !== undefined && value !== null;
}
