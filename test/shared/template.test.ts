import { describe, expect, it } from "vitest";
import { parseTemplate, type TemplateValues } from "../../src/shared/template.ts";

const ALLOWED = ["component", "version", "previous", "weight", "params"];
const VALUES: TemplateValues = {
  component: "svc-feed",
  version: "2.3.0",
  previous: null,
  weight: 5,
  params: { region: "us-west", zones: ["a", "b"], deep: { key: "x" } },
};

function render(source: string, escaping = (text: string) => text): string {
  const parsed = parseTemplate(source, ALLOWED);
  if (parsed.kind === "problem") throw new Error(parsed.message);
  return parsed.template.render(VALUES, escaping);
}

describe("a template", () => {
  it.each([
    ["plain text", "plain text"],
    ["{{component}}@{{ version }}", "svc-feed@2.3.0"],
    ["{{previous}}|{{weight}}", "|5"],
    ["{{params.region}}-{{params.deep.key}}", "us-west-x"],
    ["{{params.zones}}", '["a","b"]'],
    ["{{params.absent}}", ""],
    ["{{params.constructor}}", ""],
    ["$" + '{{"{{"}} github.sha }}', "$" + "{{ github.sha }}"],
    ["a } b }} c", "a } b }} c"],
    ["", ""],
  ])("%s gives %s", (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it("passes every value, and nothing else, through the escape", () => {
    expect(render("v={{version}} p={{previous}}", (text) => `<${text}>`)).toBe("v=<2.3.0> p=<>");
  });

  it("does not look for variables in values", () => {
    const parsed = parseTemplate("{{version}}", ALLOWED);
    expect(
      parsed.kind === "template" &&
        parsed.template.render({ version: "{{component}}" }, (text) => text),
    ).toBe("{{component}}");
  });

  it("names its variables once each", () => {
    const parsed = parseTemplate("{{version}}{{params.a}}{{version}}", ALLOWED);
    expect(parsed.kind === "template" && parsed.template.variables).toEqual([
      "version",
      "params.a",
    ]);
  });

  const there = "there is component, version, previous, weight, params.<name>";
  it.each([
    ["a {{verson}}", 2, `unknown variable {{verson}}; ${there}`],
    ["{{}}", 0, `unknown variable {{}}; ${there}`],
    ["{{version.major}}", 0, `unknown variable {{version.major}}; ${there}`],
    ["{{version | upper}}", 0, `unknown variable {{version | upper}}; ${there}`],
    ["{{id}}", 0, `unknown variable {{id}}; ${there}`],
    ["x {{version", 2, "{{ without its }}"],
  ])("%s is a problem at %i", (source, offset, message) => {
    expect(parseTemplate(source, ALLOWED)).toEqual({ kind: "problem", offset, message });
  });
});
