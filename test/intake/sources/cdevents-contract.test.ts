import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import type { SignedPost } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const TOKEN = "5f0c6a1e9b7d4832a1";
const SETTINGS = sourceSettings({
  id: "cd",
  type: "cdevents",
  tokens: [TOKEN],
  repositories: ["acme/*"],
});

function fixture(name: string, kind: "fragment" | "alert" = "fragment") {
  return { name, body: fixtureBytes(`cdevents/in.${name}.constructed.json`), kind };
}

const BUILDS = [
  "build_finished.0.5.1",
  "build_finished.0.4.1",
  "build_finished.0.3.0",
  "build_finished.structured",
  "batch",
  "artifact_packaged.0.5.1",
].map((name) => fixture(name));
const OTHERS = [
  "testsuiterun_finished.0.5.1",
  "testsuiterun_finished.0.4.1",
  "pipelinerun_finished.0.5.1",
].map((name) => fixture(name));
/** As another fixture but for a number: mutating both would say nothing more. */
const SAME_SHAPE = ["build_finished.0.3.0", "build_finished.structured"];
const INCIDENT = fixture("incident_detected.0.5.1", "alert");

const COMMON = {
  type: "cdevents",
  settings: SETTINGS,
  credential: TOKEN,
  nextCredential: "0b1d8c3f6e2a4957b2",
  rotate: (tokens: readonly string[]) => ({ ...SETTINGS, tokens }),
  sign: (body: Buffer, { credential }: { readonly credential: string }): SignedPost => ({
    body,
    headers: {
      "content-type":
        body.toString("latin1").trimStart()[0] === "["
          ? "application/cloudevents-batch+json"
          : "application/cloudevents+json; charset=utf-8",
      authorization: `Bearer ${credential}`,
    },
  }),
  unsigned: ({ headers: { authorization: _, ...headers }, body }: SignedPost) => ({
    headers,
    body,
  }),
  signsTime: false,
  rule: {},
  repository: "acme/checkout",
};

sourceContract({
  ...COMMON,
  good: BUILDS,
  // Told once more, a little later: CDEvents has no rule against it.
  again: (body) =>
    retold(
      Buffer.from(
        body.toString().replaceAll("271069a8", "ffffffff").replaceAll(":16:45", ":16:59"),
      ),
    ),
  foreign: Buffer.from(
    (BUILDS[0]?.body ?? "").toString().replace("github.com/acme/", "github.com/evil/"),
  ),
  fixtures: [...BUILDS.filter(({ name }) => !SAME_SHAPE.includes(name)), ...OTHERS, INCIDENT],
});

sourceContract({
  ...COMMON,
  alerts: { service: "checkout", environment: "production" },
  good: [INCIDENT],
  again: (body) => retold(Buffer.from(body.toString().replace("9f1c7a52", "ffffffff"))),
  foreign: Buffer.from(INCIDENT.body.toString().replaceAll('"checkout"', '"somebody-elses"')),
  fixtures: [],
});
