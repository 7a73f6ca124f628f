import { Counter, Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { parseExposition } from "../../../src/demo/metrics-server/exposition.ts";

describe("the text format", () => {
  it("is read with labels, escapes, special values; comments and timestamps are skipped", () => {
    const text = [
      "# HELP x A help text",
      "# TYPE x counter",
      "x 1",
      'x{path="C:\\\\dir",message="say \\"hi\\"\\nbye",}  2.5e3 1795353865626',
      'x{ code = "500" } NaN',
      'y:z_total{le="+Inf"} +Inf',
      'text{brace="}"} -Inf',
      "",
    ].join("\n");
    expect(parseExposition(text)).toEqual([
      { labels: { __name__: "x" }, value: 1 },
      { labels: { __name__: "x", path: "C:\\dir", message: 'say "hi"\nbye' }, value: 2500 },
      { labels: { __name__: "x", code: "500" }, value: Number.NaN },
      { labels: { __name__: "y:z_total", le: "+Inf" }, value: Number.POSITIVE_INFINITY },
      { labels: { __name__: "text", brace: "}" }, value: Number.NEGATIVE_INFINITY },
    ]);
  });

  it("is what prom-client writes", async () => {
    const registry = new Registry();
    const registers = [registry];
    new Counter({ name: "c_total", help: "c", labelNames: ["why"], registers }).inc({
      why: 'a"\\\n',
    });
    new Histogram({ name: "h", help: "h", buckets: [0.1], registers }).observe(0.05);
    expect(parseExposition(await registry.metrics())).toEqual([
      { labels: { __name__: "c_total", why: 'a"\\\n' }, value: 1 },
      { labels: { __name__: "h_bucket", le: "0.1" }, value: 1 },
      { labels: { __name__: "h_bucket", le: "+Inf" }, value: 1 },
      { labels: { __name__: "h_sum" }, value: 0.05 },
      { labels: { __name__: "h_count" }, value: 1 },
    ]);
  });

  const refused: readonly (readonly [string, string])[] = [
    ["x", "line 1 is not a sample: x"],
    ["x 1\n<html>", "line 2 is not a sample: <html>"],
    ['x{a="b} 1', "line 1"],
    ["x{a=b} 1", "line 1 has labels that cannot be read: {a=b}"],
    ["x one", "line 1 has a value that is not a number: one"],
  ];
  for (const [text, problem] of refused) {
    it(`that holds ${JSON.stringify(text)} is refused: ${problem}`, () => {
      expect(() => parseExposition(text)).toThrow(problem);
    });
  }
});
