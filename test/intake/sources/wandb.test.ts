import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { wandbSource } from "../../../src/intake/sources/wandb.ts";
import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";
import { bytesOf, eventOf } from "../../support/token-contract.ts";

const FIXTURE = "wandb/registry.link_artifact.constructed.json";
const LINKED = fixtureJson(FIXTURE);
/** The payload as people paste it: what W&B finds nothing for stays as it is. */
const TEMPLATE = fixtureJson("wandb/payload-template.json") as {
  readonly artifact_collection_name: string;
  readonly metadata: { readonly auc: string };
};
const SECRET = "a secret of the team in W&B";
const SETTINGS = sourceSettings({ id: "wandb", type: "wandb", secrets: [SECRET] });

sourceContract({
  type: "wandb",
  settings: SETTINGS,
  credential: SECRET,
  nextCredential: "another secret of the team",
  rotate: (secrets) => ({ ...SETTINGS, secrets }),
  sign: (body, { credential }) => ({
    body,
    headers: {
      "content-type": "application/json",
      "x-wandb-signature": createHmac("sha256", credential).update(body).digest("base64"),
    },
  }),
  unsigned: ({ headers: { "x-wandb-signature": _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  rule: { event: "LINK_ARTIFACT", package: "fraud-detector" },
  repository: "acme/fraud-training",
  good: [{ name: "an artifact that was linked", body: fixtureBytes(FIXTURE), kind: "build" }],
  // Signs no id: another automation on the same artifact, with more in its template.
  again: (body) =>
    retold(body, [["event_author"], "bob"], [["alias"], "candidate"], [["tag"], "new"]),
  foreign: bytesOf(withMember(LINKED, ["artifact_collection_name"], "somebody-elses")),
  fixtures: [{ name: "an artifact that was linked", body: fixtureBytes(FIXTURE) }],
});

describe("an artifact of Weights & Biases", () => {
  it("is a build, whose metadata that are numbers are its metrics", () => {
    expect(eventOf("wandb", LINKED)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: "LINK_ARTIFACT",
        workflow: "model-registry",
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "v17",
        outcome: "success",
        source: "wandb",
        run: null,
        trigger: null,
        startedBy: "alice",
        startedAt: null,
        finishedAt: null,
        artifact: { uri: "wandb-artifact://_id/QXJ0aWZhY3Q6NTE3ODg5ODg3", digest: null },
        commit: {
          repository: null,
          sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
          tag: null,
          branch: null,
          author: null,
          subject: null,
        },
        metrics: { auc: 0.9671 },
        slices: {},
        tests: null,
        checks: [],
        datasets: [{ name: "transactions-features", version: "v8421", digest: null, rows: null }],
        notes: null,
      },
    });
  });

  for (const [value, metrics] of [
    ["17", { auc: 17 }],
    [" 1e-3 ", { auc: 0.001 }],
    [0.5, { auc: 0.5 }],
    ["17abc", {}],
    ["0x11", {}],
    ["", {}],
    [null, {}],
    [["0.5"], {}],
    [TEMPLATE.metadata.auc, {}],
  ] as const) {
    it(`has ${JSON.stringify(metrics)} of the metadatum ${JSON.stringify(value)}`, () => {
      const event = eventOf("wandb", withMember(LINKED, ["metadata", "auc"], value));
      expect(event.kind === "build" ? event.build.metrics : null).toEqual(metrics);
    });
  }

  it("has the name of its address where the collection is not named", () => {
    const event = withMember(
      LINKED,
      ["artifact_collection_name"],
      TEMPLATE.artifact_collection_name,
    );
    expect(eventOf("wandb", event)).toMatchObject({ subject: { package: "fraud-detector" } });
  });

  it("has a data set without a version where only its name is told", () => {
    expect(eventOf("wandb", withMember(LINKED, ["metadata", "dataset"], "edges"))).toMatchObject({
      build: { datasets: [{ name: "edges", version: "" }] },
    });
  });

  it("is none in the test of a webhook, which fills nothing in", () => {
    expect(eventOf("wandb", TEMPLATE)).toMatchObject({
      kind: "unsupported",
      code: "test",
    });
  });
});

describe("the credentials of Weights & Biases", () => {
  const { vectors } = fixtureJson("signature-vectors.json") as {
    readonly vectors: readonly {
      readonly system: string;
      readonly secret: string;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }[];
  };
  const known = vectors.filter(({ system }) => system === "wandb");

  it("are held against both known vectors", () => {
    expect(known).toHaveLength(2);
  });

  for (const { secret, body, headers } of known) {
    const signature = headers["X-Wandb-Signature"] ?? "";
    const request = {
      headers: {
        authorization: headers.Authorization,
        "x-wandb-signature": signature,
      },
      body: Buffer.from(body),
    };
    const verify = (secrets: readonly string[], tokens: readonly string[]) =>
      wandbSource.verify(request, { ...SETTINGS, secrets, tokens }, NOW);

    it(`hold with the signature ${signature.slice(0, 6)}…, a token, and both`, () => {
      expect(verify([secret], [])).toEqual({ kind: "verified" });
      expect(verify([], ["your_api_key"])).toEqual({ kind: "verified" });
      expect(verify([secret], ["your_api_key"])).toEqual({ kind: "verified" });
    });

    it(`do not hold where one of both is wrong beside ${signature.slice(0, 6)}…`, () => {
      expect(verify(["another"], ["your_api_key"])).toMatchObject({ code: "signature_wrong" });
      expect(verify([secret], ["another_api_key"])).toMatchObject({ code: "signature_wrong" });
      expect(verify([], [])).toMatchObject({ kind: "refused" });
    });
  }

  it("name the header that is missing", () => {
    const request = { headers: {}, body: Buffer.from("{}") };
    const verify = (secrets: readonly string[], tokens: readonly string[]) =>
      wandbSource.verify(request, { ...SETTINGS, secrets, tokens }, NOW);
    expect(verify([SECRET], [])).toMatchObject({
      code: "signature_missing",
      message: expect.stringContaining("X-Wandb-Signature"),
    });
    expect(verify([], ["token"])).toMatchObject({
      code: "signature_missing",
      message: expect.stringContaining("Authorization"),
    });
  });
});
