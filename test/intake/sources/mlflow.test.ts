import { describe, expect, it } from "vitest";
import { mlflowSource } from "../../../src/intake/sources/mlflow.ts";
import type { ParsedEvent } from "../../../src/intake/sources/source.ts";
import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
import { MLFLOW_SECRET, signedByMlflow } from "../../support/mlflow-requests.ts";
import { retold } from "../../support/retold.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const SETTINGS = sourceSettings({
  id: "mlflow",
  type: "mlflow",
  secrets: [MLFLOW_SECRET],
  api: { url: "https://mlflow.example", token: null },
});
const CREATED = "mlflow/model_version.created.constructed.json";
const EXAMPLES = [
  "model_version.created",
  "model_version_alias.created",
  "model_version_alias.deleted",
  "model_version_tag.set",
  "model_version_tag.deleted",
  "registered_model.created",
];

function body(event: unknown): Buffer {
  return Buffer.from(JSON.stringify(event));
}

sourceContract({
  type: "mlflow",
  settings: SETTINGS,
  credential: MLFLOW_SECRET,
  nextCredential: "another-secret-key-in-mlflow",
  rotate: (secrets) => ({ ...SETTINGS, secrets }),
  sign: (bytes, { delivery, credential, at }) =>
    signedByMlflow(bytes, { delivery, secret: credential, at }),
  unsigned: ({ headers: { "x-mlflow-signature": _, ...headers }, body: bytes }) => ({
    headers,
    body: bytes,
  }),
  signsTime: true,
  rule: { package: "fraud-detector" },
  repository: null,
  good: [
    { name: "model_version.created", body: fixtureBytes(CREATED), kind: "lookup" },
    {
      name: "model_version.created of a logged model, which names no run",
      body: fixtureBytes("mlflow/model_version.created.captured.json"),
      kind: "lookup",
    },
  ],
  // Told to a second webhook.
  again: (bytes) => retold(bytes, [["timestamp"], "2026-11-22T13:20:00+00:00"]),
  foreign: body(withMember(fixtureJson(CREATED), ["data", "name"], "somebody-elses")),
  fixtures: [
    { name: "model_version.created", body: fixtureBytes(CREATED) },
    {
      name: "model_version_tag.set",
      body: body(
        withMember(
          fixtureJson("mlflow/model_version_tag.set.example.json"),
          ["data", "name"],
          "fraud-detector",
        ),
      ),
    },
    {
      name: "model_version_alias.created",
      body: body(
        withMember(
          fixtureJson("mlflow/model_version_alias.created.example.json"),
          ["data", "name"],
          "fraud-detector",
        ),
      ),
    },
  ],
});

function parse(event: unknown): ParsedEvent {
  const parsed = mlflowSource.parse({ source: "mlflow", headers: {}, body: event }, NOW);
  if (parsed.kind !== "delivery" || parsed.events[0] === undefined) {
    throw new Error(JSON.stringify(parsed));
  }
  return parsed.events[0];
}

/** An example of MLflow, of a model that is not the example's. */
function real(name: string): unknown {
  return withMember(fixtureJson(`mlflow/${name}.example.json`), ["data", "name"], "fraud-detector");
}

describe("a model version that MLflow created", () => {
  it("is looked up by its name, its version and its run", () => {
    expect(parse(fixtureJson(CREATED))).toEqual({
      kind: "lookup",
      subject: {
        component: null,
        repository: null,
        event: "model_version.created",
        workflow: null,
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "17",
        outcome: "success",
        source: "mlflow",
        run: null,
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: Date.parse("2026-11-22T13:16:45.123Z"),
        artifact: { uri: "models:/fraud-detector/17", digest: null },
        commit: null,
        metrics: {},
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: "nightly retrain 2026-11-22",
      },
      lookup: {
        name: "fraud-detector",
        version: "17",
        run: "9f0c7f6e2d5b4a0c8a5e1d3b7c9e2f41",
        source: "models:/m-5f2c0a7f6d3e4f3c9c1f0d1b2a3c4d5e",
      },
      fact: "fraud-detector:created:17",
    });
  });

  it("is looked up by its source where it names no run", () => {
    expect(parse(fixtureJson("mlflow/model_version.created.captured.json"))).toMatchObject({
      lookup: { run: null, source: "models:/m-eac4be1fba934016bb9bfbcc26498776" },
    });
  });
});

describe("a model of a workspace of MLflow", () => {
  const inWorkspace = (workspace: unknown) =>
    parse(withMember(fixtureJson(CREATED), ["workspace"], workspace));

  it("is named with it, and looked up there", () => {
    expect(inWorkspace("team-a")).toMatchObject({
      subject: { package: "team-a/fraud-detector" },
      lookup: { name: "fraud-detector", workspace: "team-a" },
      fact: "team-a/fraud-detector:created:17",
    });
  });

  it("is named as it is in the default one, which is asked for all the same", () => {
    expect(inWorkspace("default")).toMatchObject({
      subject: { package: "fraud-detector" },
      lookup: { workspace: "default" },
    });
  });

  it("is not that of the same name elsewhere, which a rule asks for", async () => {
    const component = intakeComponent({
      intake: [intakeRule({ source: "mlflow", package: "fraud-detector" })],
    });
    const intake = testHooks({
      hooks: {
        sources: () => ({ mlflow: SETTINGS }),
        components: () => ({ [component.name]: component }),
      },
    });
    const elsewhere = body(withMember(fixtureJson(CREATED), ["workspace"], "team-a"));
    const { answer } = await receive(intake, "mlflow", signedByMlflow(elsewhere));
    expect(answer.outcome).toBe("ignored");
  });

  it("has no lookup of one where the server has none", () => {
    expect(inWorkspace(undefined)).toHaveProperty("lookup");
    expect(inWorkspace(undefined)).not.toHaveProperty("lookup.workspace");
  });
});

describe("the tags and aliases of MLflow", () => {
  it("make a release only where a rule names them whole", async () => {
    const settings = { mlflow: SETTINGS };
    const answers = async (event: string | null) => {
      const component = intakeComponent({
        intake: [intakeRule({ source: "mlflow", event, package: "fraud-detector" })],
      });
      const intake = testHooks({
        hooks: { sources: () => settings, components: () => ({ [component.name]: component }) },
      });
      const replies = ["model_version_tag.set", "model_version_alias.created"].map(
        async (name, index) => {
          const post = signedByMlflow(body(real(name)), { delivery: `d${index}` });
          return (await receive(intake, "mlflow", post)).answer;
        },
      );
      return (await Promise.all(replies)).map(({ outcome, message }) => [outcome, message]);
    };
    expect(await answers("model_version_tag.set:example_key=example_value")).toMatchObject([
      ["accepted", "on the disk, to be recorded in its turn as model-pymk@1"],
      ["ignored", expect.stringContaining("wants event model_version_tag.set:example_key")],
    ]);
    expect(await answers("model_version_alias.created:example_alias")).toMatchObject([
      ["ignored", expect.anything()],
      ["accepted", expect.anything()],
    ]);
    expect(await answers(null)).toMatchObject([
      [
        "ignored",
        "no component asks for this: model-pymk names no event, and model_version_tag.set:example_key=example_value is taken only by its name",
      ],
      ["ignored", expect.anything()],
    ]);
  });

  it("are another fact when they are set again", () => {
    const [first, second] = ["2026-11-22T13:00:00Z", "2026-11-22T14:00:00Z"].map((time) =>
      parse(withMember(real("model_version_alias.created"), ["timestamp"], time)),
    );
    expect(first).not.toMatchObject({ fact: second?.kind === "lookup" ? second.fact : "" });
  });

  it("are looked up without a run, which the registry knows", () => {
    expect(parse(real("model_version_tag.set"))).toMatchObject({
      subject: { event: "model_version_tag.set:example_key=example_value", onlyWhereNamed: true },
      lookup: { name: "fraud-detector", version: "1", run: null, source: null },
    });
  });
});

describe("what MLflow sends and makes no release", () => {
  for (const name of EXAMPLES) {
    it(`the test of a webhook for ${name} says that it works`, () => {
      expect(parse(fixtureJson(`mlflow/${name}.example.json`))).toEqual({
        kind: "unsupported",
        code: "test",
        message: `the test of the webhook works: the secret fits, and ${name} arrives; it makes no release`,
      });
    });
  }

  it("an event of another kind is named, with those that are taken", () => {
    expect(parse(real("registered_model.created"))).toEqual({
      kind: "unsupported",
      code: "event_not_supported",
      message:
        "registered_model.created makes no release; releases are made of model_version.created, and of model_version_alias.created and model_version_tag.set where a rule names them",
    });
  });
});

describe("a delivery that is not what MLflow sends", () => {
  const cases = [
    ["without data", withMember(fixtureJson(CREATED), ["data"], undefined), "data: is missing"],
    [
      "without a version",
      withMember(fixtureJson(CREATED), ["data", "version"], undefined),
      "version: is missing",
    ],
    [
      "with a tag without a key",
      withMember(real("model_version_tag.set"), ["data", "key"], undefined),
      "key: is missing",
    ],
    [
      "with an alias of nothing",
      withMember(real("model_version_alias.created"), ["data", "alias"], ""),
      "alias: must not be empty",
    ],
  ] as const;
  for (const [name, event, message] of cases) {
    it(`is refused ${name}`, () => {
      const headers = { "x-mlflow-delivery-id": "d1" };
      const parsed = mlflowSource.parse({ source: "mlflow", headers, body: event }, NOW);
      expect(parsed).toEqual({ kind: "malformed", delivery: "d1", message });
    });
  }
});

describe("the signature of MLflow", () => {
  const { vectors } = fixtureJson("signature-vectors.json") as {
    readonly vectors: readonly {
      readonly system: string;
      readonly secret: string;
      readonly body_file: string;
      readonly headers: Readonly<Record<string, string>>;
    }[];
  };
  const [vector] = vectors.filter(({ system }) => system === "mlflow");
  if (vector === undefined) throw new Error("no vector");
  const headers = Object.fromEntries(
    Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const request = { headers, body: fixtureBytes(vector.body_file) };
  const settings = { ...SETTINGS, secrets: [vector.secret] };
  const signedAt = Number(vector.headers["X-MLflow-Timestamp"]) * 1_000;

  it("of the known vector holds", () => {
    expect(mlflowSource.verify(request, settings, signedAt)).toEqual({ kind: "verified" });
  });

  it("is one of several where a secret is being changed there", () => {
    const signature = `v1,AAAA ${headers["x-mlflow-signature"]}`;
    const several = { ...request, headers: { ...headers, "x-mlflow-signature": signature } };
    expect(mlflowSource.verify(several, settings, signedAt)).toEqual({ kind: "verified" });
  });

  for (const [name, off, kind] of [
    ["300 s ago", 300_000, "verified"],
    ["301 s ago", 301_000, "refused"],
    ["300 s ahead", -300_000, "verified"],
    ["301 s ahead", -301_000, "refused"],
  ] as const) {
    it(`made ${name} is ${kind}`, () => {
      expect(mlflowSource.verify(request, settings, signedAt + off)).toMatchObject({ kind });
    });
  }

  for (const [name, change] of [
    [
      "with the key that Standard Webhooks would make of the secret",
      { secrets: ["whsec_eW91cg=="] },
    ],
    ["without a secret", { secrets: [""] }],
  ] as const) {
    it(`does not hold ${name}`, () => {
      expect(mlflowSource.verify(request, { ...settings, ...change }, signedAt)).toMatchObject({
        code: "signature_wrong",
      });
    });
  }

  it("as the manual of an older release describes it is refused", () => {
    const old = { ...request, headers: { ...headers, "x-mlflow-signature": "sha256=00" } };
    expect(mlflowSource.verify(old, settings, signedAt)).toMatchObject({ code: "signature_wrong" });
  });

  for (const [name, changed] of [
    ["an id", { "x-mlflow-delivery-id": "" }],
    ["a time", { "x-mlflow-timestamp": "yesterday" }],
  ] as const) {
    it(`without ${name} is refused`, () => {
      const without = { ...request, headers: { ...headers, ...changed } };
      expect(mlflowSource.verify(without, settings, signedAt)).toMatchObject({
        code: "signature_wrong",
      });
    });
  }
});
