import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternOf, patternsOf } from "../../../src/effects/metrics/loki/log-pattern.ts";

describe("the pattern of a line", () => {
  it.each([
    ["2026-11-22T10:00:00Z ERROR user 4711 not found", "<*> ERROR user <*> not found"],
    ["2026-11-22 10:00:00,123 WARN slow", "<*> WARN slow"],
    ["10:00:00.5 WARN slow", "<*> WARN slow"],
    [
      '{"level":"error","msg":"shard 7 of \'feed\' is late","took":12.3}',
      "ERROR shard <*> of <*> is late",
    ],
    ['{"severity":"WARNING","message":"retry"}', "WARNING retry"],
    ['{"error":{"message":"disk full","code":28}}', "disk full"],
    ['{"took":12}', "{<*>}"],
    ['level=warn msg="retry 3 of 5" trace=9f86d081884c7d65', "WARN retry <*> of <*>"],
    ["level=error msg=timeout took=3s", "ERROR timeout"],
    ["a=b is no logfmt", "a=b is no logfmt"],
    ["id 550e8400-e29b-41d4-a716-446655440000 gone", "id <*> gone"],
    ["at 0xdeadbeef in 7fffa0b1c2d3", "at <*> in <*>"],
    ["from 10.0.0.7:9090 to 10.0.0.8", "from <*> to <*>"],
    ["GET https://api.example/v1/users?id=5 failed", "GET <*> failed"],
    ["mail to dana@acme.test bounced", "mail to <*> bounced"],
    ["key `a` and \"b c\" and 'd'", "key <*> and <*> and <*>"],
    ["it's late, isn't it", "it's late, isn't it"],
    ["pod feed-5d9f7c-x2x1q restarted", "pod <*> restarted"],
    ["took 12.5ms, 3 of 4 (75%)", "took <*> of <*> (<*>)"],
    ["a facade of a deed", "a facade of a deed"],
    ["\u001b[31mred\u001b[0m \u0007 bell", "red bell"],
    ["", ""],
  ])("%s", (line, pattern) => {
    expect(patternOf(line)).toBe(pattern);
  });

  it("is short, whatever the line is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5_000 }), (line) => {
        expect(patternOf(line).length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 20 },
    );
  });

  it("is the same for lines that differ in numbers and ids only", () => {
    const words = fc.constantFrom("user %s is late", "%s: timeout after %s", "msg=%s code=%s x");
    const ids = fc.oneof(fc.integer().map(String), fc.uuid(), fc.ipV4());
    fc.assert(
      fc.property(words, ids, ids, (text, one, other) => {
        expect(patternOf(text.replaceAll("%s", one))).toBe(patternOf(text.replaceAll("%s", other)));
      }),
    );
  });
});

describe("the patterns of lines", () => {
  it("are counted, the most frequent first, and empty lines have none", () => {
    expect(patternsOf(["a 1", "b", "a 2", "", "a 3"])).toEqual([
      { pattern: "a <*>", lines: 3 },
      { pattern: "b", lines: 1 },
    ]);
  });
});
