import { describe, expect, it } from "vitest";
import { decodeFormPayload, decodeJson } from "../../../src/intake/sources/decode.ts";

const json = (text: string | Buffer) => decodeJson(Buffer.from(text));
const form = (text: string) => decodeFormPayload(Buffer.from(text));
const problem = (text: string) => ({ kind: "undecodable", problem: text });

describe("a JSON body", () => {
  it("is decoded", () => {
    expect(json('{"a":[1,"é"]}')).toEqual({ kind: "decoded", value: { a: [1, "é"] } });
  });

  it("is decoded with a byte-order mark, as some shells write one", () => {
    expect(json("﻿{}")).toEqual({ kind: "decoded", value: {} });
  });

  const refused: readonly (readonly [string, string | Buffer, string])[] = [
    ["that is empty", "", "is not JSON"],
    ["that is cut off", '{"a":', "is not JSON"],
    ["that is not UTF-8", Buffer.from([0x22, 0xe9, 0x22]), "is not UTF-8"],
    [
      "with Infinity",
      '{"a":Infinity}',
      "is not JSON: NaN and Infinity are not JSON, leave such a value out",
    ],
    [
      "with a key named __proto__",
      '{"a":{"__proto__":{"b":1}}}',
      "has a key named __proto__, which is refused",
    ],
    [
      "with that key in disguise",
      '{"\\u005f_proto_\\u005f":1}',
      "has a key named __proto__, which is refused",
    ],
  ];
  for (const [name, text, message] of refused) {
    it(`${name} is refused`, () => expect(json(text)).toEqual(problem(message)));
  }

  it("may speak of __proto__ in a value", () => {
    expect(json('{"a":"__proto__"}')).toEqual({ kind: "decoded", value: { a: "__proto__" } });
  });

  for (const [name, open, close] of [
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
  ] as const) {
    it(`of nested ${name} is decoded up to a depth at which it can be walked, and else refused`, () => {
      const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
      const message = "is nested more than 100 levels deep";
      expect(json(nested(100))).toMatchObject({ kind: "decoded" });
      expect(json(nested(101))).toEqual(problem(message));
      expect(json(nested(100_000))).toEqual(problem(message));
      expect(json(nested(100_000).replace("1", '{"__proto__":1}'))).toEqual(problem(message));
    });
  }

  it("may hold any number of brackets in its texts", () => {
    const text = `${"[{".repeat(200)}\\"${"[".repeat(200)}`;
    expect(json(JSON.stringify([text, text]))).toEqual({ kind: "decoded", value: [text, text] });
  });
});

describe("a form with a payload", () => {
  it("is decoded", () => {
    expect(form(`payload=${encodeURIComponent('{"a":"1+1=2 &"}')}`)).toEqual({
      kind: "decoded",
      value: { a: "1+1=2 &" },
    });
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ["without a payload", "a=1", "is a form, so it must have exactly one field named payload"],
    [
      "with two payloads",
      "payload=1&payload=2",
      "is a form, so it must have exactly one field named payload",
    ],
    ["with a payload that is not JSON", "payload=hello", "is not JSON in the form field payload"],
  ];
  for (const [name, text, message] of refused) {
    it(`${name} is refused`, () => expect(form(text)).toEqual(problem(message)));
  }
});
