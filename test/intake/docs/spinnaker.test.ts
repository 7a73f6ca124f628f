import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { spinnakerSource } from "../../../src/intake/sources/spinnaker.ts";
import { PIPELINE_ENDS } from "../../../src/intake/sources/spinnaker-echo.ts";
import { answerAsDocumented } from "../../support/answer-as-documented.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { block, table } from "../../support/markdown.ts";
import { eventReader } from "../../support/only-event.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/sources/spinnaker.md");
const ECHO = "spinnaker/echo.orca_pipeline_complete.constructed.json";
const TOKEN = "5f0c6a1e9b7d4832";
const { build } = eventReader(spinnakerSource, "spinnaker");

interface Endpoint {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** What Echo posts to an endpoint of its settings. */
function answerTo({ url, username, password }: Endpoint) {
  const credentials = `${username}:${password.replace(/\$\{SLIPWAY_TOKEN\}/, TOKEN)}`;
  const headers = {
    "content-type": "application/json",
    authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
  };
  const source = url.replace("https://slipway.example/hooks/", "");
  return answerAsDocumented("spinnaker", { SPINNAKER_HOOK_TOKEN: TOKEN }, source, {
    headers,
    body: fixtureBytes(ECHO),
  });
}

const accepted = { outcome: "accepted", releases: ["svc-checkout@1.42.0"] };

describe("docs/sources/spinnaker.md", () => {
  it("shows settings of Echo with which a pipeline makes a release", async () => {
    const settings = new Map(
      block(page, "properties")
        .trim()
        .split("\n")
        .map((line) => line.split("=", 2) as [string, string]),
    );
    const of = (name: string) => settings.get(`rest.endpoints[0].${name}`) ?? "";
    const { reply } = await answerTo({
      url: of("url"),
      username: of("username"),
      password: of("password"),
    });
    expect(settings.get("rest.enabled")).toBe("true");
    expect(reply.answer).toMatchObject(accepted);
  });

  it("says what each status means", () => {
    const rows = table(page, "status").filter(([, , meaning]) => meaning === undefined);
    expect(rows).toHaveLength(7);
    for (const [status, outcome] of rows) {
      const body = withMember(fixtureJson(ECHO), ["content", "execution", "status"], status);
      expect(build(body).outcome).toBe(outcome);
    }
  });

  it("names the events that make releases", () => {
    for (const type of PIPELINE_ENDS) expect(page).toContain(`\`${type}\``);
  });
});

describe("examples/senders/spinnaker", () => {
  it("has a profile of Echo with which a pipeline makes a release", async () => {
    const { rest } = parse(read("examples/senders/spinnaker/echo-local.yml")) as {
      readonly rest: { readonly enabled: boolean; readonly endpoints: readonly Endpoint[] };
    };
    expect(rest.enabled).toBe(true);
    for (const endpoint of rest.endpoints) {
      expect((await answerTo(endpoint)).reply.answer).toMatchObject(accepted);
    }
  });
});
