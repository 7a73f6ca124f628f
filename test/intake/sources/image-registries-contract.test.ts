import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import type { SignedPost } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const TOKEN = "5f0c6a1e9b7d4832a1";
const NEXT = "0b1d8c3f6e2a4957b2";

function fixture(path: string, kind: "lookup" | "build" = "lookup") {
  return { name: path, body: fixtureBytes(`${path}.json`), kind };
}

function bearer(contentType: string) {
  return (body: Buffer, { credential }: { readonly credential: string }): SignedPost => ({
    body,
    headers: { "content-type": contentType, authorization: `Bearer ${credential}` },
  });
}

function isCloudEvent(body: Buffer): boolean {
  return body.toString("latin1").includes('"specversion"');
}

function withoutAuthorization({ headers: { authorization: _, ...headers }, body }: SignedPost) {
  return { headers, body };
}

/** The same fact under other ids, told by another registry of several before one storage. */
function elsewhere(body: Buffer): Buffer {
  const text = body.toString().replaceAll(/"id": "[0-9a-f]{4}/g, '"id": "ffff');
  return retold(
    Buffer.from(text.replaceAll(":16:45.", ":16:46.").replaceAll("vm:15000", "b:15000")),
  );
}

function ofSomebodyElse(body: Buffer | undefined): Buffer {
  return Buffer.from((body ?? "").toString().replaceAll("acme/checkout", "somebody/elses"));
}

const OCI = sourceSettings({ id: "registry", type: "oci-registry", tokens: [TOKEN] });
const PUSHES = [
  fixture("oci-distribution/push.manifest.captured"),
  fixture("oci-distribution/several.constructed"),
];

sourceContract({
  type: "oci-registry",
  settings: OCI,
  credential: TOKEN,
  nextCredential: NEXT,
  rotate: (tokens) => ({ ...OCI, tokens }),
  sign: bearer("application/vnd.docker.distribution.events.v1+json"),
  unsigned: withoutAuthorization,
  signsTime: false,
  rule: { package: "acme/checkout" },
  repository: null,
  good: PUSHES,
  again: elsewhere,
  foreign: ofSomebodyElse(PUSHES[0]?.body),
  fixtures: PUSHES,
});

const HUB = sourceSettings({ id: "hub", type: "dockerhub", tokens: [TOKEN] });
const HUB_PUSH = fixture("dockerhub/push.min.constructed");

sourceContract({
  type: "dockerhub",
  settings: HUB,
  credential: TOKEN,
  nextCredential: NEXT,
  rotate: (tokens) => ({ ...HUB, tokens }),
  sign: (body, { credential }) => ({
    body,
    headers: { "content-type": "application/json" },
    parameters: new URLSearchParams({ token: credential }),
  }),
  unsigned: ({ headers, body }) => ({ headers, body }),
  signsTime: false,
  rule: { package: "acme/checkout" },
  repository: null,
  good: [HUB_PUSH],
  again: (body) =>
    retold(body, [["push_data", "pusher"], "somebody"], [["repository", "star_count"], 7]),
  foreign: ofSomebodyElse(HUB_PUSH.body),
  fixtures: [HUB_PUSH],
});

const HARBOR = sourceSettings({ id: "harbor", type: "harbor", tokens: [TOKEN] });
const OWN = fixture("harbor/PUSH_ARTIFACT.min.constructed");
const EVENT = fixture("harbor/cloudevents.artifact.pushed.constructed");
const SCAN = fixture("harbor/SCANNING_COMPLETED.constructed", "build");
/** A scan of the same image that found the same, some time later. */
function rescanned(body: Buffer): Buffer {
  return retold(body, [["occur_at"], 1795357005], [["operator"], "schedule"]);
}
const PULLED = fixture("harbor/cloudevents.artifact.pulled.constructed");

sourceContract({
  type: "harbor",
  settings: HARBOR,
  credential: TOKEN,
  nextCredential: NEXT,
  rotate: (tokens) => ({ ...HARBOR, tokens }),
  sign: (body, signing) =>
    bearer(isCloudEvent(body) ? "application/cloudevents+json" : "application/json")(body, signing),
  unsigned: withoutAuthorization,
  signsTime: false,
  rule: { package: "acme/checkout" },
  repository: null,
  good: [OWN, EVENT, SCAN],
  // Told as a CloudEvent by one policy and in its own format by another.
  again: (body) => {
    if (body.equals(OWN.body)) return EVENT.body;
    return body.equals(EVENT.body) ? retold(OWN.body, [["operator"], "robot"]) : rescanned(body);
  },
  foreign: ofSomebodyElse(OWN.body),
  fixtures: [OWN, EVENT, SCAN, PULLED],
});
