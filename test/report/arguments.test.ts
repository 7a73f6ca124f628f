import { describe, expect, it } from "vitest";
import { readArguments } from "../../src/report/arguments.ts";
import { FLAGS, type Flag, helpText } from "../../src/report/flags.ts";

const REQUIRED = ["--component", "model-pymk", "--version", "7"];

function problem(...argv: readonly string[]): string | null {
  const read = readArguments(argv);
  return read.kind === "problem" ? read.problem : null;
}

function value(...argv: readonly string[]) {
  const read = readArguments([...REQUIRED, ...argv]);
  return read.kind === "ok" ? read.value : read.problem;
}

describe("the flags of slipway report", () => {
  it("are read all", () => {
    const argv = [
      ["--outcome", "failure"],
      ["--metrics", "a.json"],
      ["--metrics=b.json"],
      ["--junit", "a.xml"],
      ["--pytest", "a.json"],
      ["--checks", "c.json", "--checks", "d.json"],
      ["--dataset", "hive.edges=ds=2026-11-21"],
      ["--dataset", "labels=4"],
      ["--artifact", `registry.example/pymk:7@sha256:${"0b".repeat(32)}`],
      ["--commit", "abc"],
      ["--branch", "main"],
      ["--author", "dana@acme.test"],
      ["--repository", "acme/pymk"],
      ["--run-id", "train/7"],
      ["--run-attempt", "2"],
      ["--trigger", "data"],
      ["--url", "https://ci.example/7"],
      ["--notes", "one more week"],
      ["--to", "https://slipway.example/hooks/ci"],
    ].flat();
    expect(value(...argv)).toEqual({
      component: "model-pymk",
      version: "7",
      outcome: "failure",
      metrics: ["a.json", "b.json"],
      junit: ["a.xml"],
      pytest: ["a.json"],
      checks: ["c.json", "d.json"],
      datasets: [
        { name: "hive.edges", version: "ds=2026-11-21" },
        { name: "labels", version: "4" },
      ],
      artifact: { uri: "registry.example/pymk:7", digest: `sha256:${"0b".repeat(32)}` },
      commit: "abc",
      branch: "main",
      author: "dana@acme.test",
      repository: "acme/pymk",
      runId: "train/7",
      runAttempt: 2,
      trigger: "data",
      url: "https://ci.example/7",
      notes: "one more week",
      to: "https://slipway.example/hooks/ci",
    });
  });

  it("but for two may be left out", () => {
    expect(value()).toEqual({
      component: "model-pymk",
      version: "7",
      outcome: "success",
      metrics: [],
      junit: [],
      pytest: [],
      checks: [],
      datasets: [],
      artifact: null,
      commit: null,
      branch: null,
      author: null,
      repository: null,
      runId: null,
      runAttempt: null,
      trigger: null,
      url: null,
      notes: null,
      to: null,
    });
  });

  const artifacts: readonly (readonly [string, string, string | null])[] = [
    ["registry.example/a:1", "registry.example/a:1", null],
    ["registry.example/a@sha256:0b", "registry.example/a", "sha256:0b"],
    ["s3://bucket/user@host/model.bin", "s3://bucket/user@host/model.bin", null],
    ["git@github.com:acme/a", "git@github.com:acme/a", null],
  ];
  for (const [text, uri, digest] of artifacts) {
    it(`--artifact ${text} is ${uri} with the digest ${digest}`, () => {
      expect(value("--artifact", text)).toMatchObject({ artifact: { uri, digest } });
    });
  }

  const problems: readonly (readonly [string, readonly string[], string])[] = [
    ["no component", ["--version", "7"], "--component NAME is missing"],
    ["no version", ["--component", "a"], "--version VERSION is missing"],
    [
      "an empty component",
      ["--component", "", "--version", "7"],
      "--component is empty: leave it out",
    ],
    ["a flag without its value", [...REQUIRED, "--commit"], "--commit needs a value"],
    [
      "an empty flag, as of a variable that is not set",
      [...REQUIRED, "--commit="],
      "--commit is empty: leave it out",
    ],
    [
      "a flag twice that may stand once",
      [...REQUIRED, "--commit", "a", "--commit", "b"],
      "--commit is given twice",
    ],
    [
      "two artifacts",
      [...REQUIRED, "--artifact", "a", "--artifact", "b"],
      "--artifact is given twice",
    ],
    [
      "a word without a flag",
      [...REQUIRED, "metrics.json"],
      "metrics.json: every word belongs to a flag; see slipway report --help",
    ],
    [
      "a data set without a version",
      [...REQUIRED, "--dataset", "edges"],
      "--dataset edges: write NAME=VERSION",
    ],
    [
      "a data set with an empty version",
      [...REQUIRED, "--dataset", "edges="],
      "--dataset edges=: write NAME=VERSION",
    ],
    [
      "a data set without a name",
      [...REQUIRED, "--dataset", "=3"],
      "--dataset =3: write NAME=VERSION",
    ],
    [
      "attempt 0",
      [...REQUIRED, "--run-attempt", "0"],
      "--run-attempt 0: write a whole number from 1 on",
    ],
    [
      "an attempt that is no number",
      [...REQUIRED, "--run-attempt", "two"],
      "--run-attempt two: write a whole number from 1 on",
    ],
  ];
  for (const [name, argv, message] of problems) {
    it(`${name} is a problem`, () => expect(problem(...argv)).toBe(message));
  }

  for (const flag of ["--metric", "--no-metrics", "-c", "--constructor", "--__proto__"]) {
    it(`${flag} is unknown, and those that are known are listed`, () => {
      const names = Object.keys(FLAGS).map((name) => `--${name}`);
      expect(problem(...REQUIRED, flag, "x")).toBe(
        `${flag}: there is no such flag; there are ${names.join(", ")}`,
      );
    });
  }

  for (const argv of [["--help"], ["-h"], [...REQUIRED, "--help"]]) {
    it(`${argv.join(" ")} asks for help`, () => {
      expect(readArguments(argv)).toEqual({ kind: "ok", value: "help" });
    });
  }

  it("are each explained by the help", () => {
    const help = helpText();
    for (const [name, flag] of Object.entries<Flag>(FLAGS)) {
      expect(help).toContain(`--${name} ${flag.value}`);
      expect(help).toContain(flag.help);
    }
  });
});
