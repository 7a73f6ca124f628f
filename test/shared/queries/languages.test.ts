import { describe, expect, it } from "vitest";
import { METRIC_TYPES, metricType } from "../../../src/shared/metric-types.ts";
import { fillInflux } from "../../../src/shared/queries/influxql.ts";
import {
  parseQuery,
  type QueryLanguage,
  renderQuery,
} from "../../../src/shared/queries/registry.ts";
import { asksForRange, fillRequestPath } from "../../../src/shared/queries/request-path.ts";

/** Breaks out of any place that it is put into as it is. */
const HOSTILE = `2.3"'\`\\/}) or (1=1)--\n;`;

const TIMED = "AND {{time}} GROUP BY time({{step}})";

describe("a value stays in its place", () => {
  it.each<readonly [QueryLanguage, string, string, string]>([
    ["logql", '{version="{{version}}"}', "2.3", '{version="2.3"}'],
    ["logql", '{version="{{version}}"}', 'a"b\\c\nd', '{version="a\\"b\\\\c\\nd"}'],
    ["logql", '{version=~"v{{version}}"}', "2.3", '{version=~"v2\\\\.3"}'],
    ["logql", "{version=~`v{{version}}`}", "2.3`x", "{version=~`v2\\.3\\x60x`}"],
    ["logql", '{a="b"} |= "v {{version}}"', "2.3", '{a="b"} |= "v 2.3"'],
    ["logql", '{a="b"} |~ "x" or "{{version}}"', "2.3", '{a="b"} |~ "x" or "2\\\\.3"'],
    ["logql", '{a="b"} | json | v="{{version}}"', "2.3", '{a="b"} | json | v="2.3"'],
    ["logql", `# it's "\n{a="{{component}}"}`, "2", `# it's "\n{a="svc-feed"}`],
    [
      "datadog",
      "sum:e{version:{{version}}}.as_count()",
      "2.3-RC+1",
      "sum:e{version:2.3-rc_1}.as_count()",
    ],
    ["datadog", "sum:e{version:{{version}}}", HOSTILE, "sum:e{version:2.3____/___or__1_1_--__}"],
    [
      "datadog",
      "sum:e{a:b,version:{{version}}} by {c}",
      "x".repeat(300),
      `sum:e{a:b,version:${"x".repeat(200)}} by {c}`,
    ],
    ["graphite", "stats.{{component}}.{{version}}.errors", "2.3.0", "stats.svc-feed.2_3_0.errors"],
    ["graphite", "sumSeries(a.{{version}}.*)", HOSTILE, "sumSeries(a.2_3________or__1_1_--__.*)"],
    [
      "graphite",
      "seriesByTag('name=e','version={{version}}')",
      "2.3.0",
      "seriesByTag('name=e','version=2.3.0')",
    ],
    [
      "graphite",
      'seriesByTag("version=~v{{version}}")',
      "2.3.0",
      'seriesByTag("version=~v2\\.3\\.0")',
    ],
    [
      "influxql",
      `SELECT sum(e) FROM r WHERE v = '{{version}}' ${TIMED}`,
      "it's\\\n",
      `SELECT sum(e) FROM r WHERE v = 'it\\'s\\\\\\n' ${TIMED}`,
    ],
    [
      "influxql",
      `SELECT a / b FROM r WHERE v =~ /^{{version}}$/ ${TIMED}`,
      "2.3/x",
      `SELECT a / b FROM r WHERE v =~ /^2\\.3\\/x$/ ${TIMED}`,
    ],
    [
      "influxql",
      `SELECT sum(e) FROM "r-{{component}}" WHERE v = '' ${TIMED}`,
      "",
      `SELECT sum(e) FROM "r-svc-feed" WHERE v = '' ${TIMED}`,
    ],
    [
      "influxql",
      `select sum(e) from /a'b/ where v = '{{version}}' ${TIMED}`,
      "2",
      `select sum(e) from /a'b/ where v = '2' ${TIMED}`,
    ],
    [
      "cloudwatch",
      `SEARCH('{ns} version="{{version}}"', 'Sum')`,
      "2.3",
      `SEARCH('{ns} version="2.3"', 'Sum')`,
    ],
    [
      "cloudwatch",
      '[{ "Id": "a", "Expression": "SUM(\'{{version}}\')", "Label": "{{version}}" }]',
      "2.3",
      '[{"Id":"a","Expression":"SUM(\'2.3\')","Label":"2.3"}]',
    ],
    ["cloudwatch", '[{ "Value": "{{version}}" }]', 'a"b', '[{"Value":"a\\"b"}]'],
    [
      "request-path",
      "/errors/{{version}}?v={{version}}&from={{from}}",
      "a/b &c=",
      "/errors/a%2Fb%20%26c%3D?v=a%2Fb%20%26c%3D&from={{from}}",
    ],
    ["request-path", "?v={{version}}", "{{from}}\ud800", "?v=%7B%7Bfrom%7D%7D%EF%BF%BD"],
  ])("%s: %s with %j", (language, source, version, rendered) => {
    expect(renderQuery(language, source, { version, component: "svc-feed" })).toBe(rendered);
  });
});

describe("a value that a language cannot write is refused, and never asked for otherwise", () => {
  it.each<readonly [QueryLanguage, string, string]>([
    ["cloudwatch", `SEARCH('{ns} version="{{version}}"', 'Sum')`, 'a"b'],
    ["cloudwatch", '[{ "Expression": "SUM(\'{{version}}\')" }]', "it's"],
    ["graphite", "seriesByTag('version={{version}}')", "it's"],
    ["request-path", "/errors/{{version}}", ".."],
  ])("%s: %s with %j", (language, source, version) => {
    expect(() => renderQuery(language, source, { version })).toThrow(JSON.stringify(version));
  });
});

describe("a variable where a value could change what is asked is a problem", () => {
  it.each<readonly [QueryLanguage, string, number]>([
    ["logql", "{version={{version}}}", 9],
    ["logql", "{version=`{{version}}`}", 10],
    ["logql", '{a="b"} | line_format "{{version}}"', 23],
    ["logql", '{a="b"} | label_format x="{{version}}"', 26],
    ["logql", '{a="b"} | pattern "{{version}}"', 19],
    ["logql", '{a="b"} # "{{version}}"', 11],
    ["datadog", "sum:{{version}}{a:b}", 4],
    ["datadog", "sum:e{a:b}.rollup({{version}})", 18],
    ["influxql", `SELECT {{version}} FROM r WHERE a=1 ${TIMED}`, 7],
    ["influxql", `SELECT a FROM r -- '{{version}}'\nWHERE a=1 ${TIMED}`, 20],
    ["influxql", "SELECT a FROM r WHERE v='{{time}}'", 25],
    ["cloudwatch", "SUM({{version}})", 4],
  ])("%s: %s", (language, source, offset) => {
    expect(parseQuery(language, source)).toMatchObject({ kind: "problem", offset });
  });
});

describe("a query that is no measurement is a problem", () => {
  it.each<readonly [QueryLanguage, string, string]>([
    ["promql", " ", "must not be empty"],
    ["influxql", "DROP DATABASE app", "must be a SELECT: anything else is no measurement"],
    [
      "influxql",
      `SELECT a INTO b FROM r WHERE a=1 ${TIMED}`,
      "must not have INTO: a measurement writes nothing",
    ],
    ["influxql", `SELECT a FROM r WHERE a=1 ${TIMED}; DROP DATABASE app`, "must be one statement"],
    [
      "influxql",
      `SELECT a /* x */ FROM r WHERE a=1 ${TIMED}`,
      "must not have /* comments */; use -- instead",
    ],
    [
      "influxql",
      "SELECT a FROM r GROUP BY time({{step}})",
      "lacks {{time}}, e.g. WHERE {{time}} AND …",
    ],
    ["influxql", "SELECT a FROM r WHERE {{time}}", "lacks GROUP BY time({{step}})"],
    [
      "cloudwatch",
      "[{ Id: a }]",
      "begins with [ and is not JSON; in JSON a variable stands inside of a text",
    ],
    ["request-path", "errors", "must begin with / or ?: it follows the url of the source"],
    [
      "request-path",
      "//other.example/x",
      "must begin with / or ?: it follows the url of the source",
    ],
    ["request-path", "/a#b", "must not have a #: nothing behind it is sent"],
  ])("%s: %s", (language, source, message) => {
    expect(parseQuery(language, source)).toMatchObject({ kind: "problem", message });
  });

  it("an unknown variable names those that there are", () => {
    expect(parseQuery("request-path", "/?d={{digest}}")).toMatchObject({
      message: expect.stringMatching(
        /^unknown variable \{\{digest\}\}; there is component, version/,
      ),
      offset: 4,
    });
  });
});

describe("what the source puts in itself", () => {
  it("stands outside of texts only, whatever a value looks like", () => {
    const source = `SELECT sum(e) FROM r WHERE v='{{version}}' AND {{time}} GROUP BY time({{step}})`;
    const rendered = renderQuery("influxql", source, { version: "{{time}}" });
    expect(fillInflux(rendered, { time: "time >= 1ms", step: "30s" })).toBe(
      "SELECT sum(e) FROM r WHERE v='{{time}}' AND time >= 1ms GROUP BY time(30s)",
    );
  });

  it("is percent-encoded in a path", () => {
    const values = {
      ...{ from: "1000", to: "2000", step: "500", from_seconds: "1", to_seconds: "2" },
      ...{ step_seconds: "0.5", from_iso: "1970-01-01T00:00:01.000Z", to_iso: "x" },
    };
    expect(fillRequestPath("/?a={{from}}&b={{step}}&c={{from_iso}}", values)).toBe(
      "/?a=1000&b=500&c=1970-01-01T00%3A00%3A01.000Z",
    );
    expect([asksForRange("/?a={{from}}"), asksForRange("/?a={{to}}")]).toEqual([true, false]);
  });

  it("is no variable of the watch", () => {
    const parsed = parseQuery("request-path", "/?v={{version}}&from={{from}}");
    expect(parsed).toMatchObject({ template: { variables: ["version"] } });
  });
});

describe("types of metrics sources", () => {
  it("each takes queries of a language, or only knows alerts", () => {
    for (const { language, forms } of Object.values(METRIC_TYPES)) {
      expect(language === null).toBe(forms.every((form) => form === "alerts"));
    }
  });

  it("are found by name, and nothing else is", () => {
    expect(metricType("loki")).toEqual(METRIC_TYPES.loki);
    expect([metricType("statsd"), metricType("constructor")]).toEqual([null, null]);
  });
});
