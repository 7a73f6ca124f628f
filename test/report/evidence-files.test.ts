import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EvidenceFlags, readEvidence } from "../../src/report/evidence-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const NONE: EvidenceFlags = { metrics: [], junit: [], pytest: [], checks: [] };

async function read(files: Readonly<Record<string, string>>, flags: Partial<EvidenceFlags>) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const result = await readEvidence({ ...NONE, ...flags }, folder);
  return result.kind === "ok" ? result.value : result.problem.replaceAll(folder, "FOLDER");
}

const JUNIT =
  '<testsuite><testcase><properties><property name="metric.f1" value="0.5"/></properties></testcase></testsuite>';
const PYTEST = JSON.stringify({ summary: { passed: 1, xpassed: 1 } });

describe("the evidence of several files", () => {
  it("is put together", async () => {
    const files = {
      "m.yaml": "auc: 0.8\nmodel: gbdt\n",
      "d.json": '{"m":{"loss":{"old":1,"new":2}}}',
      "j.xml": JUNIT,
      "p.json": PYTEST,
      "q.json": PYTEST,
      "c.json": '[{"name":"fresh","status":"pass"}]',
    };
    const unexpected = { status: "warn", expected: "to fail", actual: "1 passed" };
    expect(
      await read(files, {
        metrics: ["m.yaml", "d.json"],
        junit: ["j.xml"],
        pytest: ["p.json", "q.json"],
        checks: ["c.json"],
      }),
    ).toEqual({
      metrics: { auc: 0.8, loss: 2, f1: 0.5 },
      slices: {},
      tests: { passed: 5, failed: 0, skipped: 0 },
      checks: [
        { name: "pytest: tests that were expected to fail", ...unexpected },
        { name: "pytest: tests that were expected to fail (q.json)", ...unexpected },
        { name: "fresh", status: "pass", expected: null, actual: null },
      ],
      notes: [
        "m.yaml: only numbers are metrics, so these were left out: model",
        expect.stringMatching(/^d\.json: dvc metrics diff prints only/),
      ],
    });
  });

  it("has no tests where no file has any", async () => {
    expect(await read({}, {})).toEqual({
      metrics: {},
      slices: {},
      tests: null,
      checks: [],
      notes: [],
    });
  });

  it.each([
    {
      name: "a metric in two kinds of files",
      files: { "m.json": '{"f1":0.5}', "j.xml": JUNIT },
      flags: { metrics: ["m.json"], junit: ["j.xml"] },
      problem: "--junit j.xml: f1 is in an earlier file too",
    },
    {
      name: "a slice in two files",
      files: { "a.json": '{"slices":{"a":{"x":1}}}', "b.json": '{"y":1,"slices":{"a":{"x":1}}}' },
      flags: { metrics: ["a.json", "b.json"] },
      problem: "--metrics b.json: a is in an earlier file too",
    },
    {
      name: "a check in two files",
      files: { "c.json": '[{"name":"a","status":"pass"}]' },
      flags: { checks: ["c.json", "c.json"] },
      problem: "--checks c.json: a is in an earlier file too",
    },
    {
      name: "a file that is not there",
      files: {},
      flags: { pytest: ["p.json"] },
      problem: "--pytest p.json: ENOENT: no such file or directory, open 'FOLDER/p.json'",
    },
    {
      name: "a page that CML wrote",
      files: { "report.md": "## AUC" },
      flags: { metrics: ["report.md"] },
      problem:
        "--metrics report.md: is a page for people, as CML writes it: give the metrics file it was made from",
    },
    {
      name: "a file that is not what its flag says",
      files: { "c.json": "{}" },
      flags: { checks: ["c.json"] },
      problem:
        "--checks c.json: is no validation result of Great Expectations: it has no list of results",
    },
  ])("is a problem with $name", async ({ files, flags, problem }) => {
    expect(await read(files, flags)).toBe(problem);
  });
});

describe("a folder of MLflow's file store", () => {
  const RUN = {
    "run/meta.yaml": "run_id: 1",
    "run/metrics/auc": "1795309900000 0.7 1\n1795309900001 0.9 3\n1795309900002 0.8 2\n",
    "run/metrics/eval/loss": "1795309900000 0.25\n",
    "run/metrics/ms": "1795309900000 12 0 holdout 5f3a\n",
  };

  it("is read for the last step of each metric, by the run or its metrics", async () => {
    const metrics = { auc: 0.9, "eval/loss": 0.25, ms: 12 };
    expect(await read(RUN, { metrics: ["run"] })).toMatchObject({ metrics });
    expect(await read(RUN, { metrics: ["run/metrics"] })).toMatchObject({ metrics });
  });

  it.each([
    [
      "NaN at the last step",
      "1 0.7 1\n2 nan 2",
      "auc: its last value, of step 2, is NaN: a gate cannot read it",
    ],
    [
      "an infinite value",
      "1 -inf 1",
      "auc: its last value, of step 1, is infinite: a gate cannot read it",
    ],
    [
      "a line of another file",
      "hello",
      "auc: is not what MLflow keeps of a metric: timestamp, value, step",
    ],
    [
      "a value that is none",
      "1 high 1",
      "auc: is not what MLflow keeps of a metric: timestamp, value, step",
    ],
    [
      "a step that is none",
      "1 2 x",
      "auc: is not what MLflow keeps of a metric: timestamp, value, step",
    ],
    ["nothing", "", "is a folder without metrics of MLflow"],
  ])("is a problem with %s", async (_name, text, problem) => {
    expect(await read({ "run/metrics/auc": text }, { metrics: ["run"] })).toBe(
      `--metrics run: ${problem}`,
    );
  });

  it("is not read deeper than keys go", async () => {
    const deep = `run/metrics/${"a/".repeat(20)}b`;
    expect(await read({ [deep]: "1 1 1" }, { metrics: ["run"] })).toBe(
      "--metrics run: is a folder without metrics of MLflow",
    );
  });
});
