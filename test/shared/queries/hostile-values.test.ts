import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiteralScanner } from "../../../src/shared/queries/literal-scanner.ts";
import {
  parseQuery,
  type QueryLanguage,
  renderQuery,
} from "../../../src/shared/queries/registry.ts";

const VALUE = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.stringMatching(/^[\\"'`{}\n\r()[\]#=~,.*/;|& a-z-]*$/),
);

describe("whatever a version is", () => {
  it.each<readonly [QueryLanguage, string]>([
    ["logql", '{v="{{version}}"} |= "a" | json | b="c"'],
    ["logql", '{a="b", v=~"x{{version}}"} |~ "d" or "{{version}}"'],
    ["logql", "sum(count_over_time({v=~`{{version}}`}[1m])) / 2"],
    ["influxql", "SELECT a FROM b WHERE v = '{{version}}' AND {{time}} GROUP BY time({{step}})"],
    ["influxql", 'SELECT a FROM "b{{version}}" WHERE {{time}} GROUP BY time({{step}})'],
    ["influxql", "SELECT a FROM b WHERE v =~ /^{{version}}$/ AND {{time}} GROUP BY time({{step}})"],
    ["graphite", "sumSeries(seriesByTag('v={{version}}'))"],
    ["cloudwatch", "SUM(SEARCH('{a} v=\"{{version}}\"', 'Sum'))"],
  ])("the code around its text stays the same in %s: %s", (language, source) => {
    const codeOf = (query: string): string => {
      const scanner = new LiteralScanner({
        quotes: language === "logql" ? '"`' : "\"'",
        raw: { influxql: "", logql: "`" }[language as string] ?? "\"'",
        comment: null,
        isRegex: (before) => /~\s*$/.test(before),
      });
      scanner.read(query);
      return scanner.code;
    };
    fc.assert(
      fc.property(VALUE, (version) => {
        const rendered = renderedOrRefused(language, source, version);
        expect(rendered === null || codeOf(rendered) === codeOf(source)).toBe(true);
      }),
    );
  });

  it.each<readonly [QueryLanguage, string, RegExp]>([
    ["datadog", "sum:a{v:{{version}}}", /^sum:a\{v:[^{}(),\s"'!*]*\}$/],
    ["graphite", "a.{{version}}.b", /^a\.[A-Za-z0-9_-]*\.b$/],
    ["request-path", "/a/{{version}}/b?c={{version}}", /^\/a\/[^/?#]*\/b\?c=[^&#/?]*$/],
  ])("it is one word in %s", (language, source, form) => {
    fc.assert(
      fc.property(VALUE, (version) => {
        expect(renderedOrRefused(language, source, version) ?? source).toMatch(
          version === "." || version === ".." ? /./ : form,
        );
      }),
    );
  });

  it("it is JSON inside of JSON", () => {
    const source = '[{ "Id": "a", "Label": "{{version}}", "Expression": "x" }]';
    fc.assert(
      fc.property(VALUE, (version) => {
        expect(JSON.parse(renderQuery("cloudwatch", source, { version }))).toEqual([
          { Id: "a", Label: version, Expression: "x" },
        ]);
      }),
    );
  });

  it("a template is read or refused, and never breaks", () => {
    const LANGUAGE = fc.constantFrom<QueryLanguage>(
      ...(["promql", "logql", "datadog", "cloudwatch", "graphite", "influxql"] as const),
      "request-path",
    );
    const part = fc.oneof(VALUE, fc.constantFrom("{{version}}", "{{time}}", "{{", "}}", "[", '"'));
    fc.assert(
      fc.property(LANGUAGE, fc.array(part), (language, parts) => {
        const source = parts.join("");
        const { length } = source;
        const parsed = parseQuery(language, source);
        if (parsed.kind === "problem") {
          expect(parsed.offset).toBeGreaterThanOrEqual(0);
          expect(parsed.offset).toBeLessThanOrEqual(length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** null: the language has no way to write it, and says so. */
function renderedOrRefused(
  language: QueryLanguage,
  source: string,
  version: string,
): string | null {
  try {
    return renderQuery(language, source, { version });
  } catch (error) {
    expect(String(error)).toContain(JSON.stringify(version));
    return null;
  }
}
