import { describe, expect, it } from "vitest";
import { parseUrlTemplate } from "../../src/shared/url-template.ts";

describe("an address with variables", () => {
  it.each([
    "https://deploy.example/deploys/{{id}}",
    "http://127.0.0.1:4000?app={{component}}",
    "https://deploy.example",
  ])("%s is one", (source) => {
    expect(parseUrlTemplate(source, ["id", "component"]).kind).toBe("template");
  });

  it.each([
    ["https://{{component}}.example/x", "the host must be written out, without variables"],
    ["https://deploy.example:{{id}}/x", "the host must be written out, without variables"],
    ["https://user:{{id}}@deploy.example/", "the host must be written out, without variables"],
    ["https://user:pw@deploy.example/", "a password does not belong here; use headers"],
    ["{{id}}", "not an address; write it whole, e.g. https://deploy.example/deploys"],
    ["/deploys/{{id}}", "not an address; write it whole, e.g. https://deploy.example/deploys"],
    [
      "ftp://deploy.example/",
      "not an address; write it whole, e.g. https://deploy.example/deploys",
    ],
    ["https://{{nope}}/", "unknown variable {{nope}}; there is id, component"],
  ])("%s is not", (source, message) => {
    expect(parseUrlTemplate(source, ["id", "component"])).toMatchObject({
      kind: "problem",
      message,
    });
  });
});
