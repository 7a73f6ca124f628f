import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { GITLAB_EVENTS, gitlabSource } from "../../../src/intake/sources/gitlab.ts";
import { answerAsDocumented } from "../../support/answer-as-documented.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { blocks, table } from "../../support/markdown.ts";
import { eventReader } from "../../support/only-event.ts";
import { recordCurl } from "../../support/recording-curl.ts";
import { signedByGitlab } from "../../support/signed-by-gitlab.ts";
import { NOW, REPORT_SECRET } from "../../support/signed-request.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/sources/gitlab.md");
const PIPELINE = fixtureJson("gitlab/pipeline.success.min.constructed.json");
const { build, event } = eventReader(gitlabSource, "gitlab");
const environment = { GITLAB_SIGNING_TOKEN: REPORT_SECRET, GITLAB_TOKEN: "glpat-1" };

const attributes = (member: string, value: unknown) =>
  withMember(PIPELINE, ["object_attributes", member], value);

describe("docs/sources/gitlab.md", () => {
  it("sets up a source and a component that make a release of a pipeline", async () => {
    const post = signedByGitlab(fixtureBytes("gitlab/pipeline.success.min.constructed.json"), {
      secret: REPORT_SECRET,
      delivery: "1",
      at: NOW,
    });
    const { reply } = await answerAsDocumented("gitlab", environment, "gitlab", post);
    expect(reply.answer).toMatchObject({ outcome: "accepted", releases: ["svc-checkout@412"] });
  });

  it("makes a webhook that is signed with the secret of the source", async () => {
    const [command = ""] = blocks(page, "bash").filter((text) => text.includes("curl"));
    const [request] = await recordCurl({ script: command, environment });
    expect(request).toMatchObject({
      method: "POST",
      url: "https://gitlab.example.com/api/v4/projects/acme%2Fcheckout/hooks",
      headers: { "private-token": "glpat-1" },
    });
    expect(JSON.parse(request?.body ?? "")).toEqual({
      url: "https://slipway.example/hooks/gitlab",
      signing_token: REPORT_SECRET,
      pipeline_events: true,
      releases_events: true,
      push_events: false,
    });
  });

  it("lists the events that rules may name", () => {
    expect(table(page, "event of a rule").map(([name]) => name)).toEqual([...GITLAB_EVENTS]);
  });

  it("says what each final status means, and names no other", () => {
    const rows = table(page, "status").filter(([, , meaning]) => meaning === undefined);
    for (const [status, outcome] of rows) {
      expect(build(attributes("status", status)).outcome).toBe(outcome);
    }
    const finals = rows.map(([status]) => status).join(", ");
    expect(event(attributes("status", "running"))).toMatchObject({
      message: `pipeline 2366 is running; only ${finals} are final`,
    });
  });

  it("says what each source of a pipeline means, for all that are releases", () => {
    const rows = table(page, "source of the pipeline");
    for (const [source, trigger] of rows) {
      expect(build(attributes("source", source)).trigger ?? "not said").toBe(trigger);
    }
    expect(event(attributes("source", "merge_request_event"))).toMatchObject({
      message: `pipeline 2366 names merge_request_event as its source; only pipelines of ${rows.map(([source]) => source).join(", ")} are releases`,
    });
  });
});

describe("examples/senders/gitlab", () => {
  it("has a script that makes the webhook, with the events of the page", async () => {
    const [request] = await recordCurl({
      script: read("examples/senders/gitlab/add-webhook.sh"),
      args: ["https://gitlab.example.com", "acme/checkout", "https://slipway.example/hooks/gitlab"],
      environment,
    });
    expect(request?.url).toBe("https://gitlab.example.com/api/v4/projects/acme%2Fcheckout/hooks");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      url: "https://slipway.example/hooks/gitlab",
      signing_token: REPORT_SECRET,
      pipeline_events: true,
      releases_events: true,
      push_events: false,
    });
  });

  it("has a pipeline whose release links its one image, which becomes the artifact", () => {
    const pipeline = parse(read("examples/senders/gitlab/.gitlab-ci.yml")) as {
      readonly release: { readonly release: { readonly assets: object } };
    };
    const image = `registry.example.com/acme/checkout@sha256:${"0b".repeat(32)}`;
    const assets: unknown = JSON.parse(
      JSON.stringify(pipeline.release.release.assets).replace("$IMAGE", image),
    );
    const release = fixtureJson("gitlab/release.create.min.constructed.json");
    expect(build(withMember(release, ["assets"], assets)).artifact).toEqual({
      uri: "registry.example.com/acme/checkout",
      digest: `sha256:${"0b".repeat(32)}`,
    });
  });
});
