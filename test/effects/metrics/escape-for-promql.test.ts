import { parser } from "@prometheus-io/lezer-promql";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeForPromql } from "../../../src/effects/metrics/escape-for-promql.ts";

/** The names of all nodes of a parsed query, which tell one shape of query from another. */
function shapeOf(query: string): readonly string[] {
  const names: string[] = [];
  parser.parse(query).iterate({ enter: ({ name }) => void names.push(name) });
  return names;
}

/** What a PromQL string with these escapes means. */
function meaningOf(escaped: string): string {
  const bytes = escaped.replace(/\\x([0-9a-f]{2})/g, (_whole, hex: string) => `%${hex}`);
  return decodeURIComponent(bytes.replace(/%(?![0-9a-f]{2})/g, "%25"));
}

describe("a value in a query", () => {
  it.each([
    ["2.4.0", "2.4.0"],
    ["2026.11.22-3+build/7", "2026.11.22-3+build/7"],
    ['1"} or vector(1) #', "1\\x22\\x7d\\x20or\\x20vector\\x281\\x29\\x20\\x23"],
    ["a\\", "a\\x5c"],
    ["a\nb", "a\\x0ab"],
    ["a`b'c", "a\\x60b\\x27c"],
    ["prod-é", "prod-é"],
    ["a😀", "a\\xf0\\x9f\\x98\\x80"],
  ])("%j is written %s", (value, escaped) => {
    expect(escapeForPromql(value)).toBe(escaped);
  });

  it.each(['"', "'", "`"])("never ends the string that it stands in: %s", (quote) => {
    const query = (value: string) =>
      `sum(rate(x{version=${quote}${value}${quote}, ok="1"}[2m])) / sum(rate(x[2m]))`;
    const shape = shapeOf(query("v"));
    expect(shape).not.toContain("⚠");
    const hostile = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(hostile, (value) => {
        expect(shapeOf(query(escapeForPromql(value)))).toEqual(shape);
      }),
    );
  });

  it("means what it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        expect(meaningOf(escapeForPromql(value))).toBe(value);
      }),
    );
  });

  it("outside of a string is an error of syntax, not another query", () => {
    expect(shapeOf(`x_${escapeForPromql("y or vector(1)")}`)).toContain("⚠");
  });
});
