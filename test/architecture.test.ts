import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../src");
const MAXIMUM_LINES = 300;

/** Which folders each folder may import from; files beside the folders may import everything. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ["core"],
  cards: ["cards", "core"],
  charts: ["charts", "core"],
  config: ["config", "core", "shared"],
  ledger: ["ledger", "core", "shared"],
  intake: ["intake", "core", "shared", "cards/ids.ts"],
  report: ["report", "core", "shared", "intake/sources/report-schema.ts"],
  effects: ["effects", "cards", "charts", "core", "shared"],
  shared: ["shared"],
};

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

function importsOf(text: string): readonly string[] {
  const pattern = /(?:from\s+|import\s*\(\s*|import\s+)"([^"]+)"/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function folderOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : "";
}

describe("the arrows between folders", () => {
  for (const [folder, allowed] of Object.entries(ALLOWED)) {
    it(`${folder} imports only ${allowed.join(", ")}`, () => {
      const crossings = files
        .filter(({ path }) => folderOf(path) === folder)
        .flatMap(({ path, text }) =>
          importsOf(text)
            .filter((specifier) => specifier.startsWith("."))
            .map((specifier) => relative(ROOT, resolve(ROOT, dirname(path), specifier)))
            .filter((target) => !allowed.includes(target) && !allowed.includes(folderOf(target)))
            .map((target) => `${path} imports ${target}`),
        );
      expect(crossings).toEqual([]);
    });
  }

  it("nothing imports the files beside the folders", () => {
    const crossings = files
      .filter(({ path }) => folderOf(path) !== "" && folderOf(path) !== "demo")
      .flatMap(({ path, text }) =>
        importsOf(text)
          .filter((specifier) => specifier.startsWith("."))
          .filter(
            (specifier) => folderOf(relative(ROOT, resolve(ROOT, dirname(path), specifier))) === "",
          )
          .map((specifier) => `${path} imports ${specifier}`),
      );
    expect(crossings).toEqual([]);
  });

  it("only main.ts loads the demo", () => {
    const loaders = files
      .filter(
        ({ path, text }) =>
          folderOf(path) !== "demo" &&
          importsOf(text).some((specifier) => /(^|\/)demo\//.test(specifier)),
      )
      .map(({ path }) => path);
    expect(loaders.filter((path) => path !== "main.ts")).toEqual([]);
  });
});

describe("core, cards and charts are pure", () => {
  const pure = files.filter(({ path }) => ["core", "cards", "charts"].includes(folderOf(path)));

  it("import no package and nothing of Node", () => {
    const impure = pure.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((specifier) => !specifier.startsWith("."))
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(impure).toEqual([]);
  });

  it("read no clock, no chance, no environment", () => {
    const impure =
      /Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|setInterval|randomUUID|\bfetch\(/;
    expect(pure.filter(({ text }) => impure.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("files", () => {
  it(`have at most ${MAXIMUM_LINES} lines`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.split("\n").length }))
      .filter(({ lines }) => lines > MAXIMUM_LINES);
    expect(long).toEqual([]);
  });

  it("have no default export", () => {
    expect(
      files.filter(({ text }) => /^export default/m.test(text)).map(({ path }) => path),
    ).toEqual([]);
  });

  it("are named in kebab-case", () => {
    expect(files.map(({ path }) => path).filter((path) => !/^[a-z0-9/-]+\.ts$/.test(path))).toEqual(
      [],
    );
  });
});
