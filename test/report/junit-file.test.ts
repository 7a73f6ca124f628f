import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { readJunit } from "../../src/report/junit-file.ts";
import { fixtureBytes } from "../support/intake-fixture.ts";

const run = promisify(execFile);
const JUNIT_MODULE = pathToFileURL(
  join(import.meta.dirname, "../../src/report/junit-file.ts"),
).href;

async function* parts(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

async function count(text: string) {
  const result = await readJunit(parts(text));
  return result.kind === "ok" ? result.value.tests : result.problem;
}

function suite(...cases: readonly string[]): string {
  return `<testsuite>${cases.join("")}</testsuite>`;
}

describe("the tests of a JUnit file", () => {
  it("that pytest wrote are counted; an error is a failed test", async () => {
    const text = fixtureBytes("junit/pytest-7.2.captured.xml").toString();
    expect(await count(text)).toEqual({ passed: 1, failed: 2, skipped: 1 });
  });

  it("that Node's test runner wrote are counted", async () => {
    const text = fixtureBytes("junit/node-20-test-runner.captured.xml").toString();
    expect(await count(text)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it("are counted however the file is cut into parts", async () => {
    const text = fixtureBytes("junit/pytest-7.2.captured.xml").toString();
    for (const size of [1, 2, 7, 100]) {
      const cut = Array.from({ length: Math.ceil(text.length / size) }, (_value, index) =>
        text.slice(index * size, (index + 1) * size),
      );
      expect(await readJunit(parts(...cut))).toEqual({
        kind: "ok",
        value: {
          tests: { passed: 1, failed: 2, skipped: 1 },
          metrics: { auc: 0.9671, latency_p99_ms: 212 },
          checks: [],
        },
      });
    }
  });

  const cases: readonly (readonly [string, string, object])[] = [
    [
      "in a single suite",
      suite("<testcase/>", "<testcase></testcase>"),
      { passed: 2, failed: 0, skipped: 0 },
    ],
    [
      "in suites in suites",
      `<testsuites>${suite(suite(suite("<testcase/>")), "<testcase><failure/></testcase>")}</testsuites>`,
      { passed: 1, failed: 1, skipped: 0 },
    ],
    [
      "once, whatever a test reports besides",
      suite("<testcase><failure/><failure/><error/><system-out>x</system-out></testcase>"),
      { passed: 0, failed: 1, skipped: 0 },
    ],
    [
      "as failed, when one is skipped and fails",
      suite("<testcase><skipped/><failure/></testcase>"),
      { passed: 0, failed: 1, skipped: 0 },
    ],
    [
      "as failed, when only an attribute says so",
      suite(
        '<testcase failure="2 == 3"/>',
        '<testcase status="failed"/>',
        '<testcase status="ERROR"/>',
      ),
      { passed: 0, failed: 3, skipped: 0 },
    ],
    [
      "as skipped, when they did not run",
      suite('<testcase status="notrun" result="suppressed"/>', '<testcase status="disabled"/>'),
      { passed: 0, failed: 0, skipped: 2 },
    ],
    [
      "as passed, when they did on a second try",
      suite("<testcase><flakyFailure><stackTrace/></flakyFailure><system-err/></testcase>"),
      { passed: 1, failed: 0, skipped: 0 },
    ],
    [
      "as failed, when every try failed",
      suite("<testcase><failure/><rerunFailure/></testcase>"),
      { passed: 0, failed: 1, skipped: 0 },
    ],
    [
      "without what is in their output",
      suite(
        "<testcase><system-out><![CDATA[<testcase><failure/></testcase>]]></system-out></testcase>",
      ),
      { passed: 1, failed: 0, skipped: 0 },
    ],
    [
      "without what is deeper in them",
      suite("<testcase><properties><failure/></properties></testcase>"),
      { passed: 1, failed: 0, skipped: 0 },
    ],
    [
      "whatever the suite says of them",
      '<testsuite tests="99" failures="0" skipped="7"><testcase><failure/></testcase></testsuite>',
      { passed: 0, failed: 1, skipped: 0 },
    ],
    [
      "with the failure of a whole suite",
      suite("<testcase/>", "<error>cannot import</error>"),
      { passed: 1, failed: 1, skipped: 0 },
    ],
    [
      "with the failures that only the suite knows of",
      '<testsuite failures="2" errors="1"><testcase/></testsuite>',
      { passed: 1, failed: 3, skipped: 0 },
    ],
    [
      "with those of suites beside each other",
      '<testsuites><testsuite errors="1"><testcase/></testsuite><testsuite failures="2"><testcase/></testsuite></testsuites>',
      { passed: 2, failed: 3, skipped: 0 },
    ],
    [
      "once, where suites count what is in them",
      '<testsuites failures="2"><testsuite failures="2"><testcase/></testsuite></testsuites>',
      { passed: 1, failed: 2, skipped: 0 },
    ],
    [
      "with the usual entities in them",
      '<testsuite name="a &lt;b&gt; &amp; &#233; &#x1F600;"><testcase/></testsuite>',
      { passed: 1, failed: 0, skipped: 0 },
    ],
    [
      "behind a byte-order mark",
      `﻿<?xml version="1.0"?>${suite("<testcase/>")}`,
      { passed: 1, failed: 0, skipped: 0 },
    ],
  ];
  for (const [name, text, counts] of cases) {
    it(`are counted ${name}`, async () => expect(await count(text)).toEqual(counts));
  }

  it("are counted beside a failure message of a megabyte in an attribute", async () => {
    const text = suite(`<testcase><failure message="${"x".repeat(1024 * 1024)}"/></testcase>`);
    const cut = Array.from({ length: 17 }, (_value, index) =>
      text.slice(index * 65_536, (index + 1) * 65_536),
    );
    expect(await readJunit(parts(...cut))).toMatchObject({
      kind: "ok",
      value: { tests: { passed: 0, failed: 1, skipped: 0 } },
    });
  });
});

describe("a JUnit file is a problem", () => {
  const laughs = Array.from({ length: 9 }, (_value, index) => {
    const inner = index === 0 ? "lol" : `&lol${index - 1};`.repeat(10);
    return `<!ENTITY lol${index} "${inner}">`;
  }).join("");

  const problems: readonly (readonly [string, string, string | RegExp])[] = [
    [
      "with entities that laugh a billion times",
      `<!DOCTYPE t [${laughs}]><testsuite><testcase name="&lol8;"/></testsuite>`,
      "has a DOCTYPE, which is refused: JUnit files need none",
    ],
    [
      "with an entity that reads a file",
      '<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite><testcase>&f;</testcase></testsuite>',
      "has a DOCTYPE, which is refused: JUnit files need none",
    ],
    [
      "with a DOCTYPE elsewhere",
      '<!DOCTYPE testsuite SYSTEM "http://127.0.0.1/x.dtd"><testsuite/>',
      "has a DOCTYPE, which is refused: JUnit files need none",
    ],
    [
      "with an entity that is nowhere",
      "<testsuite><testcase name='&f;'/></testsuite>",
      /^is not well-formed XML: Invalid character entity/,
    ],
    [
      "with an entity of HTML",
      "<testsuite><testcase name='&nbsp;'/></testsuite>",
      /^is not well-formed XML: Invalid character entity/,
    ],
    [
      "that is cut off",
      "<testsuite><testcase/>",
      /^is not well-formed XML: Unclosed root tag \(line 1\)$/,
    ],
    [
      "with crossed tags",
      "<testsuite>\n<testcase></testsuite></testcase>",
      /^is not well-formed XML: Unexpected close tag \(line 2\)$/,
    ],
    ["that is empty", "", "holds no test cases: leave --junit out if nothing was tested"],
    [
      "without test cases",
      "<testsuites><testsuite/></testsuites>",
      "holds no test cases: leave --junit out if nothing was tested",
    ],
    [
      "that is another kind of XML",
      "<html><testcase/></html>",
      "begins with <html>, not with <testsuites> or <testsuite>",
    ],
    ["that is JSON", '{"tests": 3}', /^is not well-formed XML: /],
    ["that is nested without end", "<testsuite>".repeat(5000), "is nested more than 100 deep"],
    [
      "with a metric that is no number",
      suite(
        '<testcase><properties><property name="metric.auc" value="NaN"/></properties></testcase>',
      ),
      "metric.auc: NaN is not a finite number",
    ],
    [
      "with a metric that has no value",
      suite('<testcase/><properties><property name="metric.auc"/></properties>'),
      "metric.auc: undefined is not a finite number",
    ],
    [
      "with a metric of two values",
      suite(
        '<properties><property name="metric.auc" value="1"/><property name="metric.auc" value="2"/></properties><testcase/>',
      ),
      "metric.auc: is there twice, with different values",
    ],
  ];
  for (const [name, text, message] of problems) {
    it(name, async () => {
      if (typeof message === "string") expect(await count(text)).toBe(message);
      else expect(await count(text)).toMatch(message);
    });
  }
});

describe("the metrics of a JUnit file", () => {
  it("are properties of its tests and suites that are named so", async () => {
    const property = (name: string, value: string) => `<property name="${name}" value="${value}"/>`;
    const text = suite(
      `<properties>${property("metric.rows", "12")}${property("auc", "1")}${property("metric.", "1")}<property/></properties>`,
      `<testcase><properties>${property("metric.p95 ms", "1e3")}${property("metric.rows", "12.0")}</properties></testcase>`,
    );
    expect(await readJunit(parts(text))).toEqual({
      kind: "ok",
      value: {
        tests: { passed: 1, failed: 0, skipped: 0 },
        metrics: { rows: 12, "p95 ms": 1000 },
        checks: [],
      },
    });
  });
});

describe("a JUnit file beyond 50 MiB", () => {
  it("is refused as soon as it is longer", async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<string> {
      yield "<testsuite><testcase/><system-out>";
      for (;;) {
        sent += 1;
        yield "x".repeat(1024 * 1024);
      }
    }
    expect(await readJunit(endless())).toEqual({
      kind: "problem",
      problem: "is larger than 50 MiB, the limit",
    });
    expect(sent).toBe(50);
  });
});

describe("a JUnit file of 50 MB", () => {
  const HEAP_MB = 24;

  it(`is counted by a process that may use ${HEAP_MB} MB of heap`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-junit-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "large.xml");
    const one = `<testcase name="t"><failure message="m">${"x".repeat(900)}</failure></testcase>`;
    const output = `<testcase><system-out><![CDATA[${"line of output\n".repeat(700_000)}]]></system-out></testcase>`;
    const tests = Math.ceil((39 * 1024 * 1024) / one.length);
    const text = `<testsuites><testsuite>${one.repeat(tests)}${output}</testsuite></testsuites>`;
    await writeFile(file, text);
    expect(text.length).toBeGreaterThan(50 * 1000 * 1000);

    const program = `
      import { createReadStream } from "node:fs";
      import { readJunit } from ${JSON.stringify(JUNIT_MODULE)};
      console.log(JSON.stringify(await readJunit(createReadStream(${JSON.stringify(file)}, "utf8"))));
    `;
    const { stdout } = await run(process.execPath, [
      `--max-old-space-size=${HEAP_MB}`,
      "--input-type=module",
      "--eval",
      program,
    ]);
    expect(JSON.parse(stdout)).toEqual({
      kind: "ok",
      value: { tests: { passed: 1, failed: tests, skipped: 0 }, metrics: {}, checks: [] },
    });
  }, 60_000);
});
