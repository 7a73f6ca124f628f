import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CIRCLECI_EVENTS, circleciSource } from "../../../src/intake/sources/circleci.ts";
import { readArguments } from "../../../src/report/arguments.ts";
import { answerAsDocumented } from "../../support/answer-as-documented.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { blocks, table } from "../../support/markdown.ts";
import { eventReader } from "../../support/only-event.ts";
import { recordCurl } from "../../support/recording-curl.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/sources/circleci.md");
const WORKFLOW = "circleci/workflow-completed.vcs.constructed.json";
const { build } = eventReader(circleciSource, "circleci");
const SECRET = "5f0c6a1e9b7d4832";
const environment = {
  CIRCLECI_WEBHOOK_SECRET: SECRET,
  CIRCLECI_TOKEN: "token-1",
  CIRCLECI_PROJECT_ID: "project-1",
};
const WEBHOOK = {
  name: "slipway",
  url: "https://slipway.example/hooks/circleci",
  events: ["workflow-completed"],
  "signing-secret": SECRET,
  "verify-tls": true,
  scope: { id: "project-1", type: "project" },
};

describe("docs/sources/circleci.md", () => {
  it("sets up a source and a component that make a release of a workflow", async () => {
    const body = fixtureBytes(WORKFLOW);
    const signature = createHmac("sha256", SECRET).update(body).digest("hex");
    const headers = {
      "content-type": "application/json",
      "circleci-signature": `v1=${signature}`,
    };
    const post = { headers, body };
    const { reply } = await answerAsDocumented("circleci", environment, "circleci", post);
    expect(reply.answer).toMatchObject({ outcome: "accepted", releases: ["svc-checkout@130"] });
  });

  it("makes a webhook that is signed with the secret of the source", async () => {
    const [command = ""] = blocks(page, "bash").filter((text) => text.includes("curl"));
    const [request] = await recordCurl({ script: command, environment });
    expect(request?.headers["circle-token"]).toBe("token-1");
    expect(JSON.parse(request?.body ?? "")).toEqual(WEBHOOK);
  });

  it("lists the events that rules may name", () => {
    expect(table(page, "event of a rule").map(([name]) => name)).toEqual([...CIRCLECI_EVENTS]);
  });

  it("says what each status means", () => {
    const rows = table(page, "status").filter(([, , meaning]) => meaning === undefined);
    expect(rows).toHaveLength(6);
    for (const [status, outcome] of rows) {
      expect(build(withMember(fixtureJson(WORKFLOW), ["workflow", "status"], status)).outcome).toBe(
        outcome,
      );
    }
  });

  it("says what each trigger means", () => {
    for (const [type, trigger] of table(page, "trigger of the pipeline")) {
      const body = withMember(fixtureJson(WORKFLOW), ["pipeline", "trigger", "type"], type);
      expect(build(body).trigger ?? "not said").toBe(trigger);
    }
  });
});

describe("examples/senders/circleci", () => {
  it("has a script that makes the webhook of the page", async () => {
    const [request] = await recordCurl({
      script: read("examples/senders/circleci/add-webhook.sh"),
      args: ["project-1", WEBHOOK.url],
      environment,
    });
    expect(request?.url).toBe("https://circleci.com/api/v2/webhook");
    expect(JSON.parse(request?.body ?? "")).toEqual(WEBHOOK);
  });

  it("has a pipeline whose report is of the version that its workflow has", () => {
    const { jobs, workflows } = parse(read("examples/senders/circleci/config.yml")) as {
      readonly jobs: {
        readonly image: { readonly steps: readonly (string | { readonly run?: unknown })[] };
      };
      readonly workflows: object;
    };
    expect(Object.keys(workflows)).toEqual(["build"]);
    const command = jobs.image.steps
      .map((step) => (typeof step === "string" ? null : step.run))
      .map((run) =>
        typeof run === "object" && run !== null && "command" in run ? run.command : "",
      )
      .map(String)
      .join("");
    const words = command
      .replace("<< pipeline.number >>", "130")
      .replace('"$(cat image)"', "registry.example/checkout:1")
      .replaceAll("\\\n", " ")
      .trim()
      .split(/\s+/)
      .slice(2);
    const version = build(fixtureJson(WORKFLOW)).version;
    expect(readArguments(words)).toMatchObject({
      kind: "ok",
      value: { component: "svc-checkout", version },
    });
  });
});
