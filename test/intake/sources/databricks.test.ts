import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { databricksSource } from "../../../src/intake/sources/databricks.ts";
import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";
import { bytesOf, deliveryOf, eventOf, problemOf } from "../../support/token-contract.ts";

const FIXTURE = "databricks/MODEL_VERSION_TRANSITIONED_STAGE.min.constructed.json";
const TRANSITIONED = fixtureJson(FIXTURE);
const CREATED = withMember(TRANSITIONED, ["event"], "MODEL_VERSION_CREATED");
const SECRET = "a secret of the workspace";
const SETTINGS = sourceSettings({
  id: "databricks",
  type: "databricks",
  secrets: [SECRET],
  api: { url: "https://dbc.example", token: "t" },
});

const contract = {
  type: "databricks",
  settings: SETTINGS,
  credential: SECRET,
  nextCredential: "another secret of the workspace",
  rotate: (secrets: readonly string[]) => ({ ...SETTINGS, secrets }),
  sign: (body: Buffer, { credential }: { readonly credential: string }) => ({
    body,
    headers: {
      "content-type": "application/json",
      "x-databricks-signature": createHmac("sha256", credential).update(body).digest("hex"),
    },
  }),
  unsigned: ({
    headers: { "x-databricks-signature": _, ...headers },
    body,
  }: {
    readonly headers: Record<string, string>;
    readonly body: Buffer;
  }) => ({ headers, body }),
  signsTime: false,
  repository: null,
} as const;

sourceContract({
  ...contract,
  rule: { package: "fraud-detector" },
  good: [{ name: "MODEL_VERSION_CREATED", body: bytesOf(CREATED), kind: "lookup" }],
  // Told to a second webhook.
  again: (body) =>
    retold(body, [["event_timestamp"], 1795353409999], [["webhook_id"], "another-webhook"]),
  foreign: bytesOf(withMember(CREATED, ["model_name"], "somebody-elses")),
  fixtures: [
    { name: "MODEL_VERSION_CREATED", body: bytesOf(CREATED) },
    { name: "MODEL_VERSION_TRANSITIONED_STAGE", body: fixtureBytes(FIXTURE) },
  ],
});

describe("a model version of Databricks", () => {
  it("is looked up by its name and its version", () => {
    expect(eventOf("databricks", CREATED)).toMatchObject({
      kind: "lookup",
      subject: { event: "MODEL_VERSION_CREATED", package: "fraud-detector" },
      build: {
        version: "17",
        outcome: "success",
        source: "databricks",
        finishedAt: 1795353405123,
        artifact: { uri: "models:/fraud-detector/17", digest: null },
      },
      lookup: { name: "fraud-detector", version: "17", run: null, source: null },
    });
    expect(eventOf("databricks", CREATED)).not.toHaveProperty("subject.onlyWhereNamed");
  });

  for (const [event, members, name] of [
    ["MODEL_VERSION_TRANSITIONED_STAGE", {}, "MODEL_VERSION_TRANSITIONED_STAGE:Production"],
    ["TRANSITION_REQUEST_CREATED", {}, "TRANSITION_REQUEST_CREATED:Production"],
    [
      "TRANSITION_REQUEST_TO_PRODUCTION_CREATED",
      { to_stage: null },
      "TRANSITION_REQUEST_TO_PRODUCTION_CREATED",
    ],
    [
      "MODEL_VERSION_TAG_SET",
      { tags: [{ key: "validation", value: "passed" }] },
      "MODEL_VERSION_TAG_SET:validation=passed",
    ],
  ] as const) {
    it(`of ${event} is one only where a rule names ${name}`, () => {
      const sent = { ...(TRANSITIONED as object), event, ...members };
      expect(eventOf("databricks", sent)).toMatchObject({
        kind: "lookup",
        subject: { event: name, onlyWhereNamed: true, package: "fraud-detector" },
      });
    });
  }

  it("that comes to a stage again is another fact, and one that is created again is not", () => {
    const fact = (sent: unknown, at: number) => {
      const event = eventOf("databricks", withMember(sent, ["event_timestamp"], at));
      return event.kind === "lookup" ? event.fact : "";
    };
    expect(fact(TRANSITIONED, 1)).not.toBe(fact(TRANSITIONED, 2));
    expect(fact(CREATED, 1)).toBe(fact(CREATED, 2));
  });

  it("is delivered once for one webhook, event, version and time", () => {
    const key = deliveryOf("databricks", CREATED);
    expect(deliveryOf("databricks", withMember(CREATED, ["text"], "other words"))).toBe(key);
    expect(deliveryOf("databricks", withMember(CREATED, ["webhook_id"], "2"))).not.toBe(key);
    expect(deliveryOf("databricks", withMember(CREATED, ["event_timestamp"], 2))).not.toBe(key);
  });
});

describe("what Databricks sends and makes no release", () => {
  it("an event of another kind is named, with those that are taken", () => {
    const comment = { ...(TRANSITIONED as object), event: "COMMENT_CREATED" };
    expect(eventOf("databricks", comment)).toMatchObject({
      code: "event_not_supported",
      message: expect.stringContaining("COMMENT_CREATED makes no release"),
    });
  });

  it("the test of a webhook in TEST_MODE says that it works", () => {
    expect(eventOf("databricks", withMember(CREATED, ["status"], "TEST_MODE"))).toMatchObject({
      code: "test",
      message: expect.stringContaining("set its status to ACTIVE"),
    });
  });

  it("a body without a version is refused by the name of the field", () => {
    expect(problemOf("databricks", withMember(CREATED, ["version"], undefined))).toBe(
      "version: is missing",
    );
    expect(problemOf("databricks", withMember(CREATED, ["event"], "created"))).toBe(
      "event: must be the name of an event",
    );
  });
});

describe("the signature of Databricks", () => {
  const { vectors } = fixtureJson("signature-vectors.json") as {
    readonly vectors: readonly {
      readonly system: string;
      readonly secret: string;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }[];
  };
  const [vector] = vectors.filter(({ system }) => system === "databricks");
  if (vector === undefined) throw new Error("no vector");
  const signature = vector.headers["X-Databricks-Signature"] ?? "";
  const verify = (sent: string, secrets: readonly string[]) =>
    databricksSource.verify(
      { headers: { "x-databricks-signature": sent }, body: Buffer.from(vector.body) },
      { ...SETTINGS, secrets },
      NOW,
    );

  it("of the known vector holds, in either case of its letters", () => {
    expect(verify(signature, [vector.secret])).toEqual({ kind: "verified" });
    expect(verify(signature.toUpperCase(), [vector.secret])).toEqual({ kind: "verified" });
  });

  it("does not hold with a prefix, with another secret, or with none", () => {
    for (const [sent, secrets] of [
      [`sha256=${signature}`, [vector.secret]],
      [signature, ["another"]],
      [signature, [""]],
    ] as const) {
      expect(verify(sent, secrets)).toMatchObject({ code: "signature_wrong" });
    }
  });
});
