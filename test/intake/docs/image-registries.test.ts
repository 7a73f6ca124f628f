import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { matchComponents } from "../../../src/intake/match-components.ts";
import { SOURCE_ADAPTERS } from "../../../src/intake/sources/registry.ts";
import type { ParsedEvent } from "../../../src/intake/sources/source.ts";
import { documentedSetup } from "../../support/documented-setup.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { blocks, table } from "../../support/markdown.ts";
import { NOW } from "../../support/signed-request.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../..");
const TOKEN = "0123456789abcdef0123";
const VARIABLES = {
  REGISTRY_HOOK_TOKEN: TOKEN,
  REGISTRY_PULL: "robot:secret",
  DOCKERHUB_HOOK_TOKEN: TOKEN,
  HARBOR_HOOK_TOKEN: TOKEN,
  HARBOR_PULL: "robot:secret",
};

const PAGES = [
  { page: "oci-registry", fixture: "oci-distribution/push.manifest.captured.json" },
  { page: "dockerhub", fixture: "dockerhub/push.min.constructed.json" },
  { page: "harbor", fixture: "harbor/PUSH_ARTIFACT.min.constructed.json" },
];

function setup(name: string) {
  const { page, sources, components } = documentedSetup(name, VARIABLES);
  const [source] = Object.values(sources);
  if (source === undefined) throw new Error("no source");
  return { page, source, components };
}

function firstEvent(type: string, body: unknown): ParsedEvent {
  const parsed = SOURCE_ADAPTERS[type]?.parse({ source: "x", headers: {}, body }, NOW);
  const event = parsed?.kind === "delivery" ? parsed.events[0] : undefined;
  if (event === undefined) throw new Error("no event");
  return event;
}

const example = (path: string) => readFile(join(ROOT, "examples/senders", path), "utf8");

/** What a script gives to curl: the words, one a line. */
async function curled(path: string, variables: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-example-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "curl"), '#!/bin/sh\nprintf "%s\\0" "$@"\n');
  await chmod(join(folder, "curl"), 0o755);
  const env = { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`, ...variables };
  const { stdout } = await run("bash", [join(ROOT, "examples/senders", path)], { env });
  const words = stdout.split("\0");
  return { words, body: JSON.parse(words[words.indexOf("--data") + 1] ?? "") as unknown };
}

describe.each(PAGES)("docs/sources/$page.md", ({ page: name, fixture }) => {
  it("sets up a source, and a component that takes what is pushed", () => {
    const { source, components } = setup(name);
    expect(source).toMatchObject({
      type: name,
      tokens: [TOKEN],
      api: { url: expect.stringMatching(/^https:/) },
    });
    const event = firstEvent(name, fixtureJson(fixture));
    if (event.kind !== "lookup") throw new Error("no push");
    expect(matchComponents({ source, subject: event.subject, components })).toMatchObject({
      kind: "matched",
    });
    const other = { ...event.subject, package: "acme/other" };
    expect(matchComponents({ source, subject: other, components }).kind).toBe("unmatched");
  });
});

describe("docs/sources/oci-registry.md", () => {
  it("shows the file of the example, whose media types and actions are those that are ignored", async () => {
    const [, shown = ""] = blocks(setup("oci-registry").page, "yaml");
    expect(shown).toBe(await example("oci-registry/config.yml"));
    const endpoint = z
      .object({
        notifications: z.object({
          endpoints: z.tuple([
            z.object({
              url: z.string(),
              ignore: z.object({ actions: z.array(z.string()), mediatypes: z.array(z.string()) }),
            }),
          ]),
        }),
      })
      .parse(parseYaml(shown)).notifications.endpoints[0];
    expect(endpoint.url).toBe("https://slipway.example/hooks/registry");
    const push = fixtureJson("oci-distribution/push.manifest.captured.json");
    for (const action of endpoint.ignore.actions) {
      const event = firstEvent("oci-registry", withMember(push, ["events", 0, "action"], action));
      expect(event.kind).toBe("unsupported");
    }
    for (const mediaType of endpoint.ignore.mediatypes) {
      const path = ["events", 0, "target", "mediaType"];
      expect(firstEvent("oci-registry", withMember(push, path, mediaType)).kind).toBe(
        "unsupported",
      );
    }
  });
});

describe("docs/sources/dockerhub.md", () => {
  it("shows the script of the example, which puts the token in the address", async () => {
    const { page } = setup("dockerhub");
    expect(blocks(page, "bash")[1]).toBe(await example("dockerhub/make-webhook.sh"));
    const { body } = await curled("dockerhub/make-webhook.sh", {
      DOCKERHUB_HOOK_TOKEN: TOKEN,
      DOCKERHUB_JWT: "jwt",
    });
    const sent = z.object({ webhooks: z.tuple([z.object({ hook_url: z.string() })]) }).parse(body)
      .webhooks[0];
    const { pathname, searchParams: parameters } = new URL(sent.hook_url);
    expect(pathname).toBe("/hooks/hub");
    const { source } = setup("dockerhub");
    const request = { headers: {}, parameters, body: Buffer.from("") };
    expect(SOURCE_ADAPTERS.dockerhub?.verify(request, source, NOW)).toEqual({ kind: "verified" });
  });
});

describe("docs/sources/harbor.md", () => {
  it("shows the script of the example, which subscribes to what is heard", async () => {
    const { page, source } = setup("harbor");
    expect(blocks(page, "bash")[1]).toBe(await example("harbor/make-webhook.sh"));
    const { body } = await curled("harbor/make-webhook.sh", {
      HARBOR_HOOK_TOKEN: TOKEN,
      HARBOR_ADMIN: "admin:x",
    });
    const policy = z
      .object({
        event_types: z.array(z.string()),
        targets: z.tuple([z.object({ address: z.string(), auth_header: z.string() })]),
      })
      .parse(body);
    const listed = table(page, "event").map(([names = ""]) => names.split(", ")[0]);
    expect(policy.event_types).toEqual(listed);
    expect(policy.targets[0].address).toBe("https://slipway.example/hooks/harbor");
    const headers = { authorization: policy.targets[0].auth_header };
    const request = { headers, body: Buffer.from("") };
    expect(SOURCE_ADAPTERS.harbor?.verify(request, source, NOW)).toEqual({ kind: "verified" });
  });

  it("says what the check of each severity is", () => {
    const scan = fixtureJson("harbor/SCANNING_COMPLETED.constructed.json");
    const report = "application/vnd.security.vulnerability.report; version=1.1";
    const path = ["event_data", "resources", 0, "scan_overview", report, "severity"];
    const rows = table(setup("harbor").page, "worst severity");
    expect(rows.length).toBe(7);
    for (const [severity, status] of rows) {
      const event = firstEvent("harbor", withMember(scan, path, severity));
      expect(event).toMatchObject({ build: { checks: [{ status }] } });
    }
  });
});
