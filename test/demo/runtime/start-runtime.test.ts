import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type ArtifactStore,
  createArtifactStore,
  type StoredArtifact,
} from "../../../src/demo/artifacts/artifact-store.ts";
import { packBundle } from "../../../src/demo/artifacts/service-bundle.ts";
import { SERVICE_SOURCES } from "../../../src/demo/ci/build-service.ts";
import type { RunningServer } from "../../../src/demo/http/start-server.ts";
import { parseExposition } from "../../../src/demo/metrics-server/exposition.ts";
import { startRuntime } from "../../../src/demo/runtime/start-runtime.ts";
import { createModel, renderModel } from "../../../src/demo/training/model-file.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { aPair } from "../../support/sample-pairs.ts";

const SOURCES = ["feed-server.ts", "feed-sources.ts", "main.ts", "package.json", "rank-feed.ts"];
const PAIRS = [
  aPair({ id: "m1-m2", sameCompany: true }),
  aPair({ id: "m1-m3", sameCompany: false }),
];
/** Scores 0.8 for the same company and 0.2 otherwise. */
const MODEL = renderModel(createModel(["bias", "same_company"], [Math.log(0.25), 2 * Math.log(4)]));

let folder: string;
let artifacts: ArtifactStore;
let runtime: RunningServer;
let keys = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-runtime-"));
  artifacts = createArtifactStore(folder);
  runtime = await startRuntime({
    environment: "staging",
    port: 0,
    artifacts,
    pairs: PAIRS,
    folder: join(folder, "runtime"),
    clock: systemClock,
    traffic: null,
    deployTime: { pending: 1, running: 1 },
    overlap: 0,
  });
});
afterAll(async () => {
  await runtime.close();
  await rm(folder, { recursive: true });
});

async function call(method: string, path: string, body?: object, headers = {}) {
  const response = await fetch(`${runtime.url}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: z.looseObject({}).parse(await response.json()) };
}

/** Deploys as the http deployer does: starts, then asks until it has ended. */
async function deploy(app: string, version: string, { uri, digest }: StoredArtifact) {
  keys += 1;
  const request = { app, version, environment: "staging", artifact: uri, digest };
  const started = await call("POST", "/deploys", request, { "idempotency-key": `key-${keys}` });
  expect(started.status).toBe(201);
  for (;;) {
    const { body } = await call("GET", `/deploys/${started.body.id}`);
    if (body.status === "done" || body.status === "failed") return body;
  }
}

async function deployModel(version: string) {
  const name = { component: "model-pymk", version, file: "model.json" };
  return deploy("model-pymk", version, await artifacts.put(name, MODEL));
}

async function deployService(version: string, bundle: string) {
  const name = { component: "svc-feed", version, file: "bundle.json" };
  return deploy("svc-feed", version, await artifacts.put(name, bundle));
}

async function counter(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const text = await (await fetch(`${runtime.url}/metrics`)).text();
  const sample = parseExposition(text).find(
    (found) =>
      found.labels.__name__ === name &&
      Object.entries(labels).every(([label, value]) => found.labels[label] === value),
  );
  if (sample === undefined) throw new Error(`${name} ${JSON.stringify(labels)} is not shown`);
  return sample.value;
}

describe("the sample runtime", { timeout: 120_000 }, () => {
  it("serves nothing before anything is deployed", async () => {
    expect(await call("GET", "/healthz")).toEqual({
      status: 200,
      body: { environment: "staging" },
    });
    expect(await call("GET", "/models/pymk/score?pair=m1-m2")).toEqual({
      status: 503,
      body: { error: "model-pymk is not deployed here" },
    });
    expect((await call("GET", "/feed?member=m1")).status).toBe(503);
    expect((await call("POST", "/degrade", {})).status).toBe(409);
    expect(await call("GET", "/deploys?key=key-9")).toEqual({
      status: 404,
      body: { error: 'no deployment has the key "key-9"' },
    });
    expect((await call("GET", "/nothing")).status).toBe(404);
  });

  it("serves the model that was deployed, and shows its counters at 0 before the first question", async () => {
    expect(await deployModel("1")).toMatchObject({ status: "done" });
    const series = { model: "pymk", version: "1", environment: "staging" };
    expect(await counter("predictions_total", { ...series, outcome: "timeout" })).toBe(0);
    expect(await counter("deployed_info", { component: "model-pymk", version: "1" })).toBe(1);
    expect(await call("GET", "/models/pymk/score?pair=m1-m2")).toEqual({
      status: 200,
      body: { pair: "m1-m2", outcome: "ok", version: "1", probability: expect.closeTo(0.8, 12) },
    });
    expect(await call("GET", "/models/pymk/score?pair=m8-m9")).toMatchObject({
      status: 404,
      body: { outcome: "unknown_pair" },
    });
    expect(await counter("predictions_total", { ...series, outcome: "ok" })).toBe(1);
    expect(await counter("prediction_seconds_count", series)).toBe(2);
  });

  it("serves the feed by a process of the deployed bundle, ranked by the deployed model", async () => {
    expect(await deployService("2.3.0", await packBundle(SERVICE_SOURCES, SOURCES))).toMatchObject({
      status: "done",
    });
    const { body } = await call("GET", "/feed?member=m1&limit=2");
    const posts = [{ author: "m2" }, { author: "m2" }];
    expect(body).toMatchObject({ version: "2.3.0", personalised: true, posts });
    const series = { service: "svc-feed", version: "2.3.0", code: "200" };
    expect(await counter("requests_total", series)).toBe(1);
  });

  it("keeps the version before when a new one does not start", async () => {
    const broken = JSON.stringify({ files: { "main.ts": "throw new Error('no');" } });
    expect(await deployService("2.4.0", broken)).toMatchObject({
      status: "failed",
      message: "svc-feed 2.4.0 did not start: it ended before it listened",
    });
    const name = { component: "model-pymk", version: "garbage", file: "model.json" };
    expect(await deploy("model-pymk", "garbage", await artifacts.put(name, "{"))).toMatchObject({
      status: "failed",
      message: "model.json is not JSON",
    });
    expect((await call("GET", "/feed?member=m1")).body).toMatchObject({ version: "2.3.0" });
  });

  it("made worse, really fails, for the version that was deployed then and for no other", async () => {
    await deployModel("2");
    const worse = { component: "model-pymk", mode: "garbage", share: 1 };
    expect((await call("POST", "/degrade", worse)).body).toMatchObject({
      "model-pymk": { version: "2", degraded: true },
      "svc-feed": { degraded: false },
    });
    expect(await call("GET", "/models/pymk/score?pair=m1-m2")).toMatchObject({
      status: 502,
      body: { outcome: "invalid_features", version: "2" },
    });
    await call("POST", "/degrade", { ...worse, mode: "slow" });
    expect(await call("GET", "/models/pymk/score?pair=m1-m2")).toMatchObject({
      status: 504,
      body: { outcome: "timeout", version: "2" },
    });
    await deployModel("1");
    expect((await call("GET", "/models/pymk/score?pair=m1-m2")).status).toBe(200);
    expect(await counter("predictions_total", { version: "2", outcome: "timeout" })).toBe(1);
    expect(await counter("predictions_total", { version: "1", outcome: "timeout" })).toBe(0);
  });

  it("made worse for the service, has no feed; made better, has one", async () => {
    await call("POST", "/degrade", { component: "svc-feed", mode: "garbage", share: 1 });
    expect((await call("GET", "/feed?member=m1")).status).toBe(503);
    await call("POST", "/restore", { component: "model-pymk" });
    expect((await call("GET", "/feed?member=m1")).status).toBe(503);
    expect((await call("POST", "/restore", { component: "svc-feed" })).body).toMatchObject({
      "svc-feed": { degraded: false },
    });
    expect((await call("GET", "/feed?member=m1")).status).toBe(200);
    expect((await call("POST", "/restore", { component: "svc-other" })).status).toBe(400);
  });

  it.each([{ mode: "explode" }, { share: 0 }, { share: 2 }, { component: "svc-other" }])(
    "refuses to be made worse by %j",
    async (body) => {
      expect((await call("POST", "/degrade", body)).status).toBe(400);
      expect((await call("GET", "/status")).body).toMatchObject({
        components: { "model-pymk": { degraded: false } },
      });
    },
  );
});
