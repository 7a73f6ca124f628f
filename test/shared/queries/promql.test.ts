import { parser } from "@prometheus-io/lezer-promql";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePromql } from "../../../src/shared/queries/promql.ts";

function render(source: string, version: string): string {
  const parsed = parsePromql(source);
  if (parsed.kind === "problem") throw new Error(parsed.message);
  return parsed.template.render({ version, component: "svc-feed", previous: null });
}

describe("a query template", () => {
  it.each([
    ['up{version="{{version}}"}', "2.3.0", 'up{version="2.3.0"}'],
    ['up{version="{{version}}"}', 'a"b\\c\nd', 'up{version="a\\"b\\\\c\\nd"}'],
    ["up{version='{{version}}'}", `it's "x"`, `up{version='it\\'s "x"'}`],
    ['up{version=~"{{version}}"}', "2.3.0+b", 'up{version=~"2\\\\.3\\\\.0\\\\+b"}'],
    ['up{version!~ "v{{version}}.*"}', ".*", 'up{version!~ "v\\\\.\\\\*.*"}'],
    ['up{a=~"x", version="{{version}}"}', "2.3", 'up{a=~"x", version="2.3"}'],
    ['up{a="\\"", version="{{version}}"}', "2.3", 'up{a="\\"", version="2.3"}'],
    ["up{a=`\\`, version='{{version}}'}", "2.3", "up{a=`\\`, version='2.3'}"],
    ["up{version=~`v{{version}}`}", "2.3`\n", "up{version=~`v2\\.3\\x60\\n`}"],
    ['# it\'s a comment\nup{version="{{version}}"}', "2", '# it\'s a comment\nup{version="2"}'],
    ['up{app="{{component}}", was="{{previous}}"}', "2", 'up{app="svc-feed", was=""}'],
  ])("%s with %s", (source, version, expected) => {
    expect(render(source, version)).toBe(expected);
  });

  it.each([
    ["up{version={{version}}}", 11],
    ["up[{{version}}]", 3],
    ["up{version=`{{version}}`}", 12],
    ['up{a="x"} + {{version}}', 12],
    ['up{version="a"} # "{{version}}"', 19],
  ])("%s is a problem: a value there could change what is asked", (source, offset) => {
    expect(parsePromql(source)).toEqual({
      kind: "problem",
      offset,
      message: '{{version}} must stand in quotes, e.g. version="{{version}}"',
    });
  });

  it("an unknown variable is a problem", () => {
    expect(parsePromql('up{a="{{digest}}"}')).toEqual({
      kind: "problem",
      offset: 6,
      message: "unknown variable {{digest}}; there is component, version, environment, previous",
    });
  });

  it("whatever a version is, the query keeps its form", () => {
    const form = (query: string): readonly string[] => {
      const names: string[] = [];
      parser.parse(query).iterate({ enter: ({ name }) => void names.push(name) });
      return names;
    };
    const sources = [
      'sum(rate(x{v="{{version}}",a="b"}[2m])) / 2',
      "x{v='{{version}}'}",
      "x{v=~`a|{{version}}`}",
      'x{v=~"{{version}}"}',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.stringMatching(/^[\\"'`{}\n\r()[\]#=~,.*a-z]*$/),
        ),
        (source, version) => {
          expect(form(render(source, version))).toEqual(form(render(source, "v1")));
        },
      ),
      { numRuns: 300 },
    );
  });
});
