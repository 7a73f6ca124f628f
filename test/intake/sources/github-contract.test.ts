import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { signedByGithub } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const EVENTS = ["workflow_run.completed", "release.published", "registry_package.published"];
const OTHERS = ["check_suite.completed", "deployment_status.created"];
const SECRET = "5f0c6a1e9b7d4832";
const SETTINGS = sourceSettings({
  id: "github",
  type: "github",
  secrets: [SECRET],
  repositories: ["acme/*"],
});

function fixture(name: string) {
  const body = fixtureBytes(`github/${name}.min.constructed.json`);
  return { name, body, kind: "build" as const };
}

/** The header that tells the events apart, made of what stands in the body. */
function eventOf(body: Buffer): string {
  const text = body.toString("latin1");
  return (
    ["workflow_run", "registry_package", "check_suite", "deployment_status"].find((event) =>
      text.includes(`"${event}"`),
    ) ?? "release"
  );
}

sourceContract({
  type: "github",
  settings: SETTINGS,
  credential: SECRET,
  nextCredential: "0b1d8c3f6e2a4957",
  rotate: (secrets) => ({ ...SETTINGS, secrets }),
  sign: (body, { delivery, credential }) =>
    signedByGithub(eventOf(body), body, { delivery, secret: credential }),
  unsigned: ({ headers: { "x-hub-signature-256": _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  rule: {},
  repository: "acme/checkout",
  good: EVENTS.map(fixture),
  // The webhook of the organisation beside that of the repository, which says more.
  again: (body) =>
    retold(
      body,
      [["organization"], { login: "acme" }],
      [["repository", "pushed_at"], "2026-11-22T13:18:00Z"],
      [["workflow_run", "updated_at"], "2026-11-22T13:16:46Z"],
    ),
  foreign: Buffer.from(
    JSON.stringify(
      withMember(
        withMember(
          fixtureJson("github/workflow_run.completed.min.constructed.json"),
          ["repository", "full_name"],
          "evil/checkout",
        ),
        ["workflow_run", "head_repository", "full_name"],
        "evil/checkout",
      ),
    ),
  ),
  fixtures: [
    ...[...EVENTS, ...OTHERS].map(fixture),
    {
      name: "workflow_run.completed.fork-pr",
      body: fixtureBytes("github/workflow_run.completed.fork-pr.min.constructed.json"),
    },
  ],
});
