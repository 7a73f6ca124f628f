import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequestSettings } from "../../../src/effects/deployers/http/http-deployer-settings.ts";
import { carriesKey, renderRequest } from "../../../src/effects/deployers/http/render-request.ts";
import { operationVariables } from "../../../src/effects/deployers/operation-variables.ts";
import { operationInput } from "../../support/operation-input.ts";
import { template } from "../../support/text-template.ts";

function settings(overrides: Partial<HttpRequestSettings> = {}): HttpRequestSettings {
  return {
    method: "POST",
    url: template("https://deploy.example/deploys"),
    headers: {},
    body: null,
    ...overrides,
  };
}

const HOSTILE = 'v1"&x=1/../\r\nX-Admin: 1 é';

describe("a request is rendered", () => {
  it("from all variables of the operation", () => {
    const names =
      "component version digest artifact commit environment previous key weight actor release_url";
    const body = Object.fromEntries(
      names.split(" ").map((name) => [name, template(`{{${name}}}`)]),
    );
    const input = operationInput();
    const variables = operationVariables(input, "https://slack.example/p1");
    const { body: sent } = renderRequest(
      settings({ body: { ...body, region: template("{{params.region}}") } }),
      variables,
    );
    expect(JSON.parse(sent ?? "")).toEqual({
      component: "svc-feed",
      version: "2.4.0",
      digest: input.digest,
      artifact: "registry.example/feed:2.4.0",
      commit: input.commit,
      environment: "production",
      previous: "2.3.1",
      key: "deploy:svc-feed@2.4.0:production:1",
      weight: "100",
      actor: "dana",
      release_url: "https://slack.example/p1",
      region: "eu",
    });
  });

  it("as JSON with everything else in the tree as it was written", () => {
    const rendered = renderRequest(
      settings({
        body: { force: false, retries: 3, note: null, tags: [template("{{version}}"), 1] },
      }),
      { version: "2.4.0" },
    );
    expect(rendered).toEqual({
      method: "POST",
      url: "https://deploy.example/deploys",
      headers: { "content-type": "application/json" },
      body: '{"force":false,"retries":3,"note":null,"tags":["2.4.0",1]}',
    });
  });

  it("without a body and a media type when none is configured", () => {
    const rendered = renderRequest(settings({ method: "GET" }), {});
    expect(rendered).toMatchObject({ headers: {}, body: null });
  });
});

describe("a value is escaped for where it stands", () => {
  it("in an address it stays one segment and one query value", () => {
    const { url } = renderRequest(
      settings({ url: template("https://deploy.example/d/{{v}}/go?v={{v}}&safe=1") }),
      { v: HOSTILE },
    );
    const address = new URL(url);
    expect(address.host).toBe("deploy.example");
    expect(address.pathname.split("/").map(decodeURIComponent)).toEqual(["", "d", HOSTILE, "go"]);
    expect([...address.searchParams]).toEqual([
      ["v", HOSTILE],
      ["safe", "1"],
    ]);
  });

  it.each([".", ".."])("in an address %s is refused: it would climb out of its segment", (v) => {
    expect(() =>
      renderRequest(settings({ url: template("https://deploy.example/d/{{v}}/go") }), { v }),
    ).toThrow(`"${v}" cannot be a part of an address`);
  });

  it("in a header it cannot begin another", () => {
    const { headers } = renderRequest(settings({ headers: { "X-Version": template("{{v}}") } }), {
      v: HOSTILE,
    });
    expect(headers).toEqual({ "x-version": 'v1"&x=1/../%0D%0AX-Admin: 1 %C3%A9' });
  });

  it.each([
    {
      type: "application/json; charset=utf-8",
      body: '{"version":"{{v}}"}',
      read: (body: string) => (JSON.parse(body) as { version: string }).version,
    },
    {
      type: "application/x-www-form-urlencoded",
      body: "a=1&version={{v}}&b=2",
      read: (body: string) => new URLSearchParams(body).get("version"),
    },
    { type: "text/plain", body: "{{v}}", read: (body: string) => body },
  ])("in a text body of $type", ({ type, body, read }) => {
    const rendered = renderRequest(
      settings({ headers: { "Content-Type": template(type) }, body: template(body) }),
      { v: HOSTILE },
    );
    expect(read(rendered.body ?? "")).toBe(HOSTILE);
  });

  it("for any text: the parts around it keep their meaning", () => {
    const wellFormed = fc.string({ unit: "grapheme" }).filter((text) => !/^\.{1,2}$/.test(text));
    fc.assert(
      fc.property(wellFormed, (v) => {
        const rendered = renderRequest(
          settings({
            url: template("https://deploy.example/d/{{v}}/go?v={{v}}#{{v}}"),
            headers: { "x-v": template("{{v}}") },
            body: { v: template("{{v}}") },
          }),
          { v },
        );
        const { host, pathname, searchParams } = new URL(rendered.url);
        expect(host).toBe("deploy.example");
        expect(decodeURIComponent(pathname.split("/")[2] ?? "")).toBe(v);
        expect(searchParams.get("v")).toBe(v);
        expect(JSON.parse(rendered.body ?? "")).toEqual({ v });
        expect(() => new Headers(rendered.headers)).not.toThrow();
      }),
    );
  });

  it("half a surrogate pair becomes the replacement character", () => {
    const { url } = renderRequest(settings({ url: template("https://a/{{v}}") }), {
      v: "a\ud800b",
    });
    expect(url).toBe("https://a/a%EF%BF%BDb");
  });
});

describe("a request carries the key", () => {
  it.each([
    { where: "its address", given: settings({ url: template("https://a/d/{{key}}") }) },
    { where: "a header", given: settings({ headers: { "x-key": template("k-{{ key }}") } }) },
    {
      where: "the depth of its body",
      given: settings({ body: { a: [{ b: template("{{key}}") }] } }),
    },
  ])("in $where", ({ given }) => {
    expect(carriesKey(given)).toBe(true);
  });

  it.each([
    { what: "nothing", given: settings() },
    { what: "another variable", given: settings({ body: { a: template("{{keys}}{{version}}") } }) },
  ])("not in $what", ({ given }) => {
    expect(carriesKey(given)).toBe(false);
  });
});
