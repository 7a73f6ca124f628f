import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const TOKEN = "5f0c6a1e9b7d4832";
const SETTINGS = sourceSettings({
  id: "jenkins",
  type: "jenkins",
  tokens: [TOKEN],
  repositories: ["acme/*"],
});
const STEP = fixtureJson("jenkins/pipeline.httpRequest.constructed.json");
const NOTIFICATION = "jenkins/notification.finalized.constructed.json";

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const step = bytes(withMember(STEP, ["subject"], "component-under-test"));

sourceContract({
  type: "jenkins",
  settings: SETTINGS,
  credential: TOKEN,
  nextCredential: "0b1d8c3f6e2a4957",
  rotate: (tokens) => ({ ...SETTINGS, tokens }),
  sign: (body, { credential, delivery }) => ({
    body,
    headers: {
      "content-type": "application/json;charset=UTF-8",
      authorization: `Bearer ${credential}`,
      "idempotency-key": delivery,
    },
  }),
  unsigned: ({ headers: { authorization: _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  rule: {},
  repository: "acme/checkout",
  good: [
    { name: "what a step sends", body: step, kind: "build" },
    { name: "what the plug-in sends", body: fixtureBytes(NOTIFICATION), kind: "build" },
  ],
  // The plug-in gives its messages the time at which each was made; a step may be run again.
  again: (body) =>
    retold(
      body,
      [["build", "timestamp"], 1795353405999],
      [["build", "notes"], "sent again"],
      [["finishedAt"], undefined],
    ),
  foreign: bytes(
    withMember(
      fixtureJson(NOTIFICATION),
      ["build", "scm", "url"],
      "https://github.com/evil/checkout.git",
    ),
  ),
  fixtures: [
    { name: "what a step sends", body: step },
    { name: "what the plug-in sends", body: fixtureBytes(NOTIFICATION) },
    {
      name: "what the CDEvents plug-in sends",
      body: fixtureBytes("jenkins/cdevents-plugin.http-body.AS-SENT.constructed.txt"),
    },
  ],
});
