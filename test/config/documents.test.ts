import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OPERATION_VARIABLES } from "../../src/config/adapters/template-variables.ts";
import { GATE_SCOPE } from "../../src/config/cel/scope-types.ts";
import { fileReaders } from "../../src/config/file-readers.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import { configurationJsonSchema } from "../../src/config/schema/configuration.ts";
import { configurationTables } from "../support/configuration-tables.ts";
import { ENVIRONMENT } from "../support/configurations.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("docs/slipway.schema.json", () => {
  it("is made from the schema; run npm run schema", () => {
    const current: unknown = JSON.parse(JSON.stringify(configurationJsonSchema()));
    expect(JSON.parse(read("docs/slipway.schema.json"))).toEqual(current);
  });
});

describe("docs/configuration.md", () => {
  const manual = read("docs/configuration.md");

  it.each(configurationTables())("has the table of `$path`", ({ path, table }) => {
    expect(manual).toContain(`${table}\n`);
    expect(path === "" || manual.includes(`\`${path}\``)).toBe(true);
  });

  it("has no other table of keys", () => {
    const shown = manual.split("| key | default | meaning |").length - 1;
    expect(shown).toBe(new Set(configurationTables().map(({ table }) => table)).size);
  });

  it.each(OPERATION_VARIABLES.filter((name) => name !== "params"))("explains {{%s}}", (name) => {
    expect(manual).toContain(`\`{{${name}}}\``);
  });

  it.each(Object.keys(GATE_SCOPE))("explains the variable %s of a gate", (name) => {
    expect(manual).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
  });

  it("links to files that exist", () => {
    const links = [...manual.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? "");
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) {
      expect(() => fileReaders.listFolder(join(ROOT, "docs", link))).not.toThrow();
      if (fileReaders.listFolder(join(ROOT, "docs", link)) === null) read(join("docs", link));
    }
  });
});

describe("the examples", () => {
  const load = (path: string) => loadConfiguration(join(ROOT, path), ENVIRONMENT, fileReaders);

  it("slipway.yml is a model and a service, to production over two approvals and a watch", () => {
    const { policy, warnings } = load("examples/slipway.yml");
    expect(warnings).toEqual([]);
    expect(
      Object.values(policy.components).map(({ name, kind, environments }) => ({
        name,
        kind,
        environments: environments.map((environment) => ({
          name: environment.name,
          approvals: environment.approval.reduce((sum, { count }) => sum + count, 0),
          watched: environment.watch !== null,
        })),
      })),
    ).toEqual([
      {
        name: "model-pymk",
        kind: "model",
        environments: [
          { name: "staging", approvals: 0, watched: false },
          { name: "production", approvals: 2, watched: true },
        ],
      },
      {
        name: "svc-feed",
        kind: "service",
        environments: [
          { name: "staging", approvals: 0, watched: false },
          { name: "production", approvals: 2, watched: true },
        ],
      },
    ]);
  });

  it("team is a folder in which a team has its own file", () => {
    const { policy, warnings } = load("examples/team");
    expect(warnings).toEqual([]);
    expect(Object.keys(policy.components)).toEqual(["svc-search"]);
  });
});
