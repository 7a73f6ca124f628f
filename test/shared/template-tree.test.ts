import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { parseTemplateTree, type TemplateTree } from "../../src/shared/template-tree.ts";

function rendered(tree: TemplateTree): Json {
  if (tree === null || typeof tree !== "object") return tree;
  if (Array.isArray(tree)) return tree.map(rendered);
  if ("render" in tree && typeof tree.render === "function") {
    return (tree.render as (values: object, escaping: (text: string) => string) => string)(
      { version: 'v"1', weight: 5 },
      (text) => text,
    );
  }
  return Object.fromEntries(
    Object.entries(tree as Readonly<Record<string, TemplateTree>>).map(([key, member]) => [
      key,
      rendered(member),
    ]),
  );
}

describe("templates in a JSON value", () => {
  it("are its texts; everything else stays as it is", () => {
    const parsed = parseTemplateTree(
      {
        version: "{{version}}",
        weight: "{{weight}}",
        force: true,
        list: [1, null, "v{{version}}"],
      },
      ["version", "weight"],
    );
    expect(parsed.kind === "tree" && rendered(parsed.tree)).toEqual({
      version: 'v"1',
      weight: "5",
      force: true,
      list: [1, null, 'vv"1'],
    });
  });

  it("are all checked, each with its place", () => {
    const parsed = parseTemplateTree({ a: ["{{x}}"], b: { c: "ok {{y" } }, ["version"]);
    expect(parsed).toEqual({
      kind: "problems",
      problems: [
        { path: ["a", 0], message: "unknown variable {{x}}; there is version", offset: 0 },
        { path: ["b", "c"], message: "{{ without its }}", offset: 3 },
      ],
    });
  });
});
