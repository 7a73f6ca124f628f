import { describe, expect, it } from "vitest";
import { closest } from "../../src/config/did-you-mean.ts";
import { parseDuration } from "../../src/config/duration.ts";
import { readVariable } from "../../src/config/environment.ts";
import { interpolate } from "../../src/config/interpolate.ts";
import { compileNeed, semanticVersion } from "../../src/config/need.ts";

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["10m", 600_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["0s", 0],
  ])("%s has %i milliseconds", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["", "30", "30 s", "1.5h", "-1s", "1h30m", "1w", "s", "9999999999s"])(
    "%j is none",
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});

describe("did you mean", () => {
  const keys = ["channel", "digest", "level", "whenNoLive"];
  it.each([
    ["chanel", "channel"],
    ["levle", "level"],
    ["LEVEL", "level"],
    ["whennolive", "whenNoLive"],
    ["digets", "digest"],
    ["strategy", null],
    ["x", null],
  ])("%s: %s", (name, expected) => {
    expect(closest(name, keys)).toBe(expected);
  });
});

describe("a need", () => {
  it.each<readonly [range: string, version: string, satisfied: boolean]>([
    [">=2.3.0", "2.3.0", true],
    [">=2.3.0", "v2.3.0", true],
    [">=2.3.0", "2.4", true],
    [">=2.3.0", "2.3", true],
    [">=2.3.0", "2.2.9", false],
    ["^2.3", "3.0.0", false],
    ["2.x", "2.9.1", true],
    [">=2.3.0", "2.3.0-rc.1", false],
    [">=2.3.0", "2.4.0-rc.1", true],
    [">=2026.1.0", "2026.11.22-3", true],
    // No semantic version: never satisfied.
    [">=2.3.0", "57", false],
    ["*", "20261122", false],
    ["*", "1111111111111111111111111111111111111111", false],
    ["*", "main", false],
    ["*", "", false],
  ])("%s by %s: %s", (range, version, satisfied) => {
    expect(compileNeed("svc-feed", range)?.satisfiedBy(version)).toBe(satisfied);
  });

  it.each(["", "latest", ">=two"])("%j is no range", (range) => {
    expect(compileNeed("svc-feed", range)).toBeNull();
  });

  it("reads the semantic version out of a version", () => {
    expect(["v2.3.0", "2.3", "v2", "build-7"].map(semanticVersion)).toEqual([
      "2.3.0",
      "2.3.0",
      null,
      null,
    ]);
  });
});

describe("a variable of the environment", () => {
  const files: Readonly<Record<string, string>> = {
    "/run/token": "from-file\n",
    "/run/empty": "\n",
  };
  const readFile = (path: string): string => {
    const content = files[path];
    if (content === undefined) throw new Error("ENOENT: no such file");
    return content;
  };

  it.each([
    [{ TOKEN: "here" }, { kind: "value", value: "here" }],
    [{ TOKEN_FILE: "/run/token" }, { kind: "value", value: "from-file" }],
    [
      { TOKEN: "", TOKEN_FILE: "/run/token" },
      { kind: "value", value: "from-file" },
    ],
    [{}, { kind: "unset" }],
    [{ TOKEN: "" }, { kind: "unset" }],
    [
      { TOKEN: "here", TOKEN_FILE: "/run/token" },
      { kind: "problem", message: "TOKEN and TOKEN_FILE are both set; keep one of them" },
    ],
    [
      { TOKEN_FILE: "/run/empty" },
      { kind: "problem", message: "TOKEN_FILE names /run/empty, which is empty" },
    ],
    [
      { TOKEN_FILE: "/run/none" },
      {
        kind: "problem",
        message: "TOKEN_FILE names /run/none, which cannot be read (ENOENT: no such file)",
      },
    ],
  ])("%j", (environment, expected) => {
    expect(readVariable("TOKEN", environment, readFile)).toEqual(expected);
  });
});

describe("interpolation", () => {
  const environment: Readonly<Record<string, string>> = { TOKEN: "s3cr$t", HOST: "deploy.example" };
  const put = (text: string) =>
    interpolate(text, (name) => readVariable(name, environment, () => ""));

  it.each([
    ["Bearer ${TOKEN}", "Bearer s3cr$t", ["s3cr$t"]],
    ["${TOKEN}@${HOST}", "s3cr$t@deploy.example", ["s3cr$t", "deploy.example"]],
    ["$${TOKEN} $$ $TOKEN {TOKEN}", "${TOKEN} $$ $TOKEN {TOKEN}", []],
    ["no reference", "no reference", []],
  ])("%s becomes %s", (text, result, values) => {
    expect(put(text)).toEqual({ text: result, values, problems: [] });
  });

  it.each([
    [
      "${MISSING}",
      "the environment variable MISSING is not set, or empty; set it, or MISSING_FILE",
    ],
    ["${}", "${} is not a variable; write ${NAME}, or $${ for a verbatim ${"],
    ["${TOKEN", "${TOKEN is not a variable; write ${NAME}, or $${ for a verbatim ${"],
    ["${a-b}", "${a-b} is not a variable; write ${NAME}, or $${ for a verbatim ${"],
  ])("%s is a problem", (text, problem) => {
    expect(put(text).problems).toEqual([problem]);
  });
});
