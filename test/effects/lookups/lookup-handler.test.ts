import { describe, expect, it, onTestFinished } from "vitest";
import type { Build } from "../../../src/core/build.ts";
import type { SystemCommand } from "../../../src/core/command.ts";
import type { JobBody } from "../../../src/core/job.ts";
import type { Outcome } from "../../../src/core/outcome.ts";
import { refusal } from "../../../src/core/refusal.ts";
import {
  createLookupHandler,
  type LookupSource,
} from "../../../src/effects/lookups/lookup-handler.ts";
import { LOOKUP_READERS } from "../../../src/effects/lookups/registry.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { type ScriptedAnswer, startServer } from "../../support/scripted-server.ts";
import { aBuild } from "../../support/story.ts";

type Body = Extract<JobBody, { kind: "lookup" }>;

const RUN = "873d5d81128b4f5699fc338441ce3939";
const LOGGED_MODEL = "models:/m-eac4be1fba934016bb9bfbcc26498776";
const RUN_ANSWER = fixtureJson("mlflow/runs.get.captured.json");
const READY = { model_version: { status: "READY", run_id: RUN, source: `runs:/${RUN}/model` } };
const ACCEPTED: Outcome = { kind: "accepted", release: null, sentence: null };

/** The build as the event of the registry tells of it. */
const TOLD: Build = aBuild({
  version: "17",
  source: "mlflow",
  run: null,
  trigger: null,
  startedAt: null,
  finishedAt: 1,
  artifact: { uri: "models:/fraud-detector/17", digest: null },
  commit: null,
  metrics: {},
  datasets: [],
  notes: null,
});

function body(lookup: Partial<Body["lookup"]> = {}, build: Build = TOLD): Body {
  return {
    kind: "lookup",
    component: "model-fraud",
    build,
    lookup: { name: "fraud-detector", version: "17", run: RUN, source: null, ...lookup },
  };
}

/** An MLflow that answers by path, and a handler that asks it. */
async function setUp(
  answers: Readonly<Record<string, ScriptedAnswer>> = {},
  options: {
    readonly source?: Partial<LookupSource>;
    readonly repository?: string | null;
    readonly outcome?: Outcome;
  } = {},
) {
  const server = await startServer(({ url }) => {
    const path = url.replace("/api/2.0/mlflow/", "").split("?", 1)[0] ?? "";
    const known: Readonly<Record<string, ScriptedAnswer>> = {
      "runs/get": { json: RUN_ANSWER },
      "model-versions/get": { json: READY },
      ...answers,
    };
    return known[path] ?? { status: 404, json: { error_code: "RESOURCE_DOES_NOT_EXIST" } };
  });
  onTestFinished(() => server.close());
  const clock = createFakeClock();
  const registered: SystemCommand[] = [];
  const handler = createLookupHandler({
    sources: () => ({
      mlflow: {
        id: "mlflow",
        type: "mlflow",
        api: { url: server.url, token: "tracking-token" },
        ...options.source,
      },
    }),
    repositoryOf: () => (options.repository === undefined ? "acme/pymk" : options.repository),
    readers: LOOKUP_READERS,
    dispatch: async (command) => {
      registered.push(command);
      return options.outcome ?? ACCEPTED;
    },
    clock,
    random: () => 0,
  });
  const circumstances = { attempt: 1, due: 0, now: 0, signal: new AbortController().signal };
  return {
    handler,
    server,
    run: (job: Body) => handler.run(job, circumstances),
    async looked(job: Body = body()): Promise<Build> {
      expect(await handler.run(job, circumstances)).toEqual({ kind: "done", command: null });
      const [command] = registered;
      if (command?.type !== "RegisterBuild") throw new Error("nothing was registered");
      expect(command.component).toBe("model-fraud");
      return command.build;
    },
  };
}

function withRun(path: readonly (string | number)[], value: unknown): ScriptedAnswer {
  return { json: withMember(RUN_ANSWER, ["run", ...path], value) };
}

/** The run with these tags and no others. */
function tagged(tags: Readonly<Record<string, string>>): ScriptedAnswer {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return withRun(["data", "tags"], list);
}

describe("what MLflow knows of the run behind a model version", () => {
  it("completes the build", async () => {
    const { looked, server } = await setUp();
    expect(await looked()).toEqual({
      ...TOLD,
      outcome: "success",
      run: { id: RUN, attempt: 1, url: `${server.url}/#/experiments/1/runs/${RUN}` },
      startedBy: "dana",
      startedAt: 1795397643840,
      finishedAt: 1795397644495,
      commit: {
        repository: "acme/pymk",
        sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
        tag: null,
        branch: null,
        author: null,
        subject: null,
      },
      metrics: { auc: 0.92 },
      datasets: [
        {
          name: "transactions/features",
          version: "8421",
          digest: "5f3a9c1e",
          rows: 48211934,
          schema: "ee568f2e9e8ef553709fe96ec93a89e37fc36507adfe55f8d5b23c1991d359d7",
        },
      ],
      gaps: [
        {
          what: "MLflow metric bad, inf",
          why: "its last value is no finite number, or there are more than 500 metrics; log one that can be compared",
          blocks: false,
        },
      ],
    });
    expect(server.requests().map(({ method, url }) => [method, url])).toEqual([
      ["GET", "/api/2.0/mlflow/model-versions/get?name=fraud-detector&version=17"],
      ["GET", `/api/2.0/mlflow/runs/get?run_id=${RUN}`],
    ]);
    expect(server.requests().map(({ headers }) => headers.authorization)).toEqual([
      "Bearer tracking-token",
      "Bearer tracking-token",
    ]);
  });

  for (const [name, lookup, answers] of [
    ["the run that the event names", { run: RUN }, {}],
    ["the run that the registry names", { run: null }, {}],
    [
      "the run in the address that the registry took it from",
      { run: null, source: `runs:/${RUN}/model` },
      { "model-versions/get": { json: { model_version: { status: "READY" } } } },
    ],
    [
      "the run of the logged model",
      { run: null, source: LOGGED_MODEL },
      {
        "model-versions/get": { json: { model_version: { status: "READY", run_id: "" } } },
        "logged-models/m-eac4be1fba934016bb9bfbcc26498776": {
          json: withMember(
            fixtureJson("mlflow/logged-models.get.captured.json"),
            ["model", "info", "source_run_id"],
            RUN,
          ),
        },
      },
    ],
  ] as const) {
    it(`is found by ${name}`, async () => {
      const { looked } = await setUp(answers);
      expect(await looked(body(lookup))).toMatchObject({
        run: { id: RUN },
        metrics: { auc: 0.92 },
      });
    });
  }

  it("has the last step of each metric, and of one step the last value", async () => {
    const metric = (key: string, value: unknown, step: number, timestamp: number) => ({
      key,
      value,
      step,
      timestamp,
    });
    const { looked } = await setUp({
      "runs/get": withRun(
        ["data", "metrics"],
        [
          metric("auc", 0.9, 2, 1),
          metric("auc", 0.8, 1, 9),
          metric("loss", 0.5, 0, 7),
          metric("loss", 0.4, 0, 8),
          metric("late", "Infinity", 3, 1),
          metric("late", 1, 2, 1),
          metric("system/cpu_utilization_percentage", 12, 0, 1),
        ],
      ),
    });
    const build = await looked();
    expect(build.metrics).toEqual({ auc: 0.9, loss: 0.4 });
    expect(build.gaps).toMatchObject([{ what: "MLflow metric late", blocks: false }]);
  });

  it("is asked for in the workspace of the model, and in none where there are none", async () => {
    const asked = async (lookup: Partial<Body["lookup"]>) => {
      const { looked, server } = await setUp();
      await looked(body(lookup));
      return server.requests().map(({ headers }) => headers["x-mlflow-workspace"]);
    };
    expect(await asked({ workspace: "team-a" })).toEqual(["team-a", "team-a"]);
    expect(await asked({})).toEqual([undefined, undefined]);
  });

  it("does not take parameters for metrics", async () => {
    const { looked } = await setUp();
    expect(Object.keys((await looked()).metrics)).not.toContain("depth");
  });

  it("reads the numbers that are in Python's JSON and not in JSON", async () => {
    const text = JSON.stringify(RUN_ANSWER).replace('"NaN"', "NaN");
    expect(text).toContain(":NaN");
    const { looked } = await setUp({ "runs/get": { text } });
    expect(await looked()).toMatchObject({ metrics: { auc: 0.92 } });
  });

  it("has the data that it was trained on, and not what it was judged on", async () => {
    const input = (name: string, digest: string, context: string | null) => ({
      tags: context === null ? [] : [{ key: "mlflow.data.context", value: context }],
      dataset: { name, digest, source: "no JSON", profile: '{"num_rows": -1}' },
    });
    const { looked } = await setUp({
      "runs/get": withRun(
        ["inputs", "dataset_inputs"],
        [
          input("edges", "d1", "training"),
          input("edges", "d1", "training"),
          input("edges", "d2", null),
          input("holdout", "d3", "eval"),
          input("", "d4", null),
        ],
      ),
    });
    const known = { rows: null, schema: null };
    expect((await looked()).datasets).toEqual([
      { name: "edges", version: "d1", digest: "d1", ...known },
      { name: "edges (d2)", version: "d2", digest: "d2", ...known },
    ]);
  });
});

describe("the outcome of a model version", () => {
  for (const [status, outcome] of [
    ["FINISHED", "success"],
    ["FAILED", "failure"],
    ["KILLED", "cancelled"],
    ["ASTRAY", "error"],
  ] as const) {
    it(`is ${outcome} where its run is ${status}`, async () => {
      const { looked } = await setUp({ "runs/get": withRun(["info", "status"], status) });
      expect((await looked()).outcome).toBe(outcome);
    });
  }

  for (const [status, outcome] of [
    ["FAILED_REGISTRATION", "failure"],
    ["DELETED", "error"],
  ] as const) {
    it(`is ${outcome} where the registry says ${status}, whatever its run is`, async () => {
      const { looked } = await setUp({
        "model-versions/get": { json: { model_version: { status } } },
      });
      expect((await looked()).outcome).toBe(outcome);
    });
  }

  it("is not known while its run goes on, which is waited for", async () => {
    const { run } = await setUp({ "runs/get": withRun(["info", "status"], "RUNNING") });
    expect(await failureOf(run(body()))).toMatchObject({
      message: `MLflow run ${RUN} has not ended yet`,
      retryable: true,
    });
  });

  it("is not known while it is being registered, which is waited for", async () => {
    const { run } = await setUp({
      "model-versions/get": { json: { model_version: { status: "PENDING_REGISTRATION" } } },
    });
    expect(await failureOf(run(body()))).toMatchObject({ retryable: true });
  });
});

describe("the commit of a run", () => {
  const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";

  it("has the branch and the repository of its tags", async () => {
    const { looked } = await setUp({
      "runs/get": tagged({
        "mlflow.source.git.commit": SHA.toUpperCase(),
        "mlflow.source.git.branch": "main",
        "mlflow.source.git.repoURL": "git@github.com:Acme/pymk.git",
      }),
    });
    const build = await looked();
    expect(build.commit).toMatchObject({ repository: "Acme/pymk", sha: SHA, branch: "main" });
    expect(build.gaps?.filter(({ blocks }) => blocks)).toEqual([]);
  });

  it("keeps the release back where it is of another repository than the component", async () => {
    const { looked } = await setUp({
      "runs/get": tagged({
        "mlflow.source.git.commit": SHA,
        "mlflow.source.git.repoURL": "https://github.com/evil/pymk.git",
      }),
    });
    expect((await looked()).gaps).toContainEqual({
      what: "the repository of the training code",
      why: "the run's code came from evil/pymk, and the component is built from acme/pymk",
      blocks: true,
    });
  });

  for (const [name, tags, repository, what] of [
    ["the run names none", {}, "acme/pymk", "the commit of the training code"],
    ["it is cut short", { "mlflow.source.git.commit": "3484a3f" }, "acme/pymk", "the commit"],
    ["nobody names its repository", { "mlflow.source.git.commit": SHA }, null, "the repository"],
    [
      "the code was changed after it",
      { "mlflow.source.git.commit": SHA, "mlflow.source.git.dirty": "True" },
      "acme/pymk",
      "the training code",
    ],
  ] as const) {
    it(`is a gap where ${name}`, async () => {
      const { looked } = await setUp({ "runs/get": tagged(tags) }, { repository });
      expect((await looked()).gaps).toContainEqual({
        what: expect.stringContaining(what),
        why: expect.any(String),
        blocks: false,
      });
    });
  }
});

describe("what MLflow will not say", () => {
  const cases: readonly (readonly [string, ScriptedAnswer, string])[] = [
    ["does not have the run", { status: 404 }, "does not have it (404)"],
    ["does not take the token", { status: 401 }, "the token of sources.mlflow.api.token may not"],
    ["forbids it", { status: 403 }, "the token of sources.mlflow.api.token may not read it"],
    ["answers with a page", { text: "<html>" }, "no JSON: correct sources.mlflow.api.url"],
    ["answers something else", { json: { runs: [] } }, "cannot be understood at run"],
    ["is something else", { status: 400 }, "answered 400"],
    [
      "sends elsewhere",
      { status: 302, headers: { location: "http://evil.example/" } },
      "redirects, which is not followed",
    ],
  ];
  for (const [name, answer, why] of cases) {
    it(`is a gap that holds the release back, where it ${name}`, async () => {
      const { looked, server } = await setUp({ "runs/get": answer });
      const build = await looked();
      expect(build).toMatchObject({ version: "17", outcome: "success", metrics: {} });
      expect(build.gaps).toEqual([
        { what: `MLflow run ${RUN}`, why: expect.stringContaining(why), blocks: true },
      ]);
      expect(JSON.stringify(build)).not.toContain("tracking-token");
      expect(server.requests()).toHaveLength(2);
    });
  }

  it("says that a token is wanted where none is configured", async () => {
    const { looked, server } = await setUp({
      "runs/get": { status: 401 },
      "model-versions/get": { json: READY },
    });
    const build = await looked();
    expect(build.gaps?.[0]?.why).toContain(new URL(server.url).host);
    const without = await setUp({ "runs/get": { status: 401 } });
    const handler = createLookupHandler({
      sources: () => ({
        mlflow: { id: "mlflow", type: "mlflow", api: { url: without.server.url, token: null } },
      }),
      repositoryOf: () => null,
      readers: LOOKUP_READERS,
      dispatch: async (command) => {
        expect(JSON.stringify(command)).toContain("wants a token: set sources.mlflow.api.token");
        return ACCEPTED;
      },
      clock: createFakeClock(),
      random: () => 0,
    });
    await handler.run(body(), {
      attempt: 1,
      due: 0,
      now: 0,
      signal: new AbortController().signal,
    });
    expect(without.server.requests()[0]?.headers.authorization).toBeUndefined();
  });

  it("is a gap where the version has no run, and nothing leads to one", async () => {
    const { looked } = await setUp({
      "model-versions/get": { json: { model_version: { status: "READY", source: "s3://m" } } },
    });
    expect((await looked(body({ run: null }))).gaps).toEqual([
      {
        what: "the run that made fraud-detector 17",
        why: "the model version names none, so that its metrics, commit and data are not known: register it from a run, or add them with slipway report",
        blocks: true,
      },
    ]);
  });

  it("is a gap where the logged model is gone, or names no run", async () => {
    const version = { "model-versions/get": { json: { model_version: { status: "READY" } } } };
    const gone = await setUp(version);
    expect((await gone.looked(body({ run: null, source: LOGGED_MODEL }))).gaps).toMatchObject([
      { what: "MLflow logged model m-eac4be1fba934016bb9bfbcc26498776", blocks: true },
    ]);
    const path = "logged-models/m-eac4be1fba934016bb9bfbcc26498776";
    const runless = await setUp({ ...version, [path]: { json: { model: { info: {} } } } });
    expect((await runless.looked(body({ run: null, source: LOGGED_MODEL }))).gaps).toMatchObject([
      { what: "the run that made fraud-detector 17", blocks: true },
    ]);
  });

  it("is a gap of the version where the registry has none, beside what the run tells", async () => {
    const { looked } = await setUp({ "model-versions/get": { status: 404 } });
    const build = await looked();
    expect(build.metrics).toEqual({ auc: 0.92 });
    expect(build.gaps).toContainEqual({
      what: "MLflow model fraud-detector version 17",
      why: expect.stringContaining("does not have it (404)"),
      blocks: true,
    });
  });
});

describe("an MLflow that cannot answer now", () => {
  for (const [name, answer] of [
    ["is overloaded", { status: 503 }],
    ["is cut off", "lost"],
  ] as const) {
    it(`is asked again where it ${name}`, async () => {
      const { run } = await setUp({ "runs/get": answer });
      expect(await failureOf(run(body()))).toMatchObject({ retryable: true });
    });
  }

  it("is asked again when it says", async () => {
    const { run } = await setUp({ "runs/get": { status: 429, headers: { "retry-after": "7" } } });
    expect(await failureOf(run(body()))).toMatchObject({ retryable: true, retryAfter: 7_000 });
  });

  it("is given up after a while, and then the build is registered with the gap", async () => {
    const { handler } = await setUp();
    const delays = Array.from({ length: handler.attempts - 1 }, (_, index) =>
      handler.retryDelay(index + 1),
    );
    const minutes = delays.reduce((sum, delay) => sum + delay, 0) / 60_000;
    expect(minutes).toBeGreaterThan(20);
    expect(handler.buried(body(), "mlflow.example answered 503")).toEqual({
      type: "RegisterBuild",
      component: "model-fraud",
      build: {
        ...TOLD,
        gaps: [
          {
            what: "the rest of what mlflow knows of 17",
            why: "mlflow.example answered 503",
            blocks: true,
          },
        ],
      },
    });
  });
});

describe("a look-up whose source has changed", () => {
  for (const [name, source, why] of [
    ["has no address any more", { api: null }, "set sources.mlflow.api to the address"],
    ["is of a type that is not asked", { type: "github" }, "set sources.mlflow.api"],
  ] as const) {
    it(`registers the build with a gap where it ${name}`, async () => {
      const { looked, server } = await setUp({}, { source });
      expect((await looked()).gaps).toMatchObject([{ why: expect.stringContaining(why) }]);
      expect(server.requests()).toEqual([]);
    });
  }

  it("registers the build with a gap where it is gone", async () => {
    const { looked } = await setUp();
    const build = await looked(body({}, { ...TOLD, source: "constructor" }));
    expect(build.gaps).toMatchObject([
      { why: "the configuration has no source constructor any more", blocks: true },
    ]);
  });

  it("is kept among the jobs that were given up where the build is refused", async () => {
    const outcome: Outcome = {
      kind: "refused",
      refusal: refusal("unknown_component", "no component model-fraud is configured"),
      release: null,
    };
    const { run } = await setUp({}, { outcome });
    expect(await failureOf(run(body()))).toMatchObject({
      message: "refused (unknown_component): no component model-fraud is configured",
      retryable: false,
    });
  });
});
