import { type ASTNode, parse } from "@marcbachmann/cel-js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { print } from "../../../src/config/cel/print.ts";

/** A tree without its places: equal for texts that mean the same. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== "object" || node === null || !("op" in node)) return node;
  return { op: node.op, args: shape((node as ASTNode).args) };
}

const literals = fc.oneof(
  fc.constantFrom("true", "false", "null", "7u", 'b"\\xff\\x00"'),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((value) => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`)),
  fc.string({ unit: "binary" }).map((text) => JSON.stringify(text.replace(/\p{Surrogate}/gu, ""))),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    literals,
    fc.constantFrom("a", "metrics.auc", 'slices["country=BR"].auc'),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(..."|| && == != < <= > >= in + - * / %".split(" ")),
        tie("expression"),
      )
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie("expression").map((operand) => `!(${operand})`),
    tie("expression").map((operand) => `-(${operand})`),
    tie("expression").map((operand) => `(${operand}).member`),
    fc.tuple(tie("expression"), tie("expression")).map(([list, index]) => `(${list})[${index}]`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `[${a}, ${b}]`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `{"k": ${a}, ${b}: 1}`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a}).all(x, ${b})`),
    tie("expression").map((operand) => `size(${operand})`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
  ),
}));

describe("printing a syntax tree", () => {
  it("gives a text that parses to the same tree", () => {
    fc.assert(
      fc.property(expression, (source) => {
        const { ast } = parse(source);
        expect(shape(parse(print(ast)).ast)).toEqual(shape(ast));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a - (b - c)", "a - (b - c)"],
    ["(a - b) - c", "a - b - c"],
    ["((metrics.auc))>=0.80", "metrics.auc >= 0.8"],
    ["(a + b) * 2.0", "(a + b) * 2.0"],
    ["!(a && b)", "!(a && b)"],
    ["slices['country=BR'].auc", 'slices["country=BR"].auc'],
    ["1e-10 < 1e21", "1e-10 < 1e+21"],
  ])("%s is printed as %s", (source, printed) => {
    expect(print(parse(source).ast)).toBe(printed);
  });
});
