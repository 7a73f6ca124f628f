import { describe } from "vitest";
import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sentByGitlab, signedByGitlab } from "../../support/signed-by-gitlab.ts";
import { OTHER_REPORT_SECRET, REPORT_SECRET } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const PIPELINE = "gitlab/pipeline.success.min.constructed.json";
const TOKEN = "5f0c6a1e9b7d4832";

function fixture(name: string) {
  const body = fixtureBytes(`gitlab/${name}.min.constructed.json`);
  return { name, body, kind: "build" as const };
}

const COMMON = {
  type: "gitlab",
  rule: {},
  repository: "acme/checkout",
  // The webhook of the group beside that of the project.
  again: (body: Buffer) =>
    retold(
      body,
      [["user", "email"], "alice@example.com"],
      [["project", "namespace"], "the group"],
      [["object_attributes", "queued_duration"], 5],
      [["build_queued_duration"], 5],
    ),
  foreign: Buffer.from(
    JSON.stringify(
      withMember(fixtureJson(PIPELINE), ["project", "path_with_namespace"], "acme/sub/checkout"),
    ),
  ),
} as const;

const repositories = ["acme/*"];

describe("with a signing token", () => {
  const settings = sourceSettings({
    id: "gitlab",
    type: "gitlab",
    secrets: [REPORT_SECRET],
    tokens: [TOKEN],
    repositories,
  });
  sourceContract({
    ...COMMON,
    settings,
    credential: REPORT_SECRET,
    nextCredential: OTHER_REPORT_SECRET,
    rotate: (secrets) => ({ ...settings, secrets }),
    sign: (body, { delivery, credential, at }) =>
      signedByGitlab(body, { delivery, secret: credential, at }),
    // A right token does not make up for a signature that is not there.
    unsigned: ({ headers: { "webhook-signature": _, ...headers }, body }) => ({
      headers: { ...headers, "x-gitlab-token": TOKEN },
      body,
    }),
    signsTime: true,
    good: ["pipeline.success", "release.create"].map(fixture),
    fixtures: ["pipeline.success", "release.create", "job.success", "deployment.success"].map(
      fixture,
    ),
  });
});

describe("with a secret token alone", () => {
  const settings = sourceSettings({ id: "gitlab", type: "gitlab", tokens: [TOKEN], repositories });
  sourceContract({
    ...COMMON,
    settings,
    credential: TOKEN,
    nextCredential: "0b1d8c3f6e2a4957",
    rotate: (tokens) => ({ ...settings, tokens }),
    sign: (body, { delivery, credential }) => sentByGitlab(body, { delivery, token: credential }),
    unsigned: ({ headers: { "x-gitlab-token": _, ...headers }, body }) => ({ headers, body }),
    signsTime: false,
    rule: { event: "job", workflow: "image" },
    good: ["job.success"].map(fixture),
    foreign: Buffer.from(
      JSON.stringify(
        withMember(
          fixtureJson("gitlab/job.success.min.constructed.json"),
          ["project", "path_with_namespace"],
          "evil/checkout",
        ),
      ),
    ),
    fixtures: [],
  });
});
