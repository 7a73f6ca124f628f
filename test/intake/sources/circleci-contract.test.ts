import { createHmac } from "node:crypto";
import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const SECRET = "5f0c6a1e9b7d4832";
const SETTINGS = sourceSettings({
  id: "circleci",
  type: "circleci",
  secrets: [SECRET],
  repositories: ["acme/*"],
});
const WORKFLOW = "circleci/workflow-completed.vcs.constructed.json";

function fixture(name: string) {
  return { name, body: fixtureBytes(`circleci/${name}.constructed.json`), kind: "build" as const };
}

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

sourceContract({
  type: "circleci",
  settings: SETTINGS,
  credential: SECRET,
  nextCredential: "0b1d8c3f6e2a4957",
  rotate: (secrets) => ({ ...SETTINGS, secrets }),
  sign: (body, { credential }) => ({
    body,
    headers: {
      "content-type": "application/json",
      "circleci-event-type": "workflow-completed",
      "circleci-signature": `v1=${createHmac("sha256", credential).update(body).digest("hex")}`,
    },
  }),
  unsigned: ({ headers: { "circleci-signature": _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  rule: {},
  repository: "acme/checkout",
  good: ["workflow-completed.vcs", "workflow-completed.github-app"].map(fixture),
  again: (body) =>
    retold(
      body,
      [["id"], "00000000-0000-4000-8000-000000000000"],
      [["happened_at"], "2026-11-22T13:17:59Z"],
      [["webhook", "name"], "another"],
    ),
  foreign: bytes(
    withMember(
      withMember(
        fixtureJson(WORKFLOW),
        ["pipeline", "vcs", "target_repository_url"],
        "https://github.com/evil/checkout",
      ),
      ["pipeline", "vcs", "origin_repository_url"],
      "https://github.com/evil/checkout",
    ),
  ),
  fixtures: ["workflow-completed.vcs", "workflow-completed.github-app", "job-completed.gitlab"].map(
    fixture,
  ),
});
