import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { SOURCES } from "../src/config/adapters/registry.ts";
import { PLAIN_VARIABLES, SECRET_VARIABLES } from "../src/config/settings.ts";
import { VERBS } from "../src/intake/slack/release-verbs.ts";
import { METRIC_TYPES } from "../src/shared/metric-types.ts";
import { ENVIRONMENT, load } from "./support/configurations.ts";
import { blocks } from "./support/markdown.ts";
import { runSlipway } from "./support/run-slipway.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const README = read("README.md");
const SCRIPTS = (JSON.parse(read("package.json")) as { readonly scripts: object }).scripts;
const PAGES = ["README.md", "CONTRIBUTING.md", ...pagesIn("docs"), ...pagesIn("deploy")];

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name))
    .toSorted();
}

/** The name by which GitHub links to a heading. */
function anchorsOf(text: string): readonly string[] {
  const prose = text.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** What a later map says of a key counts; maps in both are put together. */
function merged(one: unknown, other: unknown): unknown {
  if (!isMap(one) || !isMap(other)) return other;
  const both = Object.entries(other).map(([key, value]) => [
    key,
    Object.hasOwn(one, key) ? merged(one[key], value) : value,
  ]);
  return { ...one, ...Object.fromEntries(both) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Rows of the first table under a heading, as the texts of their cells. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ""] = README.split(`## ${heading}\n`);
  const rows = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? "";
  return rows
    .trimEnd()
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}

describe("the README", () => {
  it("names every variable of the environment that there is, and no other", () => {
    const named = tableUnder("Environment").flatMap(([variables = ""]) => codeIn(variables));
    const known = [...SECRET_VARIABLES, ...Object.keys(PLAIN_VARIABLES)];
    expect(named.toSorted()).toEqual(known.toSorted());
  });

  it("gives their defaults", () => {
    for (const [variables = "", , defaults = ""] of tableUnder("Environment")) {
      const names = codeIn(variables) as (keyof typeof PLAIN_VARIABLES)[];
      const set = names.map((name) => PLAIN_VARIABLES[name] ?? null).filter((it) => it !== null);
      expect({ variables, defaults: codeIn(defaults) }).toEqual({ variables, defaults: set });
    }
  });

  it("shows configurations that load without a warning", () => {
    const examples = [...README.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? "");
    expect(examples).toHaveLength(2);
    for (const example of examples) expect(load(example, ENVIRONMENT).warnings).toEqual([]);
  });

  it("has a row for every system that may send, with its page and an example", () => {
    const rows = README.split("\n").filter((line) => /\]\(docs\/sources\//.test(line));
    const types = rows.map((row) => /\[`([\w-]+)`\]\(docs\/sources\/\1\.md\)/.exec(row)?.[1]);
    expect(types.toSorted()).toEqual(Object.keys(SOURCES).toSorted());
    expect(rows.filter((row) => !row.includes("](examples/"))).toEqual([]);
  });

  it("has a row for every system that measures, with its page", () => {
    const rows = README.split("\n").filter((line) => /\]\(docs\/metrics\//.test(line));
    const types = rows.map((row) => /\[`([\w-]+)`\]\(docs\/metrics\/\1\.md\)/.exec(row)?.[1]);
    expect(types.toSorted()).toEqual(Object.keys(METRIC_TYPES).toSorted());
  });

  it("shows commands of /release that there are", () => {
    const shown = tableUnder("In Slack").flatMap(([forms = ""]) => codeIn(forms));
    const verbs = shown.flatMap((form) => /^\/release COMPONENT (\w+)/.exec(form)?.[1] ?? []);
    expect(verbs.length).toBeGreaterThan(4);
    for (const verb of verbs) expect([...VERBS.keys()]).toContain(verb);
  });
});

describe("docs/next-steps.md", () => {
  it("goes on from the README's first configuration, and each step loads without a warning", () => {
    let configuration: unknown = parse(blocks(README, "yaml")[0] ?? "");
    const steps = blocks(read("docs/next-steps.md"), "yaml");
    expect(steps).toHaveLength(5);
    for (const step of steps) {
      configuration = merged(configuration, parse(step));
      expect(load(stringify(configuration), ENVIRONMENT).warnings).toEqual([]);
    }
  });
});

describe.each(PAGES)("%s", (page) => {
  const text = read(page);

  it("links to what is there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? "");
    const folder = join(ROOT, page, "..");
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  });

  it("links to headings that there are", () => {
    const lost = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].filter(
      ([, path = "", anchor = ""]) => {
        const target = path === "" ? page : join(page, "..", path);
        return target.endsWith(".md") && !anchorsOf(read(target)).includes(anchor);
      },
    );
    expect(lost.map(([link]) => link)).toEqual([]);
  });

  it("names scripts that there are", () => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((name) => !Object.hasOwn(SCRIPTS, name))).toEqual([]);
  });

  it("names commands that there are", async () => {
    const { out } = await runSlipway(["help"]);
    const named = [...text.matchAll(/(?:npm run slipway --|`slipway) (\w+)/g)];
    for (const [, command = ""] of named) expect(out).toMatch(new RegExp(`^ {2}${command} `, "m"));
  });

  it("names files that there are", () => {
    const named = codeIn(text).filter((code) => /^(?:src|test|docs)\/[\w./-]+$/.test(code));
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
